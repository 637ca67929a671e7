//! How places are kept and found.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::places::place::{Level, Place, Relation, Version};
use crate::work::Work;

const COLUMNS: &str = "p.id, p.code, p.level, p.kind, p.name, coalesce(p.parent_id, ''), p.from_on, \
                       p.to_on, p.area_km2, p.population";

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
        "where p.source = 'country' and p.from_on <= $3 and p.to_on > $3 and (p.fold = $1 or p.sort_key = $2) \
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
    if level >= Level::Area {
        let sql = select(
            "join rollup r on r.place_id = p.parent_id and r.ancestor_id = $1 and r.from_on <= $3 \
             and r.to_on > $3 where p.level = $2 and p.from_on <= $3 and p.to_on > $3 \
             order by p.sort_key, p.id",
        );
        let rows = work.query(&sql, &[ancestor_id.into(), (level as i64).into(), on.into()])?;
        return Ok(rows.iter().map(place).collect());
    }
    let sql = select(
        "join rollup r on r.place_id = p.id and r.ancestor_id = $1 and r.from_on <= $3 and r.to_on > $3 \
         where p.level = $2 and p.from_on <= $3 and p.to_on > $3 order by p.sort_key, p.id",
    );
    let rows = work.query(&sql, &[ancestor_id.into(), (level as i64).into(), on.into()])?;
    Ok(rows.iter().map(place).collect())
}

/// How many places of each level stand below one on a day.
pub fn count_below(work: &mut Work, ancestor_id: &str, on: &str) -> Result<Vec<(Level, i64)>> {
    let sql = "select p.level, count(*) from place p join rollup r on r.place_id = p.id \
               and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
               where p.from_on <= $2 and p.to_on > $2 and p.id <> $1 group by p.level order by p.level";
    let rows = work.query(sql, &[ancestor_id.into(), on.into()])?;
    Ok(rows.iter().map(|row| (Level::from_number(row.int(0)), row.int(1))).collect())
}

/// The highest level among the places directly below one on a day.
pub fn level_of_children(work: &mut Work, id: &str, on: &str) -> Result<Option<Level>> {
    let sql = "select p.level from place_version v join place p on p.id = v.place_id \
               where v.parent_id = $1 and v.from_on <= $2 and v.to_on > $2 order by p.level limit 1";
    Ok(work.first(sql, &[id.into(), on.into()])?.map(|row| Level::from_number(row.int(0))))
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

/// The official code of the province in which a place lies today; it names the owner of its facts.
pub fn province_of(work: &mut Work, pin_id: &str) -> Result<String> {
    let today = work.today();
    let sql = "select p.code from rollup r join place p on p.id = r.ancestor_id \
               where r.place_id = $1 and r.level = 1 and r.from_on <= $2 and r.to_on > $2";
    let found = work.first(sql, &[pin_id.into(), today.into()])?;
    found.map(|row| row.text(0)).ok_or(Error::NotFound)
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
         where l.target_id = $1 and l.source_id <> $1 order by l.on_date, p.sort_key",
        id,
    )
}

/// What a place became.
pub fn targets(work: &mut Work, id: &str) -> Result<Vec<Relation>> {
    relations(
        work,
        "select p.id, p.name, coalesce(up.name, ''), l.on_date, l.part, l.legal_basis, l.confidence \
         from place_line l join place p on p.id = l.target_id left join place up on up.id = p.parent_id \
         where l.source_id = $1 and l.target_id <> $1 order by l.on_date, p.sort_key",
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
               from_on, to_on, source) values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, 'own')";
    let values: [Value; 10] = [
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
    Ok(())
}

/// An own place of this kind and name under a commune, if there is one.
pub fn own_by_name(work: &mut Work, pin_id: &str, kind: &str, name: &str) -> Result<Option<Place>> {
    let sql = select("where p.parent_id = $1 and p.kind = $2 and p.fold = $3 and p.source = 'own'");
    let found = work.first(&sql, &[pin_id.into(), kind.into(), fold::key(name).into()])?;
    Ok(found.map(|row| place(&row)))
}

/// The place that bore a code on a day; where none did, the latest that bears it.
pub fn by_code_on(work: &mut Work, code: &str, on: &str) -> Result<Place> {
    let sql = select("where p.code = $1 and p.from_on <= $2 and p.to_on > $2");
    match work.first(&sql, &[code.into(), on.into()])? {
        Some(row) => Ok(place(&row)),
        None => by_code(work, code),
    }
}
