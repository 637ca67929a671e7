//! Sample data for trying the product out: Phú Thọ with the figures it has published, and if wanted the
//! other provinces. One seed always makes the same sample. All persons, areas and papers are invented;
//! nothing here is an office's list.

mod activities;
mod catalogue;
mod chance;
mod dossiers;
mod ground;
mod groupings;
mod honours;
mod life;
mod lineage;
mod nation;
mod people;
mod phu_tho;
mod press;
mod reviews;
mod sample;
#[cfg(test)]
mod tests;
mod traits;

use serde_json::json;

use crate::demo::chance::Chance;
use crate::demo::ground::Ground;
use crate::demo::press::{Press, Written};
use crate::demo::sample::Sample;
use crate::error::{Error, Result};
use crate::work::{Thing, Work};

/// The province of the sample.
pub const PROVINCE: &str = "25";

/// How much is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scale {
    Province,
    Nation,
}

/// Which sample is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub scale: Scale,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    pub n_schemes: usize,
    pub n_points: usize,
    pub n_teams: usize,
    pub n_areas: usize,
    pub n_exemplars: usize,
    pub n_commendations: usize,
}

/// Makes the sample in a database that has the country and no schemes of Phú Thọ yet.
pub fn make(work: &mut Work, plan: &Plan) -> Result<Report> {
    if work.first("select 1 from scheme where province = $1", &[PROVINCE.into()])?.is_some() {
        return Err(Error::Refused("demo-not-empty"));
    }
    work.actor.origin = "demo".into();
    let sample = sample::load()?;
    catalogue::keep_sectors(work, &sample)?;
    let mut report = Report::default();
    for (id, code) in ground::provinces(work)? {
        // Each province draws its own chance: the sample of Phú Thọ is the same alone and in the nation.
        let own = code.parse::<u64>().unwrap_or(0);
        let mut chance = Chance::new(plan.seed.wrapping_mul(1000).wrapping_add(own), own);
        if code == PROVINCE {
            let ground = ground::survey(work, &id, &code)?;
            make_phu_tho(work, &mut chance, &sample, &ground, &mut report)?;
        } else if plan.scale == Scale::Nation {
            let ground = ground::survey(work, &id, &code)?;
            make_another(work, &mut chance, &sample, &ground, &mut report)?;
        }
    }
    Ok(report)
}

/// Lineage and traits draw a chance of their own, so that everything else of the sample stays as it is.
const OF_LINEAGE: u64 = 300;
const OF_TRAITS: u64 = 301;
/// The ids of dossiers stand behind those of all provinces.
const OF_DOSSIERS: u64 = 200;
const OF_GROUPINGS: u64 = 400;

fn make_phu_tho(
    work: &mut Work,
    chance: &mut Chance,
    sample: &Sample,
    ground: &Ground,
    report: &mut Report,
) -> Result<()> {
    let listed = catalogue::keep_own(work, chance, sample, (&ground.province_id, &ground.province))?;
    let planned = phu_tho::plan(chance, ground, &listed);
    traits::write(work, &mut chance.beside(OF_TRAITS), ground, &listed)?;
    let own = Chance::new(chance.next(), OF_DOSSIERS);
    let mut press = Press::new(ground, sample, &listed).with_dossiers(own).with_lineage(chance.beside(OF_LINEAGE));
    let written = press.write_all(work, chance, planned)?;
    let honours = honours::write(work, chance, &mut press)?;
    if let Some(cameras) = listed.iter().find(|listed| listed.scheme.code == "CAM") {
        reviews::write(work, chance, ground, &cameras.scheme.id)?;
    }
    groupings::write(work, &mut chance.beside(OF_GROUPINGS), ground)?;
    for (commune, written) in ground.communes.iter().zip(&press.by_commune) {
        journal(work, ground, &commune.pin.id, *written)?;
    }
    let thing = Thing { province: &ground.province, kind: "place", id: &ground.province_id, pin: &ground.province_id };
    people::write(work, &ground.province_id, &ground.province, &honours.people)?;
    let body = json!({ "n_schemes": listed.len(), "n_exemplars": honours.n_exemplars, "n_commendations": honours.n_commendations });
    work.journal("demo.made", &thing, &body)?;
    report.add(listed.len(), written, press.areas.n_made);
    report.n_exemplars += honours.n_exemplars;
    report.n_commendations += honours.n_commendations;
    Ok(())
}

fn make_another(
    work: &mut Work,
    chance: &mut Chance,
    sample: &Sample,
    ground: &Ground,
    report: &mut Report,
) -> Result<()> {
    let listed = catalogue::keep_varied(work, chance, sample, (&ground.province_id, &ground.province))?;
    let planned = nation::plan(chance, ground, &listed);
    let mut press = Press::new(ground, sample, &listed);
    let written = press.write_all(work, chance, planned)?;
    journal(work, ground, &ground.province_id, written)?;
    report.add(listed.len(), written, press.areas.n_made);
    Ok(())
}

fn journal(work: &mut Work, ground: &Ground, place_id: &str, written: Written) -> Result<()> {
    let thing = Thing { province: &ground.province, kind: "place", id: place_id, pin: place_id };
    work.journal("demo.made", &thing, &json!({ "n_points": written.n_points, "n_teams": written.n_teams }))
}

impl Report {
    fn add(&mut self, n_schemes: usize, written: Written, n_areas: usize) {
        self.n_schemes += n_schemes;
        self.n_points += written.n_points;
        self.n_teams += written.n_teams;
        self.n_areas += n_areas;
    }
}
