-- Search over folded names. The trigram index is spelt differently on each engine.
create table search_entry (
  n integer primary key,
  thing text not null,
  thing_id text not null,
  pin_id text not null,
  place_id text not null,
  title text not null,
  detail text not null,
  fold text not null,
  weight bigint not null
);
create unique index search_entry_thing on search_entry (thing_id, fold);
create index search_entry_fold on search_entry (fold);
create virtual table search_trigram using fts5 (fold, content='search_entry', content_rowid='n', tokenize='trigram');
create trigger search_entry_added after insert on search_entry begin
  insert into search_trigram (rowid, fold) values (new.n, new.fold);
end;
create trigger search_entry_removed after delete on search_entry begin
  insert into search_trigram (search_trigram, rowid, fold) values ('delete', old.n, old.fold);
end;
create trigger journal_no_update before update on journal begin
  select raise(abort, 'the journal is append-only');
end;
create trigger journal_no_delete before delete on journal begin
  select raise(abort, 'the journal is append-only');
end;
