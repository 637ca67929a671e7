-- Who may sign in, what they may do where, and what was done.
create table account (
  id text primary key,
  user_name text not null unique,
  name text not null,
  password_hash text not null,
  must_change bigint not null,
  disabled_on text,
  created_at text not null
);

create table account_grant (
  id text primary key,
  account_id text not null references account (id),
  role text not null,
  place_id text not null,
  from_on text not null,
  to_on text not null
);
create index account_grant_account on account_grant (account_id);

create table session (
  token_hash text primary key,
  account_id text not null references account (id),
  created_at text not null,
  seen_at text not null,
  expires_at text not null
);
create index session_account on session (account_id);

create table sign_in_failure (
  account_key text not null,
  address text not null,
  at text not null,
  id text primary key
);
create index sign_in_failure_pair on sign_in_failure (account_key, address, at);

-- One row a province: its version grows with every change, and its last hash chains the journal.
create table ledger (
  province text primary key,
  version bigint not null,
  day text not null,
  seq bigint not null,
  last_hash text not null
);

create table journal (
  province text not null,
  day text not null,
  seq bigint not null,
  at text not null,
  actor text not null,
  deed text not null,
  thing text not null,
  thing_id text not null,
  pin_id text not null,
  origin text not null,
  body text not null,
  prev_hash text not null,
  hash text not null,
  primary key (province, day, seq)
);
create index journal_thing on journal (thing_id, at);
create index journal_origin on journal (origin, deed);

create table done_once (
  province text not null,
  key text not null,
  thing_id text not null,
  at text not null,
  primary key (province, key)
);
