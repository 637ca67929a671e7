//! All checks over a place.

use std::collections::BTreeMap;

use crate::checks::finding::{Check, Finding};
use crate::checks::store;
use crate::error::Result;
use crate::heartbeat::actions::beats;
use crate::heartbeat::rule::Life;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::work::Work;

/// Everything that the checks find in a place today, within reach.
pub fn findings(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let mut found = store::teams_as_points(work, place)?;
    found.extend(store::many_points(work, place)?);
    found.extend(store::many_commitments(work, place)?);
    found.extend(store::copied_years(work, place)?);
    found.extend(communes_without_life(work, place)?);
    found.extend(store::exemplars_without_paper(work, place)?);
    Ok(found)
}

/// Circular 124/2021 asks of a commune at least one model that works: which have none that lives?
fn communes_without_life(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    if place.level > Level::Commune {
        return Ok(Vec::new());
    }
    let today = work.today();
    let day = place.day_on_the_map(&today);
    let beats = beats(work, place, &today)?;
    let mut living: BTreeMap<&str, i64> = BTreeMap::new();
    for beat in &beats {
        let lives = matches!(beat.verdict.life, Life::Living | Life::Young);
        *living.entry(&beat.pulse.commune_id).or_default() += i64::from(lives);
    }
    let communes = if place.level == Level::Commune {
        vec![place.clone()]
    } else {
        places::below(work, place.pin_id(), Level::Commune, &day)?
    };
    let none = |commune: &Place| living.get(commune.id.as_str()).is_none_or(|n| *n == 0);
    let points = |commune: &Place| beats.iter().filter(|beat| beat.pulse.commune_id == commune.id).count() as i64;
    let finding = |commune: Place| Finding {
        check: Check::NoLivingPoint,
        href: format!("/heartbeat?place={}&life=all", commune.id),
        numbers: (points(&commune), 0),
        title: commune.name.clone(),
        place: commune.name,
    };
    Ok(communes.into_iter().filter(none).map(finding).collect())
}
