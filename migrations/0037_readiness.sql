-- An answer stays with the wording to which it was given, known by the day from which the question was worded so.
alter table readiness rename to readiness_before;
create table readiness (
  province text not null,
  point_id text not null,
  question text not null,
  question_from text not null,
  answer text not null check (answer in ('yes', 'no', 'not_yet')),
  note text not null,
  answered_at text not null,
  answered_by text not null,
  primary key (province, point_id, question, question_from)
);
insert into readiness (province, point_id, question, question_from, answer, note, answered_at, answered_by)
  select province, point_id, question, '2022-11-18', answer, note, answered_at, answered_by from readiness_before;
drop table readiness_before;
