//! A unit is one place through its life; a version is how it was called and where it stood for a while.
//! Intervals are half open, dates are ISO text; no `from` is before 2021-11-01, no `to` is still valid.

use serde::Serialize;

use crate::history::{History, Link, Place, Span};
use crate::{BEGINNING, FOREVER};

/// The three levels that a unit can have. Districts ended on 2025-07-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    District,
    Commune,
}

impl Level {
    /// Depth below the nation, which is 0.
    pub fn depth(self) -> u8 {
        match self {
            Level::Province => 1,
            Level::District => 2,
            Level::Commune => 3,
        }
    }
}

/// One place through its life.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unit {
    /// `code@from`, e.g. `07942@` and `07942@2025-07-01`: a bare code is no key.
    pub id: String,
    pub code: String,
    pub level: Level,
    pub from: Option<String>,
    pub to: Option<String>,
    /// Oldest first, without gaps, never empty.
    pub versions: Vec<Version>,
    pub area_km2: Option<f64>,
    pub population: Option<i64>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    /// Other spellings met in official lists.
    pub aliases: Vec<String>,
}

/// What a unit was called, and where it stood, from one change to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    pub name: String,
    pub short_name: String,
    /// As in the table: tinh, thanh_pho_tw, quan, huyen, thi_xa, thanh_pho, phuong, xa, thi_tran, dac_khu.
    pub kind: String,
    /// The id of the unit above, alive for the whole version; none for a province.
    pub parent: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub decree: String,
}

/// What became of a unit that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub source: String,
    /// None when nothing took its place (abolished districts) or when it is not known.
    pub target: Option<String>,
    pub on: String,
    pub part: bool,
    /// `all`, `some`, `none` (land only) or empty when not known.
    pub people: String,
    pub resolution: String,
    /// `official`, `official_code_fixed`, `secondary`, `inferred` or `none`.
    pub confidence: String,
}

/// All units and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gazetteer {
    pub units: Vec<Unit>,
    pub lines: Vec<Line>,
}

impl Unit {
    /// Whether the unit exists on that day.
    pub fn is_alive(&self, on: &str) -> bool {
        covers(self.from.as_deref(), self.to.as_deref(), on)
    }

    /// Its name, kind and parent on that day.
    pub fn version(&self, on: &str) -> Option<&Version> {
        self.versions.iter().find(|version| covers(version.from.as_deref(), version.to.as_deref(), on))
    }
}

impl Gazetteer {
    /// The same country before anything was decided for this day or later: to try out a reform on the map before it.
    pub fn before(&self, day: &str) -> Gazetteer {
        let begun = |from: Option<&String>| from.is_none_or(|from| from.as_str() < day);
        let until = |to: Option<String>| to.filter(|to| to.as_str() < day);
        let units = self.units.iter().filter(|unit| begun(unit.from.as_ref())).cloned().map(|mut unit| {
            unit.versions.retain(|version| begun(version.from.as_ref()));
            unit.versions.iter_mut().for_each(|version| version.to = until(version.to.take()));
            unit.to = until(unit.to.take());
            unit
        });
        let lines = self.lines.iter().filter(|line| line.on.as_str() < day).cloned();
        Gazetteer { units: units.collect(), lines: lines.collect() }
    }

    /// The same units and lines as [`crate::rollup()`] wants them; add places of your own to it.
    pub fn history(&self) -> History {
        History { places: self.units.iter().map(place).collect(), links: self.lines.iter().filter_map(link).collect() }
    }
}

fn covers(from: Option<&str>, to: Option<&str>, on: &str) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on < to)
}

fn place(unit: &Unit) -> Place {
    let spans = unit.versions.iter().map(|version| Span {
        from: version.from.clone().unwrap_or_else(|| BEGINNING.into()),
        to: version.to.clone().unwrap_or_else(|| FOREVER.into()),
        parent: version.parent.clone(),
    });
    Place { id: unit.id.clone(), level: unit.level.depth(), spans: spans.collect() }
}

fn link(line: &Line) -> Option<Link> {
    Some(Link {
        source: line.source.clone(),
        target: line.target.clone()?,
        on: line.on.clone(),
        land_only: line.people == "none",
    })
}
