-- Passkeys: what is needed to check a device's answer. The secret itself never leaves the device.
create table passkey (
  id text primary key,
  account_id text not null references account (id),
  -- The device's own id of it, as hexadecimal text.
  credential text not null unique,
  name text not null,
  -- The public key and the counter, as the library keeps them.
  body text not null,
  created_at text not null,
  used_at text
);
create index passkey_account on passkey (account_id);

-- What was asked of a device or a sign-in provider and waits for its answer: good for minutes, and once.
create table challenge (
  token_hash text primary key,
  purpose text not null,
  -- Empty while nobody is known yet.
  account_id text not null,
  address text not null,
  body text not null,
  created_at text not null,
  expires_at text not null
);
create index challenge_address on challenge (address, created_at);
create index challenge_end on challenge (expires_at);
