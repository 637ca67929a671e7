-- Every name of every commune shown under a place ($1) on a day ($2): its versions, then other spellings.
select v.place_id, v.name as called, v.from_on, v.to_on, coalesce(v.parent_id, ''), p.name, v.name as bears,
       coalesce(up.name, '')
from rollup r
join place p on p.id = r.place_id and p.level = 3
join place_version v on v.place_id = p.id
left join place up on up.id = p.parent_id
where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2
union all
select a.place_id, a.alias, p.from_on, p.to_on, coalesce(p.parent_id, ''), p.name, p.name, coalesce(up.name, '')
from rollup r
join place p on p.id = r.place_id and p.level = 3
join place_alias a on a.place_id = p.id
left join place up on up.id = p.parent_id
where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2
