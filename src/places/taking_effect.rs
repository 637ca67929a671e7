//! A reorganisation takes effect: its rows are written into the tree when it is signed, dated, so that every map and
//! every right turns on its day without anyone's doing; only the names that lists show are turned on that morning.
//! It is taken back by putting the rows that it changed back as they were.

use std::collections::BTreeSet;

use gazetteer::RollupRow;
use serde_json::{Value as Json, json};
use store::Value;

use crate::error::{Error, Result};
use crate::places::effects::{Effect, Fault, changed, effects};
use crate::places::place::{Level, OPEN};
use crate::places::reorganisation::{Deed, NewUnit, Reorganisation};
use crate::places::{ground, tree};
use crate::search::{self, Entry};
use crate::work::Work;

/// What a reorganisation would change, computed and not yet written.
#[derive(Debug)]
pub struct Change {
    pub on: String,
    pub effects: Vec<Effect>,
    pub before: BTreeSet<RollupRow>,
    pub after: BTreeSet<RollupRow>,
}

impl Change {
    /// The standing places whose rows are changed.
    pub fn changes(&self) -> BTreeSet<&str> {
        let one = |effect| match effect {
            &Effect::End { ref id } | &Effect::Turn { ref id, .. } => Some(id.as_str()),
            &Effect::Begin { .. } | &Effect::Join { .. } => None,
        };
        self.effects.iter().filter_map(one).collect()
    }

    /// The units that begin.
    pub fn begins(&self) -> impl Iterator<Item = (&str, &NewUnit)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Begin { id, unit } => Some((id.as_str(), unit)),
            Effect::End { .. } | Effect::Turn { .. } | Effect::Join { .. } => None,
        })
    }
}

/// What a reorganisation would change, or everything that is wrong with it.
pub fn prepare(work: &mut Work, told: &Reorganisation) -> Result<std::result::Result<Change, Vec<Fault>>> {
    let ground = ground::survey(work, told)?;
    let effects = match effects(told, &ground) {
        Ok(effects) => effects,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut concerned = BTreeSet::new();
    let mut above = BTreeSet::new();
    for effect in &effects {
        match effect {
            Effect::Begin { unit, .. } => {
                above.insert(unit.parent.clone());
            }
            Effect::Turn { id, parent, .. } => {
                concerned.insert(id.clone());
                above.insert(parent.clone());
            }
            Effect::End { id } => {
                concerned.insert(id.clone());
            }
            Effect::Join { source, target, .. } => {
                concerned.insert(source.clone());
                concerned.extend(target.clone());
            }
        }
    }
    let begun: BTreeSet<String> = told.deeds.iter().filter_map(Deed::unit).map(|unit| unit.id(&told.on)).collect();
    let standing = &concerned - &begun;
    let mut around = tree::around(work, &standing, &(&above - &begun))?;
    let before = tree::kept(work, &around.touched)?;
    around.touched.extend(begun);
    let after = tree::made(&changed(around.history, &effects, &told.on), &around.touched);
    Ok(Ok(Change { on: told.on.clone(), effects, before, after }))
}

/// By which paper, and whose doing: kept with every row.
pub struct Origin<'a> {
    pub reorganisation_id: &'a str,
    pub decree: &'a str,
}

/// Writes a change into the tree.
pub fn put(work: &mut Work, change: &Change, origin: &Origin) -> Result<()> {
    let pinned = pinned_elsewhere(work, &change.after)?;
    for id in change.changes().into_iter().chain(pinned.iter().map(String::as_str)) {
        remember(work, origin, id)?;
    }
    for effect in &change.effects {
        match effect {
            Effect::Begin { id, unit } => begin(work, origin, (id, unit), &change.on)?,
            Effect::End { id } => end(work, id, &change.on)?,
            Effect::Turn { id, name, kind, parent } => {
                turn(work, origin, id, &change.on, &[name.as_str(), kind.as_str(), parent.as_str()])?;
            }
            Effect::Join { source, target, part, people } => {
                let line = (source.as_str(), target.as_deref(), *part, people.word());
                join(work, origin, &change.on, line)?;
            }
        }
    }
    tree::save(work, &change.before, &change.after)?;
    pinned.iter().try_for_each(|id| pin_to_itself(work, id))?;
    show_names_of(work, &change.changes())
}

/// The residential areas and institutions that get a history of their own by this.
fn pinned_elsewhere(work: &mut Work, after: &BTreeSet<RollupRow>) -> Result<BTreeSet<String>> {
    let mut pinned = BTreeSet::new();
    for id in after.iter().map(|row| row.place.as_str()).collect::<BTreeSet<&str>>() {
        let sql = "select 1 from place where id = $1 and pin_id <> id";
        if work.first(sql, &[id.into()])?.is_some() {
            pinned.insert(id.to_owned());
        }
    }
    Ok(pinned)
}

/// Keeps the rows of a place as they were, the first time that a reorganisation changes it.
fn remember(work: &mut Work, origin: &Origin, id: &str) -> Result<()> {
    let before = rows_of(work, id)?.to_string();
    let sql = "insert into reorganisation_place (reorganisation_id, place_id, before) values ($1, $2, $3) \
               on conflict do nothing";
    work.execute(sql, &[origin.reorganisation_id.into(), id.into(), before.into()])?;
    Ok(())
}

const PLACE: &str = "kind, name, short_name, sort_key, fold, parent_id, to_on, pin_id";
const VERSION: &str = "from_on, to_on, name, kind, parent_id, decree";

fn rows_of(work: &mut Work, id: &str) -> Result<Json> {
    let mut told = Vec::new();
    for sql in [
        format!("select {PLACE} from place where id = $1"),
        format!("select {VERSION} from place_version where place_id = $1 order by from_on"),
    ] {
        let rows = work.query(&sql, &[id.into()])?;
        let cells = |row: &store::Row| (0..row.values().len()).map(|at| row.text_or_null(at)).collect::<Vec<_>>();
        told.push(rows.iter().map(cells).collect::<Vec<_>>());
    }
    Ok(json!({ "place": told[0], "versions": told[1] }))
}

/// A name without its kind: `Xã Nhân Nghĩa` is `Nhân Nghĩa`.
pub fn short_name(name: &str, level: Level) -> &str {
    if level >= Level::Area {
        return name;
    }
    let kinds = ["Thành phố ", "Tỉnh ", "Thị xã ", "Thị trấn ", "Huyện ", "Quận ", "Phường ", "Xã ", "Đặc khu "];
    kinds.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name)
}

fn begin(work: &mut Work, origin: &Origin, (id, unit): (&str, &NewUnit), on: &str) -> Result<()> {
    let level = Level::from_number(i64::from(unit.level));
    let short = short_name(&unit.name, level);
    let sorted = if level >= Level::Area { &unit.name } else { short };
    let source = if level >= Level::Area { "own" } else { "event" };
    let sql = "insert into place (id, code, level, kind, name, short_name, sort_key, fold, parent_id, from_on, to_on, \
               pin_id, source) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $1, $12)";
    let values: [Value; 12] = [
        id.into(),
        unit.code.as_str().into(),
        i64::from(unit.level).into(),
        unit.kind.as_str().into(),
        unit.name.as_str().into(),
        short.into(),
        fold::sort_key(sorted).into(),
        fold::key(&unit.name).into(),
        unit.parent.as_str().into(),
        on.into(),
        OPEN.into(),
        source.into(),
    ];
    work.execute(sql, &values)?;
    insert_version(work, id, on, OPEN, &[&unit.name, &unit.kind, &unit.parent, origin.decree])?;
    let sql = "insert into reorganisation_place (reorganisation_id, place_id, before) values ($1, $2, '')";
    work.execute(sql, &[origin.reorganisation_id.into(), id.into()])?;
    let above = work.first("select name from place where id = $1", &[unit.parent.as_str().into()])?;
    let entry = Entry {
        thing: "place",
        thing_id: id,
        // A province's own places are found where its points are.
        pin_id: if level >= Level::Area { id } else { "" },
        place_id: id,
        title: &unit.name,
        detail: &above.map_or_else(String::new, |row| row.text(0)),
        also: &unit.code,
        weight: i64::from(unit.level),
    };
    search::insert(work, &entry)
}

fn insert_version(work: &mut Work, id: &str, from_on: &str, to_on: &str, told: &[&str; 4]) -> Result<()> {
    let [name, kind, parent, decree] = *told;
    let sql = "insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] =
        [id.into(), from_on.into(), to_on.into(), name.into(), kind.into(), parent.into(), decree.into()];
    work.execute(sql, &values)?;
    Ok(())
}

fn end(work: &mut Work, id: &str, on: &str) -> Result<()> {
    work.execute("update place set to_on = $2 where id = $1", &[id.into(), on.into()])?;
    let sql = "update place_version set to_on = $2 where place_id = $1 and to_on > $2";
    work.execute(sql, &[id.into(), on.into()])?;
    Ok(())
}

fn turn(work: &mut Work, origin: &Origin, id: &str, on: &str, told: &[&str; 3]) -> Result<()> {
    let [name, kind, parent] = *told;
    let sql = "update place_version set to_on = $2 where place_id = $1 and to_on > $2";
    work.execute(sql, &[id.into(), on.into()])?;
    let until = work.first("select to_on from place where id = $1", &[id.into()])?.ok_or(Error::NotFound)?;
    insert_version(work, id, on, until.str(0), &[name, kind, parent, origin.decree])
}

fn join(work: &mut Work, origin: &Origin, on: &str, line: (&str, Option<&str>, bool, &str)) -> Result<()> {
    let (source, target, part, people) = line;
    let sql = "insert into place_line (id, source_id, target_id, on_date, part, people, legal_basis, confidence, \
               reorganisation_id) values ($1, $2, $3, $4, $5, $6, $7, 'entered', $8)";
    let values: [Value; 8] = [
        crate::ids::new().into(),
        source.into(),
        target.into(),
        on.into(),
        part.into(),
        people.into(),
        origin.decree.into(),
        origin.reorganisation_id.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

fn pin_to_itself(work: &mut Work, id: &str) -> Result<()> {
    work.execute("update place set pin_id = id where id = $1", &[id.into()])?;
    follow(work, id, &id.into())?;
    facts_are_shown_elsewhere(work, id)
}

/// What is found by the pin of its place bears a copy of it: search, points, papers, people and what is kept about
/// them.
const FOLLOWERS: [&str; 6] = [
    "update search_entry set pin_id = $2 where place_id = $1 and pin_id <> ''",
    "update paper_use set pin_id = $2 where thing_id in (select id from point where place_id = $1 \
     union all select id from exemplar where place_id = $1 union all select id from commendation where place_id = $1)",
    "update request set pin_id = $2 where person_id in (select id from person where place_id = $1)",
    "update consent set pin_id = $2 where person_id in (select id from person where place_id = $1)",
    "update person set pin_id = $2 where place_id = $1",
    "update point set pin_id = $2 where place_id = $1",
];

/// A place has another pin from now on.
pub fn follow(work: &mut Work, id: &str, pin: &Value) -> Result<()> {
    FOLLOWERS.iter().try_for_each(|sql| work.execute(sql, &[id.into(), pin.clone()]).map(|_| ()))
}

/// The rows that figures keep of a province bear pins; under another version of its ledger they are read anew.
pub fn facts_are_shown_elsewhere(work: &mut Work, id: &str) -> Result<()> {
    let sql = "update ledger set version = version + 1 where province in (select o.province from rollup r \
               join place_owner o on o.place_id = r.ancestor_id where r.place_id = $1 and r.level = 1)";
    work.execute(sql, &[id.into()])?;
    Ok(())
}

/// Lets lists show some places under the name, kind and parent that they have today.
pub fn show_names_of(work: &mut Work, ids: &BTreeSet<&str>) -> Result<()> {
    let today = work.today();
    for id in ids {
        let sql = "select v.name, v.kind, v.parent_id, p.level, p.name from place p join place_version v on v.place_id = p.id \
                   and v.from_on <= $2 and v.to_on > $2 where p.id = $1";
        let Some(row) = work.first(sql, &[(*id).into(), today.as_str().into()])? else { continue };
        let level = Level::from_number(row.int(3));
        let short = short_name(row.str(0), level);
        let sql = "update place set name = $2, short_name = $3, sort_key = $4, fold = $5, kind = $6, parent_id = $7 \
                   where id = $1";
        let values: [Value; 7] = [
            (*id).into(),
            row.str(0).into(),
            short.into(),
            fold::sort_key(short).into(),
            fold::key(row.str(0)).into(),
            row.str(1).into(),
            row.text_or_null(2).into(),
        ];
        work.execute(sql, &values)?;
        if row.str(0) != row.str(4) {
            search::retitle(work, id, row.str(0))?;
        }
    }
    Ok(())
}

/// Turns the names of the places that reorganisations due by today change. `ids` are those reorganisations.
pub fn show_names(work: &mut Work, reorganisation_id: &str) -> Result<()> {
    let sql = "select place_id from reorganisation_place where reorganisation_id = $1 and before <> ''";
    let rows = work.query(sql, &[reorganisation_id.into()])?;
    show_names_of(work, &rows.iter().map(|row| row.str(0)).collect())
}

/// Takes a reorganisation out of the tree. Places that it founded and where something is kept meanwhile (`in_use`)
/// stay in the history without a day of life: what is pinned there is shown where the sources agree.
pub fn take_back(work: &mut Work, reorganisation_id: &str, in_use: &BTreeSet<String>) -> Result<()> {
    let sql = "select place_id, before from reorganisation_place where reorganisation_id = $1 order by place_id";
    let rows = work.query(sql, &[reorganisation_id.into()])?;
    let all: BTreeSet<String> = rows.iter().map(|row| row.text(0)).collect();
    let touched = tree::around(work, &all, &BTreeSet::new())?.touched;
    let before = tree::kept(work, &touched)?;
    let ghosts: Vec<(String, String)> = ghosts(work, reorganisation_id, in_use)?;
    let sql = "delete from place_line where reorganisation_id = $1";
    work.execute(sql, &[reorganisation_id.into()])?;
    for row in rows.iter().rev() {
        facts_are_shown_elsewhere(work, row.str(0))?;
        if row.str(1).is_empty() {
            take_out(work, row.str(0), in_use)?;
        } else {
            put_back(work, row.str(0), row.str(1))?;
        }
    }
    lead_back(work, reorganisation_id, &ghosts)?;
    let around = tree::around(work, &touched, &BTreeSet::new())?;
    let after = tree::made(&around.history, &touched);
    // An own place that has no history of its own any more is shown as its commune again.
    let mut own = BTreeSet::new();
    for id in &touched {
        let sql = "select 1 from place where id = $1 and pin_id = id";
        if work.first(sql, &[id.into()])?.is_some() {
            own.insert(id.clone());
        }
    }
    tree::save(work, &before, &after.into_iter().filter(|row| own.contains(&row.place)).collect())
}

/// The lines into founded places that are in use, to be turned round.
fn ghosts(work: &mut Work, reorganisation_id: &str, in_use: &BTreeSet<String>) -> Result<Vec<(String, String)>> {
    let sql = "select l.source_id, l.target_id from place_line l join reorganisation_place x \
               on x.reorganisation_id = l.reorganisation_id and x.place_id = l.target_id and x.before = '' \
               where l.reorganisation_id = $1 order by l.id";
    let rows = work.query(sql, &[reorganisation_id.into()])?;
    let lines = rows.iter().map(|row| (row.text(0), row.text(1)));
    Ok(lines.filter(|(_, target)| in_use.contains(target)).collect())
}

fn lead_back(work: &mut Work, reorganisation_id: &str, ghosts: &[(String, String)]) -> Result<()> {
    for (source, target) in ghosts {
        let born = work.first("select from_on from place where id = $1", &[target.into()])?.ok_or(Error::NotFound)?;
        let origin = Origin { reorganisation_id, decree: "" };
        join(work, &origin, born.str(0), (target, Some(source), true, ""))?;
        join(work, &origin, born.str(0), (source, Some(target), true, ""))?;
    }
    Ok(())
}

fn take_out(work: &mut Work, id: &str, in_use: &BTreeSet<String>) -> Result<()> {
    search::forget(work, id)?;
    if in_use.contains(id) {
        work.execute("update place set to_on = from_on where id = $1", &[id.into()])?;
        work.execute(
            "delete from place_version where place_id = $1 and from_on > (select from_on from place where id = $1)",
            &[id.into()],
        )?;
        work.execute("update place_version set to_on = from_on where place_id = $1", &[id.into()])?;
        return Ok(());
    }
    work.execute("delete from place_version where place_id = $1", &[id.into()])?;
    work.execute("delete from place where id = $1", &[id.into()])?;
    Ok(())
}

fn put_back(work: &mut Work, id: &str, before: &str) -> Result<()> {
    let before: Json = serde_json::from_str(before).map_err(anyhow::Error::new)?;
    let cell = |cell: &Json| cell.as_str().map_or(Value::Null, Value::from);
    let cells = |row: &Json| row.as_array().into_iter().flatten().map(cell).collect::<Vec<Value>>();
    let rows = |key: &str| before[key].as_array().into_iter().flatten().map(cells).collect::<Vec<_>>();
    let sql = "update place set kind = $2, name = $3, short_name = $4, sort_key = $5, fold = $6, parent_id = $7, \
               to_on = $8, pin_id = $9 where id = $1";
    for row in rows("place") {
        if let Some(Value::Text(name)) = row.get(1) {
            search::retitle(work, id, name)?;
        }
        let pin = row.last().cloned().unwrap_or(Value::Null);
        work.execute(sql, &[vec![Value::from(id)], row].concat())?;
        follow(work, id, &pin)?;
    }
    work.execute("delete from place_version where place_id = $1", &[id.into()])?;
    let sql = "insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    for row in rows("versions") {
        work.execute(sql, &[vec![Value::from(id)], row].concat())?;
    }
    Ok(())
}
