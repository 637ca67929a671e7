-- How long things are kept. Rows without a province come with the programme and are no law: they are what a province
-- starts from, and its own rows stand over them.
create table retention_period (
  province text not null,
  thing text not null,
  from_on text not null,
  -- Exclusive.
  to_on text not null,
  n_days bigint not null,
  legal_basis text not null,
  primary key (province, thing, from_on)
);
insert into retention_period (province, thing, from_on, to_on, n_days, legal_basis) values
  ('', 'sign-in-failures', '0001-01-01', '9999-12-31', 365, ''),
  ('', 'ended-sessions', '0001-01-01', '9999-12-31', 30, ''),
  ('', 'ended-keys', '0001-01-01', '9999-12-31', 365, ''),
  ('', 'form-keys', '0001-01-01', '9999-12-31', 30, ''),
  ('', 'import-bodies', '0001-01-01', '9999-12-31', 365, ''),
  ('', 'closed-requests', '0001-01-01', '9999-12-31', 1825, ''),
  ('', 'withdrawn-people', '0001-01-01', '9999-12-31', 1825, ''),
  ('', 'disabled-accounts', '0001-01-01', '9999-12-31', 1825, '');

-- When what an import read was taken out of it: its counts stay, it can no longer be undone.
alter table import_run add column trimmed_at text not null default '';
create index request_closed on request (province, closed_on);
