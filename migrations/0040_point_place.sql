-- The points of a commune by scheme and state are found without a look at the others.
drop index point_place;
create index point_place on point (place_id, scheme_id, state);
