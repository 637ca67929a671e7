-- One index serves words and fragments; the column stands for the one text of both engines.
alter table search_entry add column words text not null default '';
