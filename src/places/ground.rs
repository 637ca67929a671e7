//! What stands, as far as a reorganisation may touch it: read for its rules.

use std::collections::BTreeSet;

use store::Row;

use crate::error::Result;
use crate::places::effects::{Ground, Standing};
use crate::places::place::{Level, NATION};
use crate::places::reorganisation::{Deed, Reorganisation};
use crate::work::Work;

/// With the name, kind and parent that a place was given last.
const STANDING: &str = "select p.id, p.code, p.level, v.kind, v.name, coalesce(v.parent_id, ''), p.from_on, p.to_on, v.from_on \
    from place p join place_version v on v.place_id = p.id \
    and v.from_on = (select max(w.from_on) from place_version w where w.place_id = p.id)";

fn standing(row: &Row) -> Standing {
    Standing {
        id: row.text(0),
        code: row.text(1),
        level: Level::from_number(row.int(2)),
        kind: row.text(3),
        name: row.text(4),
        parent: row.text(5),
        from_on: row.text(6),
        to_on: row.text(7),
        changed_on: row.text(8),
    }
}

/// A place as it was called last and stood last.
pub fn last(work: &mut Work, id: &str) -> Result<Option<Standing>> {
    let sql = format!("{STANDING} where p.id = $1");
    Ok(work.first(&sql, &[id.into()])?.map(|row| standing(&row)))
}

/// Reads the places that are named, what is above them, what stands below those that end, and who bears their codes.
pub fn survey(work: &mut Work, told: &Reorganisation) -> Result<Ground> {
    let mut ground = Ground::default();
    let mut next: Vec<String> = told.named().into_iter().collect();
    next.push(NATION.to_owned());
    while let Some(id) = next.pop() {
        if ground.places.contains_key(&id) {
            continue;
        }
        if let Some(place) = last(work, &id)? {
            next.push(place.parent.clone());
            ground.places.insert(id, place);
        }
    }
    for id in told.ended().into_iter().map(str::to_owned).collect::<BTreeSet<_>>() {
        let sql = format!(
            "{STANDING} where v.parent_id = $1 and p.level <= 3 and p.from_on < $2 and p.to_on > $2 order by p.sort_key, p.id"
        );
        let below: Vec<Standing> =
            work.query(&sql, &[id.as_str().into(), told.on.as_str().into()])?.iter().map(standing).collect();
        ground.children.insert(id, below.iter().map(|place| place.id.clone()).collect());
        ground.places.extend(below.into_iter().map(|place| (place.id.clone(), place)));
    }
    for unit in told.deeds.iter().filter_map(Deed::unit).filter(|unit| !unit.code.is_empty()) {
        let sql = "select id from place where code = $1 and level <= 3 and from_on <= $2 and to_on > $2";
        if let Some(row) = work.first(sql, &[unit.code.as_str().into(), told.on.as_str().into()])? {
            ground.codes.insert(unit.code.clone(), row.text(0));
        }
        let id = unit.id(&told.on);
        if let Some(place) = last(work, &id)? {
            ground.places.insert(id, place);
        }
    }
    Ok(ground)
}
