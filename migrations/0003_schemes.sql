-- The catalogue of schemes, the points where they are applied, and the points' lives.
create table sector (
  code text primary key,
  position bigint not null,
  name_vi text not null,
  name_en text not null
);

create table scheme (
  province text not null,
  id text not null,
  code text not null,
  slug text not null,
  name text not null,
  sort_key text not null,
  fold text not null,
  purpose text not null,
  contents text not null,
  origin text not null,
  level text not null,
  lead text not null,
  legal_basis text not null,
  described bigint not null,
  sample bigint not null,
  version bigint not null,
  primary key (province, id),
  unique (province, slug),
  unique (province, code)
);

create unique index scheme_named on scheme (province, id, name);

create table scheme_sector (
  province text not null,
  scheme_id text not null,
  sector text not null,
  primary key (province, scheme_id, sector)
);

create table scheme_alias (
  province text not null,
  scheme_id text not null,
  alias text not null,
  fold text not null,
  primary key (province, fold)
);

create table paper (
  province text not null,
  id text not null,
  number text not null,
  issued_on text not null,
  issuer text not null,
  primary key (province, id)
);
create index paper_number on paper (province, number, issued_on);

create table point (
  province text not null,
  id text not null,
  code text not null,
  scheme_id text not null,
  place_id text not null,
  pin_id text not null,
  first_place_id text not null,
  first_pin_id text not null,
  area_kind text not null,
  name text not null,
  sort_key text not null,
  fold text not null,
  lead text not null,
  coordinating text not null,
  contact_role text not null,
  origin text not null,
  from_point_id text,
  state text not null,
  launched_on text,
  version bigint not null,
  primary key (province, id),
  unique (province, code)
);
create index point_id on point (id);
create index point_pin on point (pin_id, scheme_id, state);
create index point_place on point (place_id);
create index point_sorted on point (province, sort_key, id);
create index point_scheme on point (province, scheme_id, sort_key, id);
create index point_state on point (province, state, sort_key, id);
create index point_name on point (sort_key, id);
create index point_launch on point (province, launched_on);

create table point_scale (
  province text not null,
  point_id text not null,
  from_on text not null,
  to_on text not null,
  n_households bigint not null,
  n_units bigint not null,
  n_commitments bigint not null,
  primary key (province, point_id, from_on)
);

-- What happened to a point, in the order it happened; never changed, never deleted.
create table step (
  province text not null,
  id text not null,
  point_id text not null,
  kind text not null,
  on_date text not null,
  entered_at text not null,
  paper_id text,
  reason text not null,
  note text not null,
  place_id text not null,
  pin_id text not null,
  into_id text not null,
  primary key (province, id)
);
create index step_point on step (province, point_id, on_date, entered_at);
create index step_kind on step (province, kind, on_date);

-- The states that the steps make, one row a stretch; rebuilt from the steps with every step.
create table point_span (
  province text not null,
  point_id text not null,
  state text not null,
  active bigint not null,
  from_on text not null,
  to_on text not null,
  place_id text not null,
  pin_id text not null,
  primary key (province, point_id, from_on)
);
create index point_span_pin on point_span (pin_id, active, from_on, to_on);
create index point_span_place on point_span (place_id);

create table team (
  province text not null,
  id text not null,
  point_id text not null,
  name text not null,
  sort_key text not null,
  n_members bigint not null,
  n_households bigint not null,
  leader_role text not null,
  from_on text not null,
  to_on text not null,
  version bigint not null,
  primary key (province, id)
);
create index team_point on team (province, point_id, from_on, to_on);
create index team_id on team (id);
