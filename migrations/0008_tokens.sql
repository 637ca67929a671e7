-- Keys for programs that ask the API in someone's name: never more than that person may, often less.
create table api_token (
  id text primary key,
  account_id text not null references account (id),
  name text not null,
  token_hash text not null unique,
  may_write bigint not null,
  -- Empty: everywhere that the account reaches.
  place_id text not null,
  created_at text not null,
  used_at text,
  -- Exclusive.
  to_on text not null
);
create index api_token_account on api_token (account_id);
