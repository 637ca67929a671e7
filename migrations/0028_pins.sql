-- Under which id the roll-up knows a place: a unit under its own; a residential area or an institution under its
-- commune, until it has a history of its own. A fact is shown where its place's pin is shown.
alter table place add column pin_id text not null default '';
update place set pin_id = case when level >= 4 then coalesce(parent_id, '') else id end;
drop index place_named;
create unique index place_named on place (id, name, pin_id);
create index place_pin on place (pin_id, id);

-- Whose ledgers may hold facts that are shown under a province, on some map. Rebuilt with the roll-up.
create table place_owner (
  place_id text not null,
  province text not null,
  primary key (place_id, province)
);
insert into place_owner (place_id, province)
select distinct u.ancestor_id, o.code
from rollup u
join rollup r on r.place_id = u.place_id and r.level = 1
join place o on o.id = r.ancestor_id
where u.level = 1;
