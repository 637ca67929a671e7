-- Grants that stand in for someone end by themselves; sessions that can be told apart and revoked.
alter table account_grant add column manner text not null default 'standing';
alter table session add column address text not null default '';
alter table session add column agent text not null default '';
create index journal_day on journal (province, at);
