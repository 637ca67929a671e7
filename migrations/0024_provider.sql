-- Which account a subject of the province's sign-in provider stands for.
create table provider_link (
  issuer text not null,
  -- A slow hash: some providers use a person's own number.
  subject_hash text not null,
  account_id text not null references account (id),
  linked_by text not null,
  created_at text not null,
  used_at text,
  primary key (issuer, subject_hash)
);
create unique index provider_link_account on provider_link (account_id, issuer);

-- By which way a session was opened: `password`, `passkey`, `provider`.
alter table session add column way text not null default 'password';
