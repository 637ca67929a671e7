//! Puts the country into a new database: every province, district and commune since 2021-11, how they
//! changed, and under which units each is shown on every map.

use std::collections::HashMap;

use gazetteer::{Gazetteer, Level, Unit};
use store::Value;

use crate::error::Result;
use crate::places::place::{NATION, OPEN, SINCE_EVER};
use crate::search::{self, Entry};
use crate::work::Work;

/// Loads the country when the database does not have it yet.
pub fn load(work: &mut Work) -> Result<()> {
    if work.first("select 1 from place where id = $1", &[NATION.into()])?.is_some() {
        return Ok(());
    }
    put(work, &gazetteer::load())
}

/// Puts a country into a database that has none.
pub fn put(work: &mut Work, gazetteer: &Gazetteer) -> Result<()> {
    nation(work)?;
    for unit in &gazetteer.units {
        insert_unit(work, unit)?;
    }
    insert_lines(work, gazetteer)?;
    insert_rollup(work, gazetteer)?;
    crate::places::store::find_owners(work)?;
    index_names(work, gazetteer)
}

fn nation(work: &mut Work) -> Result<()> {
    let sql = "insert into place (id, code, level, kind, name, short_name, sort_key, fold, from_on, to_on, pin_id, source) \
               values ($1, $1, 0, 'nation', $2, $2, $3, $4, $5, $6, $1, 'country')";
    let name = "Việt Nam";
    let values = [
        NATION.into(),
        name.into(),
        fold::sort_key(name).into(),
        fold::key(name).into(),
        SINCE_EVER.into(),
        OPEN.into(),
    ];
    work.execute(sql, &values)?;
    let sql = "insert into place_version (place_id, from_on, to_on, name, kind, decree) values ($1, $2, $3, $4, 'nation', '')";
    work.execute(sql, &[NATION.into(), SINCE_EVER.into(), OPEN.into(), name.into()])?;
    Ok(())
}

fn since(date: Option<&String>) -> &str {
    date.map_or(SINCE_EVER, String::as_str)
}

fn until(date: Option<&String>) -> &str {
    date.map_or(OPEN, String::as_str)
}

fn level(unit: &Unit) -> i64 {
    match unit.level {
        Level::Province => 1,
        Level::District => 2,
        Level::Commune => 3,
    }
}

fn insert_unit(work: &mut Work, unit: &Unit) -> Result<()> {
    let Some(last) = unit.versions.last() else { return Ok(()) };
    let parent = last.parent.as_deref().unwrap_or(NATION);
    let sql = "insert into place (id, code, level, kind, name, short_name, sort_key, fold, parent_id, from_on, to_on, \
               area_km2, population, pin_id, source) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $1, 'country')";
    let values: [Value; 13] = [
        unit.id.as_str().into(),
        unit.code.as_str().into(),
        level(unit).into(),
        last.kind.as_str().into(),
        last.name.as_str().into(),
        last.short_name.as_str().into(),
        fold::sort_key(&last.short_name).into(),
        fold::key(&last.name).into(),
        parent.into(),
        since(unit.from.as_ref()).into(),
        until(unit.to.as_ref()).into(),
        unit.area_km2.into(),
        unit.population.into(),
    ];
    work.execute(sql, &values)?;
    let sql = "insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree) values ($1, $2, $3, $4, $5, $6, $7)";
    for version in &unit.versions {
        let values: [Value; 7] = [
            unit.id.as_str().into(),
            since(version.from.as_ref()).into(),
            until(version.to.as_ref()).into(),
            version.name.as_str().into(),
            version.kind.as_str().into(),
            version.parent.as_deref().unwrap_or(NATION).into(),
            version.decree.as_str().into(),
        ];
        work.execute(sql, &values)?;
    }
    for alias in &unit.aliases {
        let sql = "insert into place_alias (place_id, alias, fold) values ($1, $2, $3) on conflict do nothing";
        work.execute(sql, &[unit.id.as_str().into(), alias.into(), fold::key(alias).into()])?;
    }
    Ok(())
}

fn insert_lines(work: &mut Work, gazetteer: &Gazetteer) -> Result<()> {
    let sql = "insert into place_line (id, source_id, target_id, on_date, part, people, legal_basis, confidence) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    for (n, line) in gazetteer.lines.iter().enumerate() {
        let values: [Value; 8] = [
            format!("country-{n}").into(),
            line.source.as_str().into(),
            line.target.clone().into(),
            line.on.as_str().into(),
            line.part.into(),
            line.people.as_str().into(),
            line.resolution.as_str().into(),
            line.confidence.as_str().into(),
        ];
        work.execute(sql, &values)?;
    }
    Ok(())
}

fn insert_rollup(work: &mut Work, gazetteer: &Gazetteer) -> Result<()> {
    let sql = "insert into rollup (ancestor_id, place_id, from_on, to_on, level) values ($1, $2, $3, $4, $5)";
    for row in gazetteer::rollup(&gazetteer.history()) {
        let values: [Value; 5] = [
            row.ancestor.into(),
            row.place.into(),
            row.from.into(),
            row.to.into(),
            i64::from(row.ancestor_level).into(),
        ];
        work.execute(sql, &values)?;
    }
    Ok(())
}

/// A place is found by its name, its former names, its aliases and its code.
fn index_names(work: &mut Work, gazetteer: &Gazetteer) -> Result<()> {
    let names: HashMap<&str, &str> = gazetteer
        .units
        .iter()
        .filter_map(|unit| Some((unit.id.as_str(), unit.versions.last()?.name.as_str())))
        .collect();
    for unit in &gazetteer.units {
        let Some(last) = unit.versions.last() else { continue };
        let parent = last.parent.as_deref().and_then(|id| names.get(id)).copied().unwrap_or("");
        let mut also: Vec<&str> = unit.versions.iter().map(|version| version.name.as_str()).collect();
        also.retain(|name| *name != last.name);
        also.extend(unit.aliases.iter().map(String::as_str));
        also.push(&unit.code);
        let entry = Entry {
            thing: "place",
            thing_id: &unit.id,
            pin_id: "",
            place_id: &unit.id,
            title: &last.name,
            detail: parent,
            also: &also.join(" "),
            weight: if unit.to.is_none() { level(unit) } else { 10 + level(unit) },
        };
        search::insert(work, &entry)?;
    }
    Ok(())
}
