-- What was undone in the catalogue stays to be read: names that were parted again, papers that were no spreading.
create table scheme_parted (
  province text not null,
  id text not null,
  from_id text not null,
  into_id text not null,
  merged_on text not null,
  paper_id text not null,
  reason text not null,
  n_points bigint not null,
  parted_on text not null,
  parted_why text not null,
  primary key (province, id)
);

alter table scheme_spread add column withdrawn_on text not null default '';
alter table scheme_spread add column withdrawn_why text not null default '';
