-- What people wrote about a person or a thing, sealed under a key of its own and numbered. The journal names a text
-- by its envelope, its number and a proof; a burnt text or envelope keeps its row and the day, and nothing else.
create table envelope (
  province text not null,
  owner_id text not null,
  secret text not null,
  last_n bigint not null,
  burnt_on text not null,
  primary key (province, owner_id)
);
create unique index envelope_owner on envelope (owner_id);

create table envelope_text (
  province text not null,
  owner_id text not null,
  n bigint not null,
  field text not null,
  nonce text not null,
  sealed text not null,
  burnt_on text not null,
  primary key (province, owner_id, n)
);
create index envelope_text_owner on envelope_text (owner_id, n);
