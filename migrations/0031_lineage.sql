-- Where a point comes from and what it made of it: what it kept, adapted and dropped of its scheme's contents, whether
-- its place was ready, and who guides it besides the point it comes from.
create index point_from on point (province, from_point_id);

create table adaptation (
  province text not null,
  point_id text not null,
  -- The number of the element in the scheme's contents, from 1, and its text when this was told.
  element bigint not null,
  element_text text not null,
  how text not null check (how in ('kept', 'adapted', 'dropped')),
  why text not null,
  told_at text not null,
  told_by text not null,
  primary key (province, point_id, element)
);

create table readiness (
  province text not null,
  point_id text not null,
  question text not null,
  answer text not null check (answer in ('yes', 'no', 'not_yet')),
  note text not null,
  answered_at text not null,
  answered_by text not null,
  primary key (province, point_id, question)
);

-- Only where another point guides than the one it comes from.
create table mentor (
  province text not null,
  point_id text not null,
  mentor_id text not null,
  primary key (province, point_id)
);
