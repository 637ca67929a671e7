-- Reorganisations: drafted by one person, signed by another, effective on their day. The draft keeps what was told;
-- what it changed in the tree bears its id, with the rows as they were before.
create table reorganisation (
  id text primary key,
  province text not null,
  pin_id text not null,
  title text not null,
  -- It is about residential areas or institutions, which are seen where a province's points are.
  of_own bigint not null,
  on_date text not null,
  paper_number text not null,
  paper_date text not null,
  paper_issuer text not null,
  state text not null check (state in ('drafted', 'signed', 'in_force', 'reversed', 'dropped')),
  told text not null,
  annex text not null,
  drafted_by text not null,
  drafted_at text not null,
  edited_by text not null,
  signed_by text not null,
  signed_at text not null,
  ended_by text not null,
  ended_at text not null,
  end_reason text not null,
  version bigint not null
);
create index reorganisation_listed on reorganisation (province, on_date, id);
create index reorganisation_due on reorganisation (state, on_date);

-- Which places a signed reorganisation changed, and the rows of each as they were; empty for one that it founded.
create table reorganisation_place (
  reorganisation_id text not null,
  place_id text not null,
  before text not null,
  primary key (reorganisation_id, place_id)
);
create index reorganisation_of_place on reorganisation_place (place_id, reorganisation_id);

alter table place_line add column reorganisation_id text not null default '';
create index place_line_reorganisation on place_line (reorganisation_id);
