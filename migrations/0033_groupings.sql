-- Groupings: places in groups that cut across the tree (police clusters, emulation blocks, branches of an agency,
-- former districts). A province's own, or the nation's under `VN`. Who is in which group has its days, as places have.
create table place_grouping (
  province text not null,
  id text not null,
  slug text not null,
  name text not null,
  sort_key text not null,
  kind text not null check (kind in ('police_cluster', 'emulation_block', 'agency_branch', 'former_units', 'other')),
  basis text not null,
  from_on text not null,
  to_on text not null,
  version bigint not null,
  primary key (province, id)
);
create unique index place_grouping_slug on place_grouping (province, slug);

create table place_group (
  province text not null,
  id text not null,
  grouping_id text not null,
  name text not null,
  sort_key text not null,
  primary key (province, id)
);
create index place_group_of on place_group (province, grouping_id, sort_key);

-- A place that ended keeps its group: what came of it follows, where all its sources agree.
create table place_group_member (
  province text not null,
  grouping_id text not null,
  place_id text not null,
  from_on text not null,
  to_on text not null,
  group_id text not null,
  primary key (province, grouping_id, place_id, from_on)
);
