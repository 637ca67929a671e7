-- The day on which an account was last used to sign in, or a key of it; an account left unused is refused.
alter table account add column used_on text;
