-- No way round the journal: it may not be emptied at once, and a chain may not lose its end.
create trigger journal_no_truncate before truncate on journal
  for each statement execute function journal_is_append_only();
create trigger ledger_no_delete before delete on ledger
  for each row execute function journal_is_append_only();
create trigger ledger_no_truncate before truncate on ledger
  for each statement execute function journal_is_append_only();
create index journal_deed on journal (deed, at);
