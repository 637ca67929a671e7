//! How places are kept and found.

use std::collections::HashSet;

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::places::place::{Level, Place, Relation, Version};
use crate::search::{self, Entry};
use crate::work::Work;

const COLUMNS: &str = "p.id, p.code, p.level, p.kind, p.name, coalesce(p.parent_id, ''), p.from_on, \
                       p.to_on, p.area_km2, p.population, p.pin_id";

fn place(row: &Row) -> Place {
    Place {
        id: row.text(0),
        code: row.text(1),
        level: Level::from_number(row.int(2)),
        kind: row.text(3),
        name: row.text(4),
        parent_id: row.text(5),
        from_on: row.text(6),
        to_on: row.text(7),
        area_km2: row.real_or_null(8),
        population: row.int_or_null(9),
        pin_id: row.text(10),
    }
}

fn select(tail: &str) -> String {
    format!("select {COLUMNS} from place p {tail}")
}

/// One place by its id.
pub fn by_id(work: &mut Work, id: &str) -> Result<Place> {
    let found = work.first(&select("where p.id = $1"), &[id.into()])?;
    found.map(|row| place(&row)).ok_or(Error::NotFound)
}

/// The latest place that bears an official code; `code@from` names one exactly.
pub fn by_code(work: &mut Work, code: &str) -> Result<Place> {
    if code == "VN" || code.contains('@') || code.len() > 8 {
        return by_id(work, code);
    }
    let sql = select("where p.code = $1 order by p.from_on desc limit 1");
    let found = work.first(&sql, &[code.into()])?;
    found.map(|row| place(&row)).ok_or(Error::NotFound)
}

/// The administrative units of this name that stand on a day: "xa nhan nghia" with its kind, marks or none, or
/// "Nhân Nghĩa" without its kind, with marks.
pub fn standing_by_name(work: &mut Work, name: &str, on: &str) -> Result<Vec<Place>> {
    let sql = select(
        "where p.level <= 3 and p.from_on <= $3 and p.to_on > $3 and (p.fold = $1 or p.sort_key = $2) \
         order by p.level, p.id limit 20",
    );
    let values = [fold::key(name).into(), fold::sort_key(&fold::clean(name)).into(), on.into()];
    Ok(work.query(&sql, &values)?.iter().map(place).collect())
}

/// Does a place lie under another on a day?
pub fn is_under(work: &mut Work, ancestor_id: &str, pin_id: &str, on: &str) -> Result<bool> {
    let sql = "select 1 from rollup where ancestor_id = $1 and place_id = $2 and from_on <= $3 and to_on > $3";
    Ok(work.first(sql, &[ancestor_id.into(), pin_id.into(), on.into()])?.is_some())
}

/// The places directly below one, on a day, in Vietnamese order.
pub fn children(work: &mut Work, parent_id: &str, on: &str) -> Result<Vec<Place>> {
    let sql = select(
        "join place_version v on v.place_id = p.id and v.from_on <= $2 and v.to_on > $2 \
         where v.parent_id = $1 order by p.level, p.sort_key, p.id",
    );
    let rows = work.query(&sql, &[parent_id.into(), on.into()])?;
    Ok(rows.iter().map(place).collect())
}

/// All places of a level below one, on a day, in Vietnamese order.
pub fn below(work: &mut Work, ancestor_id: &str, level: Level, on: &str) -> Result<Vec<Place>> {
    let sql = select(
        "join rollup r on r.place_id = p.pin_id and r.ancestor_id = $1 and r.from_on <= $3 and r.to_on > $3 \
         where p.level = $2 and p.from_on <= $3 and p.to_on > $3 order by p.sort_key, p.id",
    );
    let rows = work.query(&sql, &[ancestor_id.into(), (level as i64).into(), on.into()])?;
    Ok(rows.iter().map(place).collect())
}

/// How many places of each level, down to the deepest, stand below one on a day.
pub fn count_below(work: &mut Work, ancestor_id: &str, on: &str, deepest: Level) -> Result<Vec<(Level, i64)>> {
    let sql = "select p.level, count(*) from rollup r join place p on p.pin_id = r.place_id \
               where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 and p.level <= $3 \
               and p.from_on <= $2 and p.to_on > $2 and p.id <> $1 group by p.level order by p.level";
    let rows = work.query(sql, &[ancestor_id.into(), on.into(), (deepest as i64).into()])?;
    Ok(rows.iter().map(|row| (Level::from_number(row.int(0)), row.int(1))).collect())
}

/// The highest level among the places directly below one on a day.
pub fn level_of_children(work: &mut Work, id: &str, on: &str) -> Result<Option<Level>> {
    Ok(first_child(work, id, on)?.map(|(level, _)| level))
}

fn first_child(work: &mut Work, id: &str, on: &str) -> Result<Option<(Level, String)>> {
    let sql = "select p.level, p.id from place_version v join place p on p.id = v.place_id \
               where v.parent_id = $1 and v.from_on <= $2 and v.to_on > $2 order by p.level limit 1";
    Ok(work.first(sql, &[id.into(), on.into()])?.map(|row| (Level::from_number(row.int(0)), row.text(1))))
}

/// The levels of units below a place on a day, as one way down the tree tells them; the highest first.
pub fn levels_below(work: &mut Work, id: &str, on: &str) -> Result<Vec<Level>> {
    let (mut levels, mut at) = (Vec::new(), id.to_owned());
    while let Some((level, child)) = first_child(work, &at, on)? {
        if level > Level::Commune {
            break;
        }
        levels.push(level);
        at = child;
    }
    Ok(levels)
}

/// The chain above a place on a day, nearest first.
pub fn above(work: &mut Work, place: &Place, on: &str) -> Result<Vec<Place>> {
    let day = place.day_on_the_map(on);
    let sql = select(
        "join rollup r on r.ancestor_id = p.id and r.place_id = $1 and r.from_on <= $2 and r.to_on > $2 \
         where p.id <> $3 order by p.level desc",
    );
    let rows = work.query(&sql, &[place.pin_id().into(), day.into(), place.id.as_str().into()])?;
    Ok(rows.iter().map(self::place).collect())
}

/// A day on which the pin of a place is on the map: the asked one, or the nearest.
pub fn day_of_pin(work: &mut Work, place: &Place, asked: &str) -> Result<String> {
    if !place.is_within_its_pin() {
        return Ok(place.day_on_the_map(asked));
    }
    Ok(by_id(work, place.pin_id())?.day_on_the_map(asked))
}

/// A place under the name and kind that it bore on a day, or on the nearest of its life.
pub fn as_called(work: &mut Work, place: Place, on: &str) -> Result<Place> {
    let sql = "select name, kind from place_version where place_id = $1 and from_on <= $2 and to_on > $2";
    let called = work.first(sql, &[Value::from(&place.id), place.day_on_the_map(on).into()])?;
    Ok(match called {
        Some(row) => Place { name: row.text(0), kind: row.text(1), ..place },
        None => place,
    })
}

/// The official code of the province in which a place lies today; it names the owner of its facts.
pub fn province_of(work: &mut Work, pin_id: &str) -> Result<String> {
    let today = work.today();
    let sql = "select p.code from rollup r join place p on p.id = r.ancestor_id \
               where r.place_id = $1 and r.level = 1 and r.from_on <= $2 and r.to_on > $2";
    let found = work.first(sql, &[pin_id.into(), today.into()])?;
    found.map(|row| row.text(0)).ok_or(Error::NotFound)
}

/// The provinces whose ledgers may hold facts that are shown where a pin is shown on a day; none when its
/// province is not certain then.
pub fn owners(work: &mut Work, pin_id: &str, on: &str) -> Result<Vec<String>> {
    let sql = "select o.province from rollup r join place_owner o on o.place_id = r.ancestor_id \
               where r.place_id = $1 and r.level = 1 and r.from_on <= $2 and r.to_on > $2 order by o.province";
    Ok(work.query(sql, &[pin_id.into(), on.into()])?.iter().map(|row| row.text(0)).collect())
}

/// Finds anew whose ledgers may hold facts of every province.
pub fn find_owners(work: &mut Work) -> Result<()> {
    work.execute("delete from place_owner", &[])?;
    let sql = "insert into place_owner (place_id, province) select distinct u.ancestor_id, o.code from rollup u \
               join rollup r on r.place_id = u.place_id and r.level = 1 join place o on o.id = r.ancestor_id \
               where u.level = 1";
    work.execute(sql, &[])?;
    Ok(())
}

/// The province of today in which a place lies; the country is none.
pub fn whole_province(work: &mut Work, place: &Place) -> Result<Place> {
    if place.level == Level::Nation {
        return Err(Error::Refused("place-province-needed"));
    }
    let code = province_of(work, place.pin_id())?;
    by_code(work, &code)
}

/// The names and parents of a place over time.
pub fn versions(work: &mut Work, id: &str) -> Result<Vec<Version>> {
    let sql = "select v.from_on, v.to_on, v.name, coalesce(up.name, ''), v.decree from place_version v \
               left join place up on up.id = v.parent_id where v.place_id = $1 order by v.from_on";
    let rows = work.query(sql, &[id.into()])?;
    Ok(rows
        .iter()
        .map(|row| Version {
            from_on: row.text(0),
            to_on: row.text(1),
            name: row.text(2),
            parent_name: row.text(3),
            decree: row.text(4),
        })
        .collect())
}

/// What a place came from.
pub fn sources(work: &mut Work, id: &str) -> Result<Vec<Relation>> {
    relations(
        work,
        "select p.id, p.name, coalesce(up.name, ''), l.on_date, l.part, l.legal_basis, l.confidence \
         from place_line l join place p on p.id = l.source_id left join place up on up.id = p.parent_id \
         where l.target_id = $1 and l.source_id <> $1 and p.from_on < p.to_on order by l.on_date, p.sort_key",
        id,
    )
}

/// What a place became.
pub fn targets(work: &mut Work, id: &str) -> Result<Vec<Relation>> {
    relations(
        work,
        "select p.id, p.name, coalesce(up.name, ''), l.on_date, l.part, l.legal_basis, l.confidence \
         from place_line l join place p on p.id = l.target_id left join place up on up.id = p.parent_id \
         where l.source_id = $1 and l.target_id <> $1 and p.from_on < p.to_on order by l.on_date, p.sort_key",
        id,
    )
}

fn relations(work: &mut Work, sql: &str, id: &str) -> Result<Vec<Relation>> {
    let rows = work.query(sql, &[id.into()])?;
    Ok(rows
        .iter()
        .map(|row| Relation {
            place_id: row.text(0),
            name: row.text(1),
            parent_name: row.text(2),
            on_date: row.text(3),
            part: row.yes(4),
            legal_basis: row.text(5),
            confidence: row.text(6),
        })
        .collect())
}

/// Adds a place that a province keeps itself: a residential area or an institution.
pub fn insert_own(work: &mut Work, place: &Place) -> Result<()> {
    let sql = "insert into place (id, code, level, kind, name, short_name, sort_key, fold, parent_id, \
               from_on, to_on, pin_id, source) values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, 'own')";
    let values: [Value; 11] = [
        place.id.as_str().into(),
        place.code.as_str().into(),
        (place.level as i64).into(),
        place.kind.as_str().into(),
        place.name.as_str().into(),
        fold::sort_key(&place.name).into(),
        fold::key(&place.name).into(),
        place.parent_id.as_str().into(),
        place.from_on.as_str().into(),
        place.to_on.as_str().into(),
        place.pin_id().into(),
    ];
    work.execute(sql, &values)?;
    let sql = "insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree) \
               values ($1, $2, $3, $4, $5, $6, '')";
    let values: [Value; 6] = [
        place.id.as_str().into(),
        place.from_on.as_str().into(),
        place.to_on.as_str().into(),
        place.name.as_str().into(),
        place.kind.as_str().into(),
        place.parent_id.as_str().into(),
    ];
    work.execute(sql, &values)?;
    let commune = by_id(work, &place.parent_id)?.name;
    let entry = Entry {
        thing: "place",
        thing_id: &place.id,
        // A province's own places are found where its points are.
        pin_id: place.pin_id(),
        place_id: &place.id,
        title: &place.name,
        detail: &commune,
        also: &commune,
        weight: 40,
    };
    search::insert(work, &entry)
}

/// The own place of this kind and name that a commune has itself, one that stands before one that has ended.
pub fn own_of(work: &mut Work, commune_id: &str, kind: &str, name: &str) -> Result<Option<Place>> {
    let sql = select(
        "where p.parent_id = $1 and p.kind = $2 and p.fold = $3 and p.source = 'own' order by p.to_on desc, p.id limit 1",
    );
    let found = work.first(&sql, &[commune_id.into(), kind.into(), fold::key(name).into()])?;
    Ok(found.map(|row| place(&row)))
}

/// The own places of this kind and name that a commune has from the ones that ended in it, each with the name of its
/// commune.
pub fn own_within(work: &mut Work, commune_id: &str, kind: &str, name: &str) -> Result<Vec<(Place, String)>> {
    let today = work.today();
    let sql = format!(
        "select {COLUMNS}, up.name from rollup r join place p on p.pin_id = r.place_id and p.kind = $2 and p.fold = $3 \
         and p.source = 'own' and p.to_on > $4 join place up on up.id = p.parent_id \
         where r.ancestor_id = $1 and r.from_on <= $4 and r.to_on > $4 order by up.sort_key, p.id"
    );
    let rows = work.query(&sql, &[commune_id.into(), kind.into(), fold::key(name).into(), today.into()])?;
    Ok(rows.iter().map(|row| (place(row), row.text(11))).collect())
}

/// Names of own places that mean several under one commune, none of which it has itself: commune, kind, folded name.
pub fn own_alike(work: &mut Work, scope: &Place) -> Result<HashSet<[String; 3]>> {
    let today = work.today();
    let day = scope.day_on_the_map(&today);
    let sql = "select r.ancestor_id, p.kind, p.fold from rollup s join place p on p.pin_id = s.place_id \
               and p.source = 'own' and p.to_on > $3 join rollup r on r.place_id = s.place_id and r.level = 3 \
               and r.from_on <= $3 and r.to_on > $3 where s.ancestor_id = $1 and s.from_on <= $2 and s.to_on > $2 \
               group by r.ancestor_id, p.kind, p.fold \
               having count(*) > 1 and max(case when p.parent_id = r.ancestor_id then 1 else 0 end) = 0";
    let rows = work.query(sql, &[scope.pin_id().into(), day.into(), today.as_str().into()])?;
    Ok(rows.iter().map(|row| [row.text(0), row.text(1), row.text(2)]).collect())
}

/// The place that bore a code on a day; where none did, the latest that bears it.
pub fn by_code_on(work: &mut Work, code: &str, on: &str) -> Result<Place> {
    let sql = select("where p.code = $1 and p.from_on <= $2 and p.to_on > $2");
    match work.first(&sql, &[code.into(), on.into()])? {
        Some(row) => Ok(place(&row)),
        None => by_code(work, code),
    }
}
