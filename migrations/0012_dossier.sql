-- What a point's dossier is to hold: the province's own list, each line with its days of validity and its basis.
-- A province without lines goes by the default list of the programme.
create table dossier_item (
  province text not null,
  code text not null,
  from_on text not null,
  to_on text not null,
  position bigint not null,
  name_vi text not null,
  name_en text not null,
  -- The step by which it should be there.
  expected_by text not null,
  -- From this day on that step is not taken without it; empty when it is only expected.
  blocks_from text not null,
  -- `paper`, `teams`, or `step:` and the step whose own paper it is.
  met_by text not null,
  basis text not null,
  primary key (province, code, from_on)
);
