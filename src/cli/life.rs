//! Asking on the command line how points live, and what the self-checks of data find.

use clap::Args;
use serde_json::json;

use crate::checks::actions::findings;
use crate::checks::pages::sentence;
use crate::cli::ask::{Format, date};
use crate::cli::{Where, say};
use crate::error::Result;
use crate::heartbeat::actions::{self, Beat};
use crate::heartbeat::pages::sentences;
use crate::places::store as places;
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
