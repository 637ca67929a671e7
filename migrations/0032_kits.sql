-- What belongs to a scheme as a whole: the versions of its kit, how its names came together, and by which paper the
-- Ministry spread its experience.
create table kit (
  province text not null,
  scheme_id text not null,
  number bigint not null,
  from_on text not null,
  to_on text not null,
  -- `published`, or `draft` while the province has still to fill it in.
  status text not null check (status in ('published', 'draft')),
  source text not null,
  -- Kinds of activities that count as real, separated by spaces.
  kinds text not null,
  -- Activities a month on average, in hundredths.
  per_month bigint not null,
  n_members bigint not null,
  primary key (province, scheme_id, number)
);

create table kit_part (
  province text not null,
  scheme_id text not null,
  number bigint not null,
  part text not null,
  -- One matter a line.
  lines text not null,
  primary key (province, scheme_id, number, part)
);

-- A scheme that was only another name of a scheme: its address still leads there.
alter table scheme add column merged_into text not null default '';

create table scheme_merger (
  province text not null,
  from_id text not null,
  into_id text not null,
  merged_on text not null,
  paper_id text not null,
  reason text not null,
  n_points bigint not null,
  primary key (province, from_id)
);
create index scheme_merger_into on scheme_merger (province, into_id);

-- What bore the former name, so that it can be told after years.
create table scheme_moved (
  province text not null,
  from_id text not null,
  thing text not null,
  thing_id text not null,
  primary key (province, from_id, thing, thing_id)
);

create table scheme_spread (
  province text not null,
  scheme_id text not null,
  paper_id text not null,
  spread_on text not null,
  entered_at text not null,
  primary key (province, scheme_id, paper_id)
);
