-- A session that was locked by who left the machine; it goes on when the password is told again, within its life.
alter table session add column locked_at text;
