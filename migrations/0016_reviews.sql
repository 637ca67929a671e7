-- Reviews (đợt rà soát): a campaign over chosen points with a day by which each is decided, and what was learned.
create table review (
  province text not null,
  id text not null,
  name text not null,
  place_id text not null,
  pin_id text not null,
  opened_on text not null,
  due_on text not null,
  closed_on text not null,
  paper_id text,
  version bigint not null,
  primary key (province, id)
);
create index review_id on review (id);

create table review_point (
  province text not null,
  review_id text not null,
  point_id text not null,
  pin_id text not null,
  -- Empty while nothing is decided.
  decision text not null,
  reason text not null,
  note text not null,
  paper_id text,
  decided_on text not null,
  decided_by text not null,
  primary key (province, review_id, point_id)
);
create index review_point_pin on review_point (review_id, pin_id);
create index review_point_of on review_point (province, point_id);

-- What ended points taught: the shelf of what did not work.
create table lesson (
  province text not null,
  id text not null,
  point_id text not null,
  scheme_id text not null,
  pin_id text not null,
  text text not null,
  on_date text not null,
  entered_at text not null,
  primary key (province, id)
);
create index lesson_scheme on lesson (province, scheme_id, on_date);
