//! Reads the tables into units and lines. Successive versions of a code are one unit while they touch,
//! belong to the same generation and no line ends the code between them; whatever else is a new unit.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::unit::{Gazetteer, Level, Line, Unit, Version};
use crate::{BEGINNING, embedded};

/// What makes a table unfit to be read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the table cannot be unpacked: {0}")]
    Packed(#[from] std::io::Error),
    #[error("the table cannot be read: {0}")]
    Csv(#[from] csv::Error),
    #[error("unit {code} has level {level}, expected 1, 2 or 3")]
    Level { code: String, level: u8 },
    #[error("no unit {code} lives on {on}")]
    Missing { code: String, on: String },
    #[error("no unit {code} ends on {on}")]
    NotEnding { code: String, on: String },
}

/// The embedded table, parsed at each call.
pub fn load() -> Gazetteer {
    load_embedded().expect("the embedded tables are read by the tests")
}

fn load_embedded() -> Result<Gazetteer, Fault> {
    read(
        &embedded::unpack(embedded::UNITS)?,
        &embedded::unpack(embedded::CHANGES)?,
        &embedded::unpack(embedded::ALIASES)?,
    )
}

/// Reads tables of the same form as the embedded ones, so that a province need not wait for a release.
pub fn read(units: &[u8], changes: &[u8], aliases: &[u8]) -> Result<Gazetteer, Fault> {
    let changes: Vec<ChangeRow> = rows(changes)?;
    let ended = changes.iter().filter(|change| change.ends_its_source());
    let ended = ended.map(|c| (c.old_code.as_str(), c.date.as_str())).collect();
    let lives = join_versions(rows(units)?, &ended);
    let index = Index::new(&lives);
    let mut units = lives.iter().map(|life| unit(life, &index)).collect::<Result<Vec<_>, _>>()?;
    spell(&mut units, rows(aliases)?);
    let lines = changes
        .iter()
        .filter(|change| change.ends_its_source())
        .map(|change| line(change, &index))
        .collect::<Result<_, _>>()?;
    Ok(Gazetteer { units, lines })
}

fn rows<T: for<'a> Deserialize<'a>>(table: &[u8]) -> Result<Vec<T>, Fault> {
    let rows = csv::Reader::from_reader(table).into_deserialize();
    Ok(rows.collect::<Result<_, _>>()?)
}

#[derive(Clone, Deserialize)]
struct UnitRow {
    code: String,
    level: u8,
    kind: String,
    name: String,
    short_name: String,
    parent_code: String,
    valid_from: String,
    valid_to: String,
    generation: String,
    decree: String,
    area_km2: Option<f64>,
    population: Option<i64>,
    lat: Option<f64>,
    lon: Option<f64>,
}

#[derive(Deserialize)]
struct ChangeRow {
    old_code: String,
    new_code: String,
    kind: String,
    people: String,
    date: String,
    resolution: String,
    confidence: String,
}

#[derive(Deserialize)]
struct AliasRow {
    code: String,
    generation: String,
    alias: String,
}

impl ChangeRow {
    /// The other kinds (renamed, reclassified, moved) are new versions of the same unit.
    fn ends_its_source(&self) -> bool {
        matches!(self.kind.as_str(), "whole" | "part" | "main" | "abolished" | "unresolved")
    }
}

/// The rows of one unit, oldest first.
struct Life(Vec<UnitRow>);

impl Life {
    fn first(&self) -> &UnitRow {
        &self.0[0]
    }

    fn last(&self) -> &UnitRow {
        &self.0[self.0.len() - 1]
    }

    fn id(&self) -> String {
        format!("{}@{}", self.first().code, self.first().valid_from)
    }

    fn is_alive(&self, on: &str) -> bool {
        let to = &self.last().valid_to;
        self.first().valid_from.as_str() <= on && (to.is_empty() || on < to.as_str())
    }
}

fn join_versions(mut rows: Vec<UnitRow>, ended: &HashSet<(&str, &str)>) -> Vec<Life> {
    rows.sort_by(|a, b| (a.level, &a.code, &a.valid_from).cmp(&(b.level, &b.code, &b.valid_from)));
    let mut lives: Vec<Life> = Vec::with_capacity(rows.len());
    for row in rows {
        match lives.last_mut() {
            Some(life) if goes_on(life.last(), &row, ended) => life.0.push(row),
            _ => lives.push(Life(vec![row])),
        }
    }
    lives
}

fn goes_on(before: &UnitRow, after: &UnitRow, ended: &HashSet<(&str, &str)>) -> bool {
    before.code == after.code
        && before.generation == after.generation
        && before.valid_to == after.valid_from
        && !ended.contains(&(before.code.as_str(), before.valid_to.as_str()))
}

/// The lives of every code: almost always one or two.
struct Index<'a>(HashMap<&'a str, Vec<&'a Life>>);

impl<'a> Index<'a> {
    fn new(lives: &'a [Life]) -> Self {
        let mut index: HashMap<&str, Vec<&Life>> = HashMap::with_capacity(lives.len());
        for life in lives {
            index.entry(&life.first().code).or_default().push(life);
        }
        Index(index)
    }

    fn of(&self, code: &str) -> impl Iterator<Item = &'a Life> {
        self.0.get(code).into_iter().flatten().copied()
    }

    fn alive(&self, code: &str, on: &str) -> Result<String, Fault> {
        let found = self.of(code).find(|life| life.is_alive(on));
        found.map(Life::id).ok_or_else(|| Fault::Missing { code: code.into(), on: on.into() })
    }

    fn ending(&self, code: &str, on: &str) -> Result<String, Fault> {
        let found = self.of(code).find(|life| life.last().valid_to == on);
        found.map(Life::id).ok_or_else(|| Fault::NotEnding { code: code.into(), on: on.into() })
    }
}

fn unit(life: &Life, index: &Index<'_>) -> Result<Unit, Fault> {
    let (first, last) = (life.first(), life.last());
    let versions = life.0.iter().map(|row| version(row, index));
    Ok(Unit {
        id: life.id(),
        code: first.code.clone(),
        level: level(first)?,
        from: filled(&first.valid_from),
        to: filled(&last.valid_to),
        versions: versions.collect::<Result<_, _>>()?,
        area_km2: last.area_km2,
        population: last.population,
        lat: last.lat,
        lon: last.lon,
        aliases: Vec::new(),
    })
}

fn version(row: &UnitRow, index: &Index<'_>) -> Result<Version, Fault> {
    let on = filled(&row.valid_from).unwrap_or_else(|| BEGINNING.into());
    let parent = filled(&row.parent_code).map(|code| index.alive(&code, &on));
    Ok(Version {
        name: row.name.clone(),
        short_name: row.short_name.clone(),
        kind: row.kind.clone(),
        parent: parent.transpose()?,
        from: filled(&row.valid_from),
        to: filled(&row.valid_to),
        decree: row.decree.clone(),
    })
}

fn level(row: &UnitRow) -> Result<Level, Fault> {
    match row.level {
        1 => Ok(Level::Province),
        2 => Ok(Level::District),
        3 => Ok(Level::Commune),
        level => Err(Fault::Level { code: row.code.clone(), level }),
    }
}

fn line(change: &ChangeRow, index: &Index<'_>) -> Result<Line, Fault> {
    let target = filled(&change.new_code).map(|code| index.alive(&code, &change.date));
    Ok(Line {
        source: index.ending(&change.old_code, &change.date)?,
        target: target.transpose()?,
        on: change.date.clone(),
        part: change.kind == "part",
        people: change.people.clone(),
        resolution: change.resolution.clone(),
        confidence: change.confidence.clone(),
    })
}

fn spell(units: &mut [Unit], aliases: Vec<AliasRow>) {
    let mut spellings: HashMap<String, Vec<String>> = HashMap::new();
    for row in aliases.into_iter().filter(|r| r.generation == "pre2025") {
        let known = spellings.entry(row.code).or_default();
        if !known.contains(&row.alias) {
            known.push(row.alias);
        }
    }
    for unit in units.iter_mut().filter(|unit| unit.to.is_some()) {
        unit.aliases = spellings.get(&unit.code).cloned().unwrap_or_default();
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
