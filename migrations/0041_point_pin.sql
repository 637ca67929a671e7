-- A point bears the pin of its place as it is now, so that the points of a commune are one look at an index.
update point set pin_id = (select l.pin_id from place l where l.id = point.place_id)
where pin_id <> (select l.pin_id from place l where l.id = point.place_id);

-- A page of a province's points is one walk over an index that holds what the page shows, instead of fifty looks
-- at rows that lie scattered.
drop index point_sorted;
create index point_sorted on point (province, sort_key, id, state, place_id, scheme_id, code, name, area_kind, launched_on);
drop index point_state;
create index point_state on point (province, state, sort_key, id, place_id, scheme_id, code, name, area_kind, launched_on);
drop index team_point;
create index team_point on team (point_id, province, from_on, to_on);
