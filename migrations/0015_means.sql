-- What a point has (equipment, counted and looked after; no pictures of any camera) and what was spent on it.
-- A line of equipment is closed and followed by another when it changes, so that the past stays.
create table equipment (
  province text not null,
  id text not null,
  -- The same through all its changes.
  line_id text not null,
  point_id text not null,
  pin_id text not null,
  kind text not null,
  n_items bigint not null,
  n_working bigint not null,
  owner text not null,
  covers text not null,
  inspected_on text not null,
  next_on text not null,
  note text not null,
  from_on text not null,
  to_on text not null,
  primary key (province, id)
);
create index equipment_point on equipment (province, point_id, to_on);
create index equipment_line on equipment (province, line_id);

create table money (
  province text not null,
  id text not null,
  point_id text not null,
  pin_id text not null,
  source text not null check (source in ('budget', 'integrated', 'social')),
  on_date text not null,
  item text not null,
  -- In đồng.
  amount bigint not null,
  -- Empty while it was not made public.
  disclosed_on text not null,
  disclosed_how text not null,
  entered_at text not null,
  withdrawn_at text not null,
  withdrawn_reason text not null,
  primary key (province, id)
);
create index money_point on money (province, point_id, on_date);
