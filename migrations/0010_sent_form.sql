-- Forms that were taken, by the key each carries: a second send of one is given the first answer and does nothing.
create table sent_form (
  account_id text not null,
  path text not null,
  key text not null,
  at text not null,
  status bigint not null,
  location text not null,
  -- JSON that was answered; empty for pages, which are not told twice.
  body text not null,
  primary key (account_id, path, key)
);
create index sent_form_at on sent_form (at);
drop table done_once;
