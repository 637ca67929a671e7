-- How many households and people a residential area or an institution has, as a list told it on a day.
create table place_size (
  province text not null,
  place_id text not null,
  on_date text not null,
  n_households bigint,
  n_people bigint,
  primary key (province, place_id, on_date)
);
create index place_size_of on place_size (place_id, on_date);
