//! The files of `data/demo`: the sample catalogue, the sectors, and the parts that names are made of.

use serde::Deserialize;

use crate::demo::chance::Chance;
use crate::error::Result;

#[derive(Deserialize)]
pub(super) struct SampleScheme {
    pub code: String,
    pub slug: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub sectors: Vec<String>,
    pub purpose: String,
    pub contents: Vec<String>,
    pub origin: Option<String>,
    pub level: String,
    pub lead: String,
    pub legal_basis: Option<String>,
    pub described: bool,
    pub area_kind: String,
}

#[derive(Deserialize)]
pub(super) struct SampleSector {
    pub code: String,
    pub vi: String,
    pub en: String,
}

#[derive(Deserialize)]
pub(super) struct Names {
    persons: Persons,
    residential_areas: Areas,
    institutions: Institutions,
    pub exemplars: ExemplarTexts,
}

#[derive(Deserialize)]
struct Persons {
    surnames: Vec<Part>,
    middle: Vec<Part>,
    given: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    text: String,
    #[serde(rename = "use", default)]
    gender: String,
    #[serde(default = "one")]
    weight: u64,
}

fn one() -> u64 {
    1
}

/// How residential areas are called in the three provinces before 2025-07-01.
#[derive(Deserialize)]
struct Areas {
    #[serde(rename = "25")]
    phu_tho: AreaNames,
    #[serde(rename = "26")]
    vinh_phuc: AreaNames,
    #[serde(rename = "17")]
    hoa_binh: AreaNames,
}

#[derive(Deserialize)]
struct AreaNames {
    patterns: Vec<Pattern>,
    max_n: i64,
    stems: Vec<String>,
}

#[derive(Deserialize)]
struct Pattern {
    pattern: String,
    weight: u64,
}

#[derive(Deserialize)]
struct Institutions {
    agency: Vec<String>,
    enterprise: Vec<String>,
    school: Vec<String>,
    health: Vec<String>,
    market: Vec<String>,
    religious: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct ExemplarTexts {
    pub collective_patterns: Vec<String>,
    pub individual_patterns: Vec<String>,
    pub collective_summaries: Vec<String>,
    pub individual_summaries: Vec<String>,
}

/// Everything the sample data is drawn from.
pub(super) struct Sample {
    pub schemes: Vec<SampleScheme>,
    pub sectors: Vec<SampleSector>,
    pub names: Names,
}

/// Reads the files that the program carries.
pub(super) fn load() -> Result<Sample> {
    let broken = |error: serde_json::Error| anyhow::Error::new(error).context("data/demo");
    Ok(Sample {
        schemes: serde_json::from_str(include_str!("../../data/demo/schemes.json")).map_err(broken)?,
        sectors: serde_json::from_str(include_str!("../../data/demo/sectors.json")).map_err(broken)?,
        names: serde_json::from_str(include_str!("../../data/demo/names.json")).map_err(broken)?,
    })
}

impl Names {
    /// An invented person; `gender` is `m` or `f`.
    pub(super) fn person(&self, chance: &mut Chance, gender: &str) -> String {
        let draw = |parts: &[Part], chance: &mut Chance| -> String {
            let fits = |part: &Part| if part.gender.is_empty() || part.gender == gender { part.weight } else { 0 };
            let at = chance.weighted(parts.iter().map(fits));
            parts[at].text.clone()
        };
        let surname = draw(&self.persons.surnames, chance);
        let middle = draw(&self.persons.middle, chance);
        let given = draw(&self.persons.given, chance);
        format!("{surname} {middle} {given}")
    }

    fn areas(&self, former: &str) -> &AreaNames {
        match former {
            "25" => &self.residential_areas.phu_tho,
            "17" => &self.residential_areas.hoa_binh,
            _ => &self.residential_areas.vinh_phuc,
        }
    }

    /// A name for an area of this kind below a place that lay in a former province.
    pub(super) fn area(&self, chance: &mut Chance, kind: &str, former: &str, place: &str) -> String {
        let areas = self.areas(former);
        let pattern = match kind {
            "residential_area" => &areas.patterns[chance.weighted(areas.patterns.iter().map(|p| p.weight))].pattern,
            "agency" => chance.pick(&self.institutions.agency),
            "school" => chance.pick(&self.institutions.school),
            "health" => chance.pick(&self.institutions.health),
            "market" => chance.pick(&self.institutions.market),
            "religious" => chance.pick(&self.institutions.religious),
            _ => chance.pick(&self.institutions.enterprise),
        };
        let n = chance.number(1, if kind == "residential_area" { areas.max_n } else { 9 }).to_string();
        let stem = chance.pick(&areas.stems);
        pattern.replace("{n}", &n).replace("{stem}", stem).replace("{place}", place)
    }
}
