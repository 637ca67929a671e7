-- Most people type whole words: an index of words finds them at a sixth of the cost of the one of fragments.
create virtual table search_word using fts5 (fold, content='search_entry', content_rowid='n', tokenize='ascii', columnsize=0);
insert into search_word (search_word) values ('rebuild');
drop trigger search_entry_added;
drop trigger search_entry_removed;
create trigger search_entry_added after insert on search_entry begin
  insert into search_trigram (rowid, fold) values (new.n, new.fold);
  insert into search_word (rowid, fold) values (new.n, new.fold);
end;
create trigger search_entry_removed after delete on search_entry begin
  insert into search_trigram (search_trigram, rowid, fold) values ('delete', old.n, old.fold);
  insert into search_word (search_word, rowid, fold) values ('delete', old.n, old.fold);
end;
-- What is taken out of an index leaves it at once: a name that was erased may not be put together from its rest.
insert into search_trigram (search_trigram, rank) values ('secure-delete', 1);
insert into search_word (search_word, rank) values ('secure-delete', 1);
