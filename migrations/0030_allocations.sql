-- Where something of a place that was divided goes: decided by a person, applied when the division is in force.
-- The target of a division that is still a draft is called by the uid of its new unit.
create table allocation (
  id text primary key,
  reorganisation_id text not null,
  source_id text not null,
  on_date text not null,
  thing text not null check (thing in ('place', 'point', 'grant')),
  thing_id text not null,
  target text not null,
  decided_by text not null,
  decided_at text not null,
  applied_at text not null,
  unique (source_id, on_date, thing, thing_id)
);
create index allocation_waiting on allocation (reorganisation_id, applied_at);
