create extension if not exists pg_trgm;
create table search_entry (
  n bigint primary key,
  thing text not null,
  thing_id text not null,
  pin_id text not null,
  place_id text not null,
  title text not null,
  detail text not null,
  fold text not null,
  weight bigint not null
);
create index search_entry_thing on search_entry (thing_id);
create index search_trigram on search_entry using gin (fold gin_trgm_ops);
create function journal_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only';
end $$;
create trigger journal_no_change before update or delete on journal
  for each row execute function journal_is_append_only();
