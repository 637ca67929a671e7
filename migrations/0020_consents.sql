-- What people consented to: for which purpose, which of their data, through which channels, by which text.
create table consent_text (
  province text not null,
  purpose text not null,
  version bigint not null,
  text_vi text not null,
  text_en text not null,
  from_on text not null,
  -- Exclusive.
  to_on text not null,
  primary key (province, purpose, version)
);

create table consent (
  province text not null,
  id text not null,
  person_id text not null,
  pin_id text not null,
  purpose text not null,
  text_version bigint not null,
  parts text not null,
  channels text not null,
  giver text not null,
  manner text not null,
  given_on text not null,
  -- Exclusive.
  to_on text not null,
  recorded_by text not null,
  recorded_at text not null,
  withdrawn_on text not null,
  withdrawn_by text not null,
  primary key (province, id)
);
create index consent_id on consent (id);
create index consent_person on consent (person_id, purpose);
