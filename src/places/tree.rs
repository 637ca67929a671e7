//! The tree around some places: read as far as their roll-up depends on it, computed by the gazetteer, and written
//! where it changed. A hamlet needs a handful of places, a province its own; nothing needs the whole nation.

use std::collections::{BTreeMap, BTreeSet};

use gazetteer::{History, Link, RollupRow, Span, rollup};
use store::{Row, Value};

use crate::error::Result;
use crate::places::place::NATION;
use crate::work::Work;

/// Some places, all whose showing depends on theirs, and the history that tells it.
#[derive(Debug)]
pub struct Around {
    /// The places that are to be rolled up anew.
    pub touched: BTreeSet<String>,
    /// Their history, with that of all above them.
    pub history: History,
}

/// So many ids are asked for at once; the text is the same for any number, so it is planned once.
const BATCH: usize = 64;

/// The rows of a query about each of these ids.
fn each(work: &mut Work, sql: &str, ids: &BTreeSet<String>) -> Result<Vec<Row>> {
    let blanks: Vec<String> = (1..=BATCH).map(|n| format!("${n}")).collect();
    let sql = format!("{sql} in ({})", blanks.join(", "));
    let ids: Vec<&String> = ids.iter().collect();
    let mut rows = Vec::new();
    for batch in ids.chunks(BATCH) {
        let filled = batch.iter().chain(std::iter::repeat(&batch[0])).take(BATCH);
        rows.extend(work.query(&sql, &filled.map(|id| Value::from(*id)).collect::<Vec<_>>())?);
    }
    Ok(rows)
}

fn ids(rows: &[Row], at: usize) -> impl Iterator<Item = String> + '_ {
    rows.iter().map(move |row| row.text(at)).filter(|id| !id.is_empty() && id != NATION)
}

/// The places at the other ends of lines.
fn neighbours(work: &mut Work, of: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let targets = each(work, "select coalesce(target_id, '') from place_line where source_id", of)?;
    let sources = each(work, "select source_id from place_line where target_id", of)?;
    Ok(ids(&targets, 0).chain(ids(&sources, 0)).collect())
}

/// The places that ever stood directly below and have a place of their own in the roll-up.
fn children(work: &mut Work, of: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let sql = "select v.place_id from place_version v join place p on p.id = v.place_id and p.pin_id = p.id \
               where v.parent_id";
    Ok(ids(&each(work, sql, of)?, 0).collect())
}

fn parents(work: &mut Work, of: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let rows = each(work, "select coalesce(v.parent_id, '') from place_version v where v.place_id", of)?;
    Ok(ids(&rows, 0).collect())
}

/// Follows steps from some places until nothing new is met.
fn follow(
    work: &mut Work,
    from: BTreeSet<String>,
    step: impl Fn(&mut Work, &BTreeSet<String>) -> Result<BTreeSet<String>>,
) -> Result<BTreeSet<String>> {
    let mut met = from.clone();
    let mut next = from;
    while !next.is_empty() {
        next = step(work, &next)?.difference(&met).cloned().collect();
        met.extend(next.iter().cloned());
    }
    Ok(met)
}

/// What must be known to roll up these places anew, when they or what stands below them changes. `above` are places
/// that something new will stand below.
pub fn around(work: &mut Work, changed: &BTreeSet<String>, above: &BTreeSet<String>) -> Result<Around> {
    let changed: BTreeSet<String> = changed.iter().filter(|id| *id != NATION).cloned().collect();
    let touched = follow(work, changed, |work, of| {
        let mut next = neighbours(work, of)?;
        next.extend(children(work, of)?);
        Ok(next)
    })?;
    let mut lowest = touched.clone();
    lowest.extend(above.iter().filter(|id| *id != NATION).cloned());
    let all = follow(work, lowest, |work, of| {
        let mut next = parents(work, of)?;
        next.extend(neighbours(work, of)?);
        Ok(next)
    })?;
    let history = history_of(work, &all)?;
    Ok(Around { touched, history })
}

/// The lives, parents and lines of some places.
fn history_of(work: &mut Work, all: &BTreeSet<String>) -> Result<History> {
    let mut places: BTreeMap<String, gazetteer::Place> = BTreeMap::new();
    let sql = "select v.place_id, v.from_on, v.to_on, coalesce(v.parent_id, ''), p.level from place_version v \
               join place p on p.id = v.place_id where v.place_id";
    let mut rows = each(work, sql, all)?;
    rows.sort_by(|a, b| (a.str(0), a.str(1)).cmp(&(b.str(0), b.str(1))));
    rows.dedup_by(|a, b| (a.str(0), a.str(1)) == (b.str(0), b.str(1)));
    for row in &rows {
        let parent = Some(row.text(3)).filter(|id| !id.is_empty() && id != NATION);
        let level = u8::try_from(row.int(4)).unwrap_or(u8::MAX);
        let place =
            places.entry(row.text(0)).or_insert_with(|| gazetteer::Place { id: row.text(0), level, spans: Vec::new() });
        place.spans.push(Span { from: row.text(1), to: row.text(2), parent });
    }
    let sql =
        "select l.id, l.source_id, coalesce(l.target_id, ''), l.on_date, l.people from place_line l where l.source_id";
    let mut rows = each(work, sql, all)?;
    rows.sort_by(|a, b| a.str(0).cmp(b.str(0)));
    rows.dedup_by(|a, b| a.str(0) == b.str(0));
    let links = rows.iter().filter(|row| all.contains(row.str(2))).map(|row| Link {
        source: row.text(1),
        target: row.text(2),
        on: row.text(3),
        land_only: row.str(4) == "none",
    });
    Ok(History { places: places.into_values().collect(), links: links.collect() })
}

/// The rows of some places as they are kept.
pub fn kept(work: &mut Work, of: &BTreeSet<String>) -> Result<BTreeSet<RollupRow>> {
    let sql = "select r.place_id, r.ancestor_id, r.level, r.from_on, r.to_on from rollup r where r.place_id";
    let row = |row: &Row| RollupRow {
        place: row.text(0),
        ancestor: row.text(1),
        ancestor_level: u8::try_from(row.int(2)).unwrap_or(u8::MAX),
        from: row.text(3),
        to: row.text(4),
    };
    Ok(each(work, sql, of)?.iter().map(row).collect())
}

/// The rows of some places as a history makes them.
pub fn made(history: &History, of: &BTreeSet<String>) -> BTreeSet<RollupRow> {
    rollup(history).into_iter().filter(|row| of.contains(&row.place)).collect()
}

/// Writes the rows that are new, takes out those that are gone, and finds anew whose ledgers are concerned.
pub fn save(work: &mut Work, before: &BTreeSet<RollupRow>, after: &BTreeSet<RollupRow>) -> Result<()> {
    for row in before.difference(after) {
        let sql = "delete from rollup where ancestor_id = $1 and place_id = $2 and from_on = $3";
        work.execute(sql, &[Value::from(&row.ancestor), Value::from(&row.place), Value::from(&row.from)])?;
    }
    for row in after.difference(before) {
        let sql = "insert into rollup (ancestor_id, place_id, from_on, to_on, level) values ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            Value::from(&row.ancestor),
            Value::from(&row.place),
            Value::from(&row.from),
            Value::from(&row.to),
            i64::from(row.ancestor_level).into(),
        ];
        work.execute(sql, &values)?;
    }
    let moved: BTreeSet<&str> = before
        .symmetric_difference(after)
        .filter(|row| row.ancestor_level == 1)
        .map(|row| row.place.as_str())
        .collect();
    let provinces: BTreeSet<&str> = before
        .union(after)
        .filter(|row| row.ancestor_level == 1 && moved.contains(row.place.as_str()))
        .map(|row| row.ancestor.as_str())
        .collect();
    provinces.into_iter().try_for_each(|province| find_owners_of(work, province))
}

fn find_owners_of(work: &mut Work, province: &str) -> Result<()> {
    work.execute("delete from place_owner where place_id = $1", &[province.into()])?;
    let sql = "insert into place_owner (place_id, province) select distinct u.ancestor_id, o.code from rollup u \
               join rollup r on r.place_id = u.place_id and r.level = 1 join place o on o.id = r.ancestor_id \
               where u.ancestor_id = $1";
    work.execute(sql, &[province.into()])?;
    Ok(())
}
