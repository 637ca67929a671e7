-- Lists that a province words itself, one line a term, with days of validity; and the traits that places have and schemes
-- are meant for. A trait is said of a place or a scheme, never of a person.
create table term (
  province text not null,
  -- Which list: `traits`, …
  vocabulary text not null,
  code text not null,
  name_vi text not null,
  name_en text not null,
  basis text not null,
  from_on text not null,
  to_on text not null,
  position bigint not null,
  primary key (province, vocabulary, code, from_on)
);

create table place_trait (
  province text not null,
  place_id text not null,
  trait text not null,
  from_on text not null,
  to_on text not null,
  basis text not null,
  entered_at text not null,
  entered_by text not null,
  primary key (place_id, trait, from_on)
);
create index place_trait_named on place_trait (province, trait);

create table scheme_trait (
  province text not null,
  scheme_id text not null,
  trait text not null,
  primary key (province, scheme_id, trait)
);
