-- Exemplars and commendations in their first form.
create table exemplar (
  province text not null,
  id text not null,
  name text not null,
  sort_key text not null,
  fold text not null,
  kind text not null check (kind in ('collective', 'individual')),
  place_id text not null,
  pin_id text not null,
  scheme_id text,
  summary text not null,
  recognised_on text not null,
  paper_id text,
  withdrawn_on text not null,
  withdrawn_reason text not null,
  withdrawn_paper_id text,
  version bigint not null,
  primary key (province, id)
);
create index exemplar_id on exemplar (id);
create index exemplar_pin on exemplar (province, pin_id);

create table commendation (
  province text not null,
  id text not null,
  form text not null,
  recipient text not null,
  sort_key text not null,
  fold text not null,
  kind text not null check (kind in ('collective', 'individual')),
  exemplar_id text,
  place_id text not null,
  pin_id text not null,
  paper_id text not null,
  decided_on text not null,
  occasion text not null,
  withdrawn_on text not null,
  withdrawn_reason text not null,
  version bigint not null,
  primary key (province, id)
);
create index commendation_id on commendation (id);
create index commendation_form on commendation (province, form, decided_on);

create table import_run (
  id text primary key,
  account_id text not null,
  kind text not null,
  place_id text not null,
  file_name text not null,
  at text not null,
  applied_at text,
  undone_at text,
  body text not null
);
create index import_run_account on import_run (account_id, at);

-- The points that a list made or changed, with their rows before it.
create table import_touched (
  run_id text not null,
  province text not null,
  point_id text not null,
  before text not null,
  primary key (province, run_id, point_id)
);
