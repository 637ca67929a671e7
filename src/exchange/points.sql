-- The points shown under a place ($1) on a day ($2), each with its latest scale.
select p.id, p.code, p.scheme_id, p.pin_id, p.area_kind, a.name, p.launched_on, p.state,
       coalesce(s.n_households, 0), coalesce(s.n_units, 0), coalesce(s.n_commitments, 0), a.pin_id
from rollup r
join place a on a.pin_id = r.place_id
join point p on p.place_id = a.id
left join point_scale s on s.province = p.province and s.point_id = p.id and s.to_on = '9999-12-31'
where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2
order by p.sort_key, p.id
