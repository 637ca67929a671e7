-- No way round the journal: a row may not be replaced by one with its key, and a chain may not lose its end.
create trigger journal_no_replace before insert on journal
  when exists (select 1 from journal j where j.province = new.province and j.day = new.day and j.seq = new.seq) begin
  select raise(abort, 'the journal is append-only');
end;
create trigger ledger_no_delete before delete on ledger begin
  select raise(abort, 'the journal is append-only');
end;
create index journal_deed on journal (deed, at);
