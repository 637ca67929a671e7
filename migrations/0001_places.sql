-- Places through time. Administrative units come from the program's own data; residential areas and
-- institutions are a province's own and stand below a commune. Dates are ISO text, intervals half open.
create table place (
  id text primary key,
  code text not null,
  level bigint not null check (level between 0 and 5),
  kind text not null,
  name text not null,
  short_name text not null,
  sort_key text not null,
  fold text not null,
  parent_id text,
  from_on text not null,
  to_on text not null,
  area_km2 double precision,
  population bigint,
  n_households bigint,
  source text not null
);
-- A list names a place a line: the index alone answers.
create unique index place_named on place (id, name);
create index place_code on place (code, from_on);
create index place_parent on place (parent_id, sort_key);
create index place_fold on place (fold);

create table place_version (
  place_id text not null references place (id),
  from_on text not null,
  to_on text not null,
  name text not null,
  kind text not null,
  parent_id text,
  decree text not null,
  primary key (place_id, from_on)
);
create index place_version_parent on place_version (parent_id, from_on);

create table place_alias (
  place_id text not null references place (id),
  alias text not null,
  fold text not null,
  primary key (place_id, alias)
);
create index place_alias_fold on place_alias (fold);

create table place_line (
  id text primary key,
  source_id text not null,
  target_id text,
  on_date text not null,
  part bigint not null,
  people text not null,
  legal_basis text not null,
  confidence text not null
);
create index place_line_source on place_line (source_id);
create index place_line_target on place_line (target_id);

-- Under which units, alive on a boundary date, is a fact pinned to a place shown?
create table rollup (
  ancestor_id text not null,
  place_id text not null,
  from_on text not null,
  to_on text not null,
  level bigint not null,
  primary key (ancestor_id, place_id, from_on)
);
create index rollup_under on rollup (ancestor_id, place_id, from_on, to_on);
create index rollup_place on rollup (place_id, level, from_on, to_on, ancestor_id);
