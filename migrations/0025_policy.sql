-- A province's own rules of signing in, as they were set from time to time; the one without an end holds.
create table sign_in_policy (
  id text primary key,
  place_id text not null,
  from_at text not null,
  to_at text not null,
  set_by text not null,
  -- The paper it rests on, where there is one.
  basis text not null,
  idle_minutes bigint not null,
  administrator_idle_minutes bigint not null,
  session_hours bigint not null,
  unused_days bigint not null,
  shortest_password bigint not null,
  shortest_with_second_step bigint not null,
  n_kinds bigint not null,
  administrator_password_days bigint not null,
  review_months bigint not null,
  -- Roles and the second step they must show: `leader:any administrator:passkey`.
  second_steps text not null
);
create unique index sign_in_policy_place on sign_in_policy (place_id, to_at);

-- The day on which the password was chosen; before the first, unknown.
alter table account add column password_on text;
