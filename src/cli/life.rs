//! Asking on the command line how points live, how a scheme spread, and what the self-checks of data find.

use clap::Args;
use serde_json::json;

use crate::checks::actions::findings;
use crate::checks::pages::sentence;
use crate::cli::ask::{Format, date};
use crate::cli::{Where, say};
use crate::error::Result;
use crate::fit::actions as fit;
use crate::fit::likeness::Standing;
use crate::heartbeat::actions::{self, Beat};
use crate::heartbeat::pages::sentences;
use crate::lineage::actions::spread;
use crate::lineage::tree::{Node, Share, Tally, by_generation};
use crate::places::store as places;
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::words::{Lang, Words, words};

#[derive(Args)]
pub struct Heartbeat {
    /// Code of the place.
    #[arg(long, default_value = "25")]
    place: String,
    /// The day (today unless told).
    #[arg(long)]
    at: Option<String>,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl Heartbeat {
    /// Prints every operating point of a place and how it lives.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let beats = app.read(|work| {
            let today = work.today();
            let at = date("at", self.at.as_ref(), &today)?;
            let of = places::by_code(work, &self.place)?;
            actions::beats(work, &of, &at)
        })?;
        let w = words(Lang::Vi);
        match self.format {
            Format::Json => {
                let list: Vec<_> = beats.iter().map(|beat| told(beat, w)).collect();
                say(&serde_json::to_string_pretty(&list).map_err(anyhow::Error::new)?);
            }
            Format::Table | Format::Csv => beats.iter().for_each(|beat| say(&line(beat, w))),
        }
        Ok(())
    }
}

fn told(beat: &Beat, w: &Words) -> serde_json::Value {
    let (pulse, verdict) = (&beat.pulse, &beat.verdict);
    json!({
        "point": pulse.point_id, "code": pulse.code, "name": pulse.name, "scheme": pulse.scheme_id, "place": pulse.place,
        "state": verdict.life.code(), "reasons": sentences(verdict, w), "action": verdict.advice.map(|a| a.code()),
        "activities": verdict.n_activities, "last_month": pulse.signs.last_month, "members": pulse.signs.n_members,
        "teams": pulse.signs.n_teams, "launched_on": pulse.signs.launched_on,
    })
}

fn line(beat: &Beat, w: &Words) -> String {
    let reasons = sentences(&beat.verdict, w).join(" ");
    format!("{}\t{}\t{}\t{}\t{reasons}", beat.pulse.code, beat.verdict.life.code(), beat.pulse.name, beat.pulse.place)
}

#[derive(Args)]
pub struct Lineage {
    /// Code or address of the scheme: TQ5.
    scheme: String,
    /// Code of the place.
    #[arg(long, default_value = "25")]
    place: String,
    /// The day (today unless told).
    #[arg(long)]
    at: Option<String>,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl Lineage {
    /// Prints the points of a scheme in the order of their tree, and the numbers of each generation.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let (nodes, at) = app.read(|work| {
            let today = work.today();
            let at = date("at", self.at.as_ref(), &today)?;
            let of = places::by_code(work, &self.place)?;
            let province = places::province_of(work, of.pin_id())?;
            let scheme = schemes::scheme(work, &province, &self.scheme)?;
            Ok((spread(work, &of, &scheme, &at)?, at))
        })?;
        match self.format {
            Format::Json => {
                let generations: Vec<_> = by_generation(&nodes, &at).iter().map(told_tally).collect();
                let points: Vec<_> = nodes.iter().map(told_node).collect();
                let told = json!({ "scheme": self.scheme, "at": at, "generations": generations, "points": points });
                say(&serde_json::to_string_pretty(&told).map_err(anyhow::Error::new)?);
            }
            Format::Table => nodes.iter().for_each(|node| say(&branch(node, "  "))),
            Format::Csv => nodes.iter().for_each(|node| say(&branch(node, ""))),
        }
        Ok(())
    }
}

fn told_node(node: &Node) -> serde_json::Value {
    let leaf = &node.leaf;
    json!({
        "point": leaf.id, "code": leaf.code, "name": leaf.name, "place": leaf.place, "generation": node.generation,
        "from": if node.from_code.is_empty() { None } else { Some(&node.from_code) }, "launched_on": leaf.launched_on,
        "state": node.state.code(), "kept": leaf.counts.kept, "adapted": leaf.counts.adapted, "dropped": leaf.counts.dropped,
    })
}

fn told_tally((generation, tally): (&i64, &Tally)) -> serde_json::Value {
    let share = |share: Share| json!({ "n": share.n, "of": share.of });
    json!({
        "generation": generation, "points": tally.n_points, "operating": tally.n_operating,
        "after_12_months": share(tally.after_12), "after_24_months": share(tally.after_24), "kept_all": share(tally.kept),
        "living": share(tally.living), "activities": tally.n_activities, "months": tally.n_months,
    })
}

/// A point of the tree, indented by its generation.
fn branch(node: &Node, indent: &str) -> String {
    let leaf = &node.leaf;
    let depth = indent.repeat(usize::try_from(node.generation).unwrap_or_default());
    let (from, state) = (&node.from_code, node.state.code());
    format!(
        "{depth}{}\t{}\t{}\t{}\t{}\t{state}\t{from}",
        leaf.code, node.generation, leaf.launched_on, leaf.name, leaf.place
    )
}

#[derive(Args)]
pub struct Fit {
    /// Code of the place.
    #[arg(long)]
    place: String,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl Fit {
    /// Prints the traits of a place, and how schemes fare on ground like it.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let (traits, standings, names) = app.read(|work| {
            let of = places::by_code(work, &self.place)?;
            let ground = fit::ground(work, &of)?;
            let scope = fit::scope(work, &of, &ground.province)?;
            let seen = fit::seen(work, (&ground.province, ""), scope.as_ref())?;
            let today = work.today();
            Ok((
                ground.traits.clone(),
                seen.standings(&ground.traits, &today),
                schemes::schemes(work, &ground.province)?,
            ))
        })?;
        let named = standings.iter().filter_map(|one| {
            let scheme = names.iter().find(|scheme| scheme.id == one.scheme_id)?;
            Some((scheme, one))
        });
        match self.format {
            Format::Json => {
                let list: Vec<_> = named.map(|(scheme, one)| told_standing(scheme, one)).collect();
                let told = json!({ "place": self.place, "traits": traits, "schemes": list });
                say(&serde_json::to_string_pretty(&told).map_err(anyhow::Error::new)?);
            }
            Format::Table | Format::Csv => named.for_each(|(scheme, one)| {
                let Share { n, of } = one.after_12;
                let (launched, operating, living) = (one.n_launched, one.n_operating, one.n_living);
                say(&format!("{}\t{launched}\t{operating}\t{living}\t{n}/{of}\t{}", scheme.code, scheme.name));
            }),
        }
        Ok(())
    }
}

fn told_standing(scheme: &Scheme, one: &Standing) -> serde_json::Value {
    json!({
        "scheme": scheme.code, "name": scheme.name, "launched": one.n_launched, "operating": one.n_operating,
        "living": one.n_living, "after_12_months": json!({ "n": one.after_12.n, "of": one.after_12.of }),
    })
}

/// Prints what the self-checks find in a place: the check, what it is about, where, and what was found.
pub fn check_data(place: &Where, code: &str) -> Result<()> {
    let app = place.open()?;
    let found = app.read(|work| {
        let of = places::by_code(work, code)?;
        findings(work, &of)
    })?;
    let w = words(Lang::Vi);
    for finding in &found {
        let told = sentence(finding, w);
        say(&format!("{}\t{}\t{}\t{told}", finding.check.code(), finding.title, finding.place));
    }
    say(&w.with("checks-n", fold::show_count(found.len() as i64)));
    Ok(())
}
