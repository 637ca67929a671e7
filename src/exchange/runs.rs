//! A list that was sent in: its verdict is kept, applied once, and may be undone while nobody has touched
//! what it made.

use serde_json::{Value as Json, json};
use store::{Row, Value};

use crate::error::{Error, Result};
use crate::exchange::apply::apply_checked;
use crate::exchange::areas::restore_area;
use crate::exchange::check::{Change, Checked};
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::search;
use crate::work::{Thing, Work};

/// A list and what has become of it.
pub struct Run {
    pub id: String,
    pub place_id: String,
    pub file_name: String,
    pub at: String,
    pub applied_at: Option<String>,
    pub undone_at: Option<String>,
    /// What was read from the file is no longer kept; only its counts are.
    pub is_trimmed: bool,
    pub checked: Checked,
}

pub(super) const COLUMNS: &str = "id, place_id, file_name, at, applied_at, undone_at, body, trimmed_at";

pub(super) fn run(row: &Row) -> Result<Run> {
    Ok(Run {
        id: row.text(0),
        place_id: row.text(1),
        file_name: row.text(2),
        at: row.text(3),
        applied_at: row.text_or_null(4),
        undone_at: row.text_or_null(5),
        is_trimmed: !row.str(7).is_empty(),
        checked: serde_json::from_str(row.str(6)).map_err(anyhow::Error::new)?,
    })
}

/// Keeps a verdict; nothing else is changed.
pub fn keep(work: &mut Work, place: &Place, file_name: &str, checked: &Checked) -> Result<String> {
    let id = ids::new();
    let body = serde_json::to_string(checked).map_err(anyhow::Error::new)?;
    let name = fold::clean(file_name);
    let sql = "insert into import_run (id, account_id, kind, place_id, file_name, at, body) \
               values ($1, $2, 'points', $3, $4, $5, $6)";
    let values: [Value; 6] = [
        id.as_str().into(),
        work.actor.account_id.as_str().into(),
        place.id.as_str().into(),
        name.as_str().into(),
        work.moment.now.as_str().into(),
        body.into(),
    ];
    work.execute(sql, &values)?;
    let province = places::province_of(work, place.pin_id())?;
    let thing = Thing { province: &province, kind: "import", id: &id, pin: place.pin_id() };
    let told = Told::of(&thing).fact("n_rows", checked.rows).text(work, "file_name", &name)?;
    work.journal("import.checked", &thing, &told.body())?;
    Ok(id)
}

/// Only the account that sent a list may see, apply or undo it.
pub fn of(work: &mut Work, id: &str) -> Result<Run> {
    let sql = format!("select {COLUMNS} from import_run where id = $1 and account_id = $2");
    let account = work.actor.account_id.clone();
    run(&work.first(&sql, &[id.into(), account.into()])?.ok_or(Error::NotFound)?)
}

/// The last lists of this account, newest first.
pub fn latest(work: &mut Work, most: i64) -> Result<Vec<Run>> {
    let sql = format!("select {COLUMNS} from import_run where account_id = $1 order by at desc, id desc limit $2");
    let account = work.actor.account_id.clone();
    work.query(&sql, &[account.into(), most.into()])?.iter().map(run).collect()
}

fn origin(id: &str) -> String {
    format!("import:{id}")
}

/// Applies what was good in a list, once.
pub fn apply(work: &mut Work, id: &str) -> Result<()> {
    let run = of(work, id)?;
    if run.applied_at.is_some() {
        return Ok(());
    }
    work.actor.origin = origin(id);
    let touched = apply_checked(work, &run.checked, id)?;
    for point in &touched {
        let sql = "insert into import_touched (run_id, province, point_id, before) values ($1, $2, $3, $4)";
        let before = Json::from(point.before.clone()).to_string();
        work.execute(sql, &[id.into(), run.checked.province.as_str().into(), point.id.as_str().into(), before.into()])?;
    }
    let now = work.moment.now.clone();
    work.execute("update import_run set applied_at = $2 where id = $1", &[id.into(), now.into()])?;
    Ok(())
}

/// A point that a list made or changed, and its rows before that; empty for one that was made.
pub struct Touched {
    pub id: String,
    pub before: Vec<Json>,
}

/// The tables in which a point is kept: name, column of the point's id, columns.
const TABLES: [(&str, &str, &str); 5] = [
    (
        "point",
        "id",
        "province, id, code, scheme_id, place_id, pin_id, first_place_id, first_pin_id, area_kind, name, sort_key, fold, \
         lead, coordinating, contact_role, origin, from_point_id, state, launched_on, version",
    ),
    ("point_scale", "point_id", "province, point_id, from_on, to_on, n_households, n_units, n_commitments"),
    (
        "step",
        "point_id",
        "province, id, point_id, kind, on_date, entered_at, paper_id, reason, note, place_id, pin_id, into_id",
    ),
    ("point_span", "point_id", "province, point_id, state, active, from_on, to_on, place_id, pin_id"),
    (
        "team",
        "point_id",
        "province, id, point_id, name, sort_key, n_members, n_households, leader_role, from_on, to_on, version",
    ),
];

/// Every row of a point, one JSON list a table.
pub fn rows_of_point(work: &mut Work, province: &str, id: &str) -> Result<Vec<Json>> {
    let mut tables = Vec::new();
    for (table, key, columns) in TABLES {
        let sql = format!("select {columns} from {table} where province = $1 and {key} = $2");
        let rows = work.query(&sql, &[province.into(), id.into()])?;
        tables.push(rows.iter().map(|row| row.values().iter().map(json_of).collect::<Json>()).collect());
    }
    Ok(tables)
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => text.as_str().into(),
        Value::Int(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
    }
}

fn value_of(json: &Json) -> Value {
    match json {
        Json::String(text) => text.as_str().into(),
        Json::Number(number) => number.as_i64().map_or_else(|| number.as_f64().into(), Value::Int),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}

/// Undoes a list that was applied: every point is as it was before, those it made are gone. Refused, with
/// their codes, when someone has worked on one of them since; a later list that is undone does not count.
pub fn undo(work: &mut Work, id: &str) -> Result<()> {
    let run = of(work, id)?;
    if run.applied_at.is_none() {
        return Err(Error::Refused("import-undo-not-applied"));
    }
    if run.undone_at.is_some() {
        return Ok(());
    }
    if run.is_trimmed {
        return Err(Error::Refused("import-undo-trimmed"));
    }
    let scope = places::by_id(work, &run.place_id)?;
    work.demand(Verb::Import, Verb::ReadPlace, scope.pin_id())?;
    let province = run.checked.province.as_str();
    let sql = "select point_id, before from import_touched where run_id = $1 and province = $2 order by point_id";
    let touched = work.query(sql, &[id.into(), province.into()])?;
    let is_of_areas = run.checked.drafts.iter().any(|draft| matches!(draft.change, Change::Area(_)));
    if is_of_areas {
        refuse_if_told_anew(work, id, province)?;
    } else {
        refuse_if_worked_on(work, id, province)?;
    }
    for row in &touched {
        if is_of_areas {
            restore_area(work, province, row.str(0), row.str(1))?;
        } else {
            restore(work, province, row.str(0), row.str(1))?;
        }
    }
    let n_places = remove_unused_places(work, id)?;
    let now = work.moment.now.clone();
    work.execute("update import_run set undone_at = $2 where id = $1", &[id.into(), now.into()])?;
    let thing = Thing { province, kind: "import", id, pin: scope.pin_id() };
    work.journal("import.undone", &thing, &json!({ "n_points": touched.len(), "n_places": n_places }))
}

fn refuse_if_worked_on(work: &mut Work, id: &str, province: &str) -> Result<()> {
    let sql = "select distinct p.code from import_touched t \
               join point p on p.province = t.province and p.id = t.point_id \
               join journal a on a.origin = $2 and a.deed = 'import.applied' \
               where t.run_id = $1 and t.province = $3 and (\
               exists (select 1 from journal j where j.thing_id = t.point_id and j.province = t.province \
               and (j.day, j.seq) > (a.day, a.seq) \
               and not exists (select 1 from import_run u where u.undone_at is not null and j.origin = 'import:' || u.id)) \
               or exists (select 1 from step s where s.province = t.province and s.into_id = t.point_id) \
               or exists (select 1 from point q where q.province = t.province and q.from_point_id = t.point_id)) \
               order by p.code";
    let rows = work.query(sql, &[id.into(), origin(id).into(), province.into()])?;
    if rows.is_empty() {
        return Ok(());
    }
    let codes: Vec<String> = rows.iter().map(|row| row.text(0)).collect();
    Err(Error::field("run", "import-undo-worked-on", codes.join(", ")))
}

/// A later list of areas that still stands told some of the same.
fn refuse_if_told_anew(work: &mut Work, id: &str, province: &str) -> Result<()> {
    let sql = "select distinct p.name from import_touched t join place p on p.id = t.point_id \
               join journal a on a.origin = $2 and a.deed = 'import.applied' \
               where t.run_id = $1 and t.province = $3 and exists (select 1 from journal j where j.thing_id = t.point_id \
               and j.province = t.province and j.deed = 'place.sized' and (j.day, j.seq) > (a.day, a.seq) \
               and not exists (select 1 from import_run u where u.undone_at is not null and j.origin = 'import:' || u.id)) \
               order by p.name limit 20";
    let rows = work.query(sql, &[id.into(), origin(id).into(), province.into()])?;
    if rows.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rows.iter().map(|row| row.text(0)).collect();
    Err(Error::field("run", "import-undo-worked-on", names.join(", ")))
}

fn restore(work: &mut Work, province: &str, point_id: &str, before: &str) -> Result<()> {
    let before: Vec<Vec<Vec<Json>>> = serde_json::from_str(before).map_err(anyhow::Error::new)?;
    for (table, key, _) in TABLES.iter().rev() {
        let sql = format!("delete from {table} where province = $1 and {key} = $2");
        work.execute(&sql, &[province.into(), point_id.into()])?;
    }
    for ((table, _, columns), rows) in TABLES.iter().zip(&before) {
        for row in rows {
            let blanks: Vec<String> = (1..=row.len()).map(|n| format!("${n}")).collect();
            let sql = format!("insert into {table} ({columns}) values ({})", blanks.join(", "));
            work.execute(&sql, &row.iter().map(value_of).collect::<Vec<_>>())?;
        }
    }
    // A form that was opened before the undoing must not be saved over it.
    let sql = "update point set version = version + 2 where province = $1 and id = $2";
    if work.execute(sql, &[province.into(), point_id.into()])? == 0 {
        search::forget(work, point_id)?;
    }
    Ok(())
}

/// Residential areas and institutions that the list added, where nothing else stands on them.
fn remove_unused_places(work: &mut Work, id: &str) -> Result<u64> {
    let added = "select j.thing_id from journal j where j.origin = $1 and j.deed = 'place.added' \
                 and not exists (select 1 from point p where p.place_id = j.thing_id or p.first_place_id = j.thing_id) \
                 and not exists (select 1 from point_span s where s.place_id = j.thing_id) \
                 and not exists (select 1 from exemplar e where e.place_id = j.thing_id) \
                 and not exists (select 1 from place_size z where z.place_id = j.thing_id) \
                 and not exists (select 1 from place_line l where l.source_id = j.thing_id or l.target_id = j.thing_id) \
                 and not exists (select 1 from commendation c where c.place_id = j.thing_id)";
    let places = work.query(added, &[origin(id).into()])?;
    for place in &places {
        work.execute("delete from place_version where place_id = $1", &[place.str(0).into()])?;
        work.execute("delete from place where id = $1", &[place.str(0).into()])?;
        search::forget(work, place.str(0))?;
    }
    Ok(places.len() as u64)
}
