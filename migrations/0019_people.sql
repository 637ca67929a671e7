-- People of whom the register holds something. Their values stand in their envelopes; only the names on lists of
-- exemplars and commendations, and those of accounts, stand in plain beside them.
create table person (
  province text not null,
  id text not null,
  place_id text not null,
  pin_id text not null,
  recorded_at text not null,
  -- Days; empty as long as nothing of the kind was decided.
  erased_on text not null,
  restricted_on text not null,
  unpublished_on text not null,
  version bigint not null,
  primary key (province, id)
);
create index person_id on person (id);
create index person_pin on person (pin_id, id);

alter table exemplar add column person_id text;
create index exemplar_person on exemplar (person_id);
alter table commendation add column person_id text;
create index commendation_person on commendation (person_id);
alter table account add column person_id text;
create index account_person on account (person_id);

-- That someone was erased, when, why and by whose decision; never what.
create table erasure (
  province text not null,
  id text not null,
  thing text not null,
  thing_id text not null,
  on_date text not null,
  at text not null,
  basis text not null,
  request_id text not null,
  -- When the files were rid of the traces; empty until then.
  scrubbed_at text not null,
  primary key (province, id)
);
create index erasure_thing on erasure (thing_id);
