-- Accounts are gone through now and then: who looked at one, when, and what came of it.
create table account_review (
  id text primary key,
  account_id text not null references account (id),
  at text not null,
  reviewed_by text not null,
  -- `kept` as it is, or `changed`.
  outcome text not null,
  note text not null
);
create index account_review_account on account_review (account_id, at);
