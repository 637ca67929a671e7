-- What was really done at points: single activities, and totals of a month where single entries are too much.
create table activity (
  province text not null,
  id text not null,
  point_id text not null,
  pin_id text not null,
  kind text not null,
  on_date text not null,
  month text not null,
  n_attended bigint not null,
  counted_how text not null,
  -- Who took part besides the point's own teams; an activity of several offices is entered once.
  together_with text not null,
  note text not null,
  entered_at text not null,
  entered_by text not null,
  version bigint not null,
  withdrawn_at text not null,
  withdrawn_reason text not null,
  primary key (province, id)
);
create index activity_id on activity (id);
create index activity_point on activity (province, point_id, on_date);
create index activity_pin on activity (pin_id, on_date);

-- The points that an activity served besides its own: it counts for the life of each, and once in every figure.
create table activity_served (
  province text not null,
  activity_id text not null,
  point_id text not null,
  primary key (province, activity_id, point_id)
);
create index activity_served_point on activity_served (province, point_id);

-- A month's total, stated as a whole.
create table activity_stated (
  province text not null,
  point_id text not null,
  month text not null,
  kind text not null,
  n_times bigint not null,
  n_attended bigint not null,
  entered_at text not null,
  entered_by text not null,
  primary key (province, point_id, month, kind)
);

-- What a month comes to: kept with every change from the two above. A stated total holds the single activities;
-- whichever is larger counts, so that nothing is counted twice and nothing that was entered is lost.
create table activity_month (
  province text not null,
  point_id text not null,
  pin_id text not null,
  month text not null,
  kind text not null,
  n_times bigint not null,
  n_attended bigint not null,
  is_stated bigint not null,
  -- The day on which a stated total counts: the last of its month.
  counted_on text not null,
  -- Activities of other points that served this one; they count for its life, in no figure.
  n_served bigint not null,
  primary key (province, point_id, month, kind)
);
create index activity_month_pin on activity_month (pin_id, month);

create table activity_photo (
  province text not null,
  id text not null,
  activity_id text not null,
  sha256 text not null,
  ending text not null,
  n_bytes bigint not null,
  added_at text not null,
  withdrawn_at text not null,
  primary key (province, id)
);
create index activity_photo_id on activity_photo (id);
create index activity_photo_of on activity_photo (province, activity_id);
