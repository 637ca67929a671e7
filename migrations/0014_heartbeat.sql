-- When does a point live? The province's own rules, one for all schemes and one for each that differs, and what
-- officers said of what a rule showed.
create table heartbeat_rule (
  province text not null,
  -- Empty: for every scheme without a rule of its own.
  scheme_id text not null,
  from_on text not null,
  to_on text not null,
  n_months bigint not null,
  -- Activities a month on average, in hundredths.
  per_month bigint not null,
  n_members bigint not null,
  dormant_after bigint not null,
  -- Kinds of activities that keep nothing alive, separated by spaces.
  not_counted text not null,
  basis text not null,
  primary key (province, scheme_id, from_on)
);

create table heartbeat_opinion (
  province text not null,
  id text not null,
  point_id text not null,
  state text not null,
  agrees bigint not null,
  note text not null,
  at text not null,
  account_id text not null,
  primary key (province, id)
);
create index heartbeat_opinion_point on heartbeat_opinion (province, point_id, at);
