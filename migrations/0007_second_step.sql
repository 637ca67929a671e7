-- The second step of signing in (a code of a phone), and the codes on paper for who has lost phone or password.
create table second_step (
  account_id text primary key references account (id),
  secret text not null,
  since text not null,
  -- The last time step whose code was taken: a code is good once.
  last_step bigint not null
);

create table recovery_code (
  account_id text not null references account (id),
  code_hash text not null,
  used_at text,
  primary key (account_id, code_hash)
);

-- Half a session: the password was right, the second step is still wanted.
alter table session add column half bigint not null default 0;
