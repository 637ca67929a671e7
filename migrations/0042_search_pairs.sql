-- Beside its words an entry bears every two that stand together, written as one: "xa thanh son xathanh thanhson".
-- Few entries hold a pair, thousands each of its words.
alter table search_entry add column words text not null default '';
update search_entry set words = fold || coalesce((
  with recursive cut (before, word, rest) as (
    select '', substr(fold, 1, instr(fold || ' ', ' ') - 1), substr(fold || ' ', instr(fold || ' ', ' ') + 1)
    union all
    select word, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) from cut where rest <> ''
  )
  select ' ' || group_concat(before || word, ' ') from cut where before <> ''
), '');
drop trigger search_entry_added;
drop trigger search_entry_removed;
drop table search_word;
create virtual table search_word using fts5 (words, content='search_entry', content_rowid='n', tokenize='ascii', columnsize=0);
insert into search_word (search_word) values ('rebuild');
insert into search_word (search_word, rank) values ('secure-delete', 1);
create trigger search_entry_added after insert on search_entry begin
  insert into search_trigram (rowid, fold) values (new.n, new.fold);
  insert into search_word (rowid, words) values (new.n, new.words);
end;
create trigger search_entry_removed after delete on search_entry begin
  insert into search_trigram (search_trigram, rowid, fold) values ('delete', old.n, old.fold);
  insert into search_word (search_word, rowid, words) values ('delete', old.n, old.words);
end;
