//! Asking a figure: its number, its breakdown, its rows, all from one relation.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Serialize;
use store::{Row, Value};

use crate::error::{Error, Result};
use crate::figures::catalogue::{Aggregate, By, FIGURES, Figure};
use crate::permissions::Verb;
use crate::places::place::{Level, NATION, Place};
use crate::places::store as places;
use crate::work::Work;

/// What is asked: where, at which cut-off, over which period, on which map. Dates are ISO text.
#[derive(Clone, Debug)]
pub struct Asked {
    pub place: Place,
    pub at: String,
    pub from: String,
    pub boundaries: String,
}

/// One line of a breakdown. An empty key is what could not be placed: "chưa phân bổ".
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Group {
    pub key: String,
    pub label: String,
    pub value: i64,
}

/// One row behind a number.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct FigureRow {
    pub row_id: String,
    pub thing_id: String,
    pub title: String,
    pub place: String,
    pub place_id: String,
    pub scheme_id: String,
    pub kind: String,
    pub reason: String,
    pub on_date: String,
    pub value: i64,
}

/// Where the rows must lie: in the place asked for, narrowed to the person's reach.
struct Frame {
    ancestor: String,
    day: String,
    exact: String,
}

fn frame(work: &mut Work, place: &Place) -> Result<Frame> {
    let today = work.today();
    let pin = place.pin_id().to_owned();
    let exact = if place.level >= Level::Area { place.id.clone() } else { String::new() };
    if work.reaches(Verb::ReadFigure, &pin)? {
        let day = if exact.is_empty() { place.day_on_the_map(&today) } else { today };
        return Ok(Frame { ancestor: pin, day, exact });
    }
    // The person sees only part of what was asked for: the figure is of that part.
    let held: Vec<String> = work.actor.places_for(Verb::ReadFigure).iter().map(|p| (*p).to_owned()).collect();
    for own in held {
        let sql = "select 1 from rollup where ancestor_id = $1 and place_id = $2";
        if work.first(sql, &[pin.as_str().into(), own.as_str().into()])?.is_some() {
            return Ok(Frame { ancestor: own, day: today, exact });
        }
    }
    Err(Error::NotFound)
}

const IN_FRAME: &str = "join rollup r on r.ancestor_id = $3 and r.place_id = f.pin_id and r.from_on <= $4 and r.to_on > $4 \
                        where ($5 = '' or f.place_id = $5)";

/// The statements of a figure, put together once from constant texts.
struct Statements {
    total: String,
    rows: String,
    by: Vec<(By, String)>,
}

fn statements(figure: &Figure) -> &'static Statements {
    static ALL: OnceLock<HashMap<&'static str, Statements>> = OnceLock::new();
    let all = ALL.get_or_init(|| FIGURES.iter().map(|figure| (figure.code, compose(figure))).collect());
    all.get(figure.code).expect("the catalogue's figures all have statements")
}

fn compose(figure: &Figure) -> Statements {
    let aggregate = match figure.aggregate {
        Aggregate::Distinct => "count(distinct f.thing_id)",
        Aggregate::Count => "count(*)",
        Aggregate::Sum => "cast(coalesce(sum(f.value), 0) as bigint)",
    };
    // `$2` is cast so that both engines know its type where the relation does not use it.
    let inside = format!("from (select q.*, cast($2 as text) as since from ({}) q) f", figure.relation);
    let total = format!("select {aggregate} {inside} {IN_FRAME}");
    let rows = match figure.aggregate {
        Aggregate::Distinct => format!(
            "select f.thing_id, f.thing_id, max(f.title), '', '', f.thing_id, '', '', min(f.on_date), count(*), max(f.sort_key) as k \
             {inside} {IN_FRAME} group by f.thing_id order by k, f.thing_id"
        ),
        Aggregate::Count | Aggregate::Sum => format!(
            "select f.row_id, f.thing_id, f.title, l.name, f.place_id, f.scheme_id, f.kind, f.reason, f.on_date, f.value, f.sort_key \
             {inside} join place l on l.id = f.place_id {IN_FRAME} order by f.sort_key, f.row_id"
        ),
    };
    let by = figure.by.iter().map(|by| (*by, breakdown(*by, aggregate, &inside))).collect();
    Statements { total, rows, by }
}

fn breakdown(by: By, aggregate: &str, inside: &str) -> String {
    match by {
        By::Place => format!(
            "select coalesce(g.ancestor_id, ''), max(coalesce(n.name, '')), {aggregate}, max(coalesce(n.sort_key, '~')) as k {inside} \
             left join rollup g on g.place_id = f.pin_id and g.level = $6 and g.from_on <= $7 and g.to_on > $7 \
             left join place n on n.id = g.ancestor_id {IN_FRAME} group by g.ancestor_id order by k"
        ),
        By::Scheme => format!(
            "select f.scheme_id, max(c.name), {aggregate}, max(c.sort_key) as k {inside} \
             join scheme c on c.province = f.province and c.id = f.scheme_id {IN_FRAME} group by f.scheme_id order by k"
        ),
        By::Sector => format!(
            "select x.sector, max(n.name_vi), {aggregate}, max(n.position) as k {inside} \
             join scheme_sector x on x.province = f.province and x.scheme_id = f.scheme_id \
             join sector n on n.code = x.sector {IN_FRAME} group by x.sector order by k"
        ),
        By::Kind => {
            format!("select f.kind, f.kind, {aggregate} {inside} {IN_FRAME} group by f.kind order by 3 desc, 1")
        }
        By::Reason => {
            format!("select f.reason, f.reason, {aggregate} {inside} {IN_FRAME} group by f.reason order by 3 desc, 1")
        }
    }
}

fn values(asked: &Asked, frame: &Frame) -> Vec<Value> {
    vec![
        asked.at.as_str().into(),
        asked.from.as_str().into(),
        frame.ancestor.as_str().into(),
        frame.day.as_str().into(),
        frame.exact.as_str().into(),
    ]
}

/// The number itself.
pub fn total(work: &mut Work, figure: &Figure, asked: &Asked) -> Result<i64> {
    let frame = frame(work, &asked.place)?;
    let row = work.first(&statements(figure).total, &values(asked, &frame))?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// The number broken down. A point of several sectors is counted under each of them.
pub fn groups(work: &mut Work, figure: &Figure, asked: &Asked, by: By) -> Result<Vec<Group>> {
    let Some((_, sql)) = statements(figure).by.iter().find(|(known, _)| *known == by) else {
        return Err(Error::field("by", "figure-by-unknown", by.word()));
    };
    let frame = frame(work, &asked.place)?;
    let mut values = values(asked, &frame);
    if by == By::Place {
        let level = level_below(work, &asked.place, &asked.boundaries)?;
        values.push((level as i64).into());
        values.push(asked.boundaries.as_str().into());
    }
    Ok(work.query(sql, &values)?.iter().map(group_row).collect())
}

fn group_row(row: &Row) -> Group {
    Group { key: row.text(0), label: row.text(1), value: row.int(2) }
}

/// The level at which a place is broken down on a map: the next one that this map has below it. Where the
/// place is not on that map (a province that was merged later), the provinces of that map.
pub fn level_below(work: &mut Work, place: &Place, boundaries: &str) -> Result<Level> {
    if place.id == NATION {
        return Ok(Level::Province);
    }
    let on_map = place.from_on.as_str() <= boundaries && boundaries < place.to_on.as_str();
    if !on_map {
        return Ok(if place.level <= Level::Province { Level::Province } else { Level::Commune });
    }
    let below = places::count_below(work, &place.id, boundaries)?;
    Ok(below
        .iter()
        .map(|(level, _)| *level)
        .find(|level| *level > place.level && *level <= Level::Commune)
        .unwrap_or(Level::Commune))
}

/// The rows behind exactly that number. For a count of different things, one row a thing.
pub fn rows(work: &mut Work, figure: &Figure, asked: &Asked) -> Result<Vec<FigureRow>> {
    let frame = frame(work, &asked.place)?;
    let rows = work.query(&statements(figure).rows, &values(asked, &frame))?;
    Ok(rows
        .iter()
        .map(|row| FigureRow {
            row_id: row.text(0),
            thing_id: row.text(1),
            title: row.text(2),
            place: row.text(3),
            place_id: row.text(4),
            scheme_id: row.text(5),
            kind: row.text(6),
            reason: row.text(7),
            on_date: row.text(8),
            value: row.int(9),
        })
        .collect())
}
