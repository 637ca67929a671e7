//! What the sample's invented people consented to and asked for, and one incident. Everything goes through the
//! actions of the pages; days lie so many days before today.

use jiff::ToSpan;
use serde::Deserialize;

use crate::consents::actions as consents;
use crate::consents::consent::{NewConsent, Purpose};
use crate::consents::store::{ConsentText, insert_text};
use crate::error::{Error, Result};
use crate::places::place::OPEN;
use crate::privacy::incidents::actions::{self as incidents, NewIncident};
use crate::privacy::incidents::incident;
use crate::privacy::requests::actions::{self as requests, NewRequest};
use crate::privacy::requests::request;
use crate::work::Work;

#[derive(Deserialize)]
struct Sample {
    texts: Vec<Text>,
    consents: Vec<Given>,
    requests: Vec<Asked>,
    incidents: Vec<Happened>,
}

#[derive(Deserialize)]
struct Text {
    purpose: String,
    vi: String,
    en: String,
}

#[derive(Deserialize)]
struct Given {
    person: usize,
    purpose: String,
    parts: Vec<String>,
    channels: Vec<String>,
    giver: String,
    manner: String,
    days_ago: i64,
    /// For so many days; without it until withdrawn.
    days: Option<i64>,
    withdrawn_days_ago: Option<i64>,
}

#[derive(Deserialize)]
struct Asked {
    person: usize,
    kind: String,
    manner: String,
    days_ago: i64,
    content: String,
    steps: Vec<Taken>,
}

#[derive(Deserialize)]
struct Taken {
    kind: String,
    /// Days after receipt.
    after: i64,
    #[serde(default)]
    ground: String,
    #[serde(default)]
    paper: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct Happened {
    days_ago: i64,
    hour: i8,
    kinds: Vec<String>,
    n_people: i64,
    content: String,
    steps: Vec<Answered>,
}

#[derive(Deserialize)]
struct Answered {
    kind: String,
    /// Hours after detection.
    hours: i64,
    #[serde(default)]
    paper: String,
}

/// The texts of consent are in use from the day on which the law came into force.
const TEXTS_FROM: &str = "2026-01-01";

/// Writes it for the people of the exemplars, in their order.
pub(super) fn write(work: &mut Work, place_id: &str, province: &str, people: &[String]) -> Result<()> {
    let broken = |error: serde_json::Error| anyhow::Error::new(error).context("data/demo/privacy.json");
    let sample: Sample = serde_json::from_str(include_str!("../../data/demo/privacy.json")).map_err(broken)?;
    for text in &sample.texts {
        let purpose = Purpose::from_code(&text.purpose).ok_or(Error::NotFound)?;
        let (text_vi, text_en) = (text.vi.clone(), text.en.clone());
        let (from_on, to_on) = (TEXTS_FROM.to_owned(), OPEN.to_owned());
        insert_text(work, province, &ConsentText { purpose, version: 1, text_vi, text_en, from_on, to_on })?;
    }
    for given in &sample.consents {
        give(work, &people[given.person], given)?;
    }
    for asked in &sample.requests {
        ask(work, &people[asked.person], asked)?;
    }
    sample.incidents.iter().try_for_each(|happened| happen(work, place_id, happened))
}

fn day(work: &Work, days_ago: i64) -> String {
    work.moment.today.saturating_sub(days_ago.days()).to_string()
}

fn give(work: &mut Work, person_id: &str, given: &Given) -> Result<()> {
    let new = NewConsent {
        purpose: given.purpose.clone(),
        parts: given.parts.clone(),
        channels: given.channels.clone(),
        giver: given.giver.clone(),
        manner: given.manner.clone(),
        given_on: day(work, given.days_ago),
        until: given.days.map_or_else(String::new, |days| day(work, given.days_ago - days)),
    };
    let consent = consents::record(work, person_id, &new)?;
    if let Some(days_ago) = given.withdrawn_days_ago {
        let on = day(work, days_ago);
        consents::withdraw(work, &consent.id, &on)?;
    }
    Ok(())
}

fn ask(work: &mut Work, person_id: &str, asked: &Asked) -> Result<()> {
    let new = NewRequest {
        person: person_id.to_owned(),
        kind: asked.kind.clone(),
        manner: asked.manner.clone(),
        received_on: day(work, asked.days_ago),
        content: asked.content.clone(),
        ..NewRequest::default()
    };
    let received = requests::receive(work, &new)?;
    for step in &asked.steps {
        let step = request::Step {
            kind: request::StepKind::from_code(&step.kind).ok_or(Error::NotFound)?,
            on_date: day(work, asked.days_ago - step.after),
            ground: step.ground.clone(),
            third_party: false,
            paper: step.paper.clone(),
            note: step.note.clone(),
        };
        requests::take_step(work, &received.id, &step)?;
    }
    Ok(())
}

fn happen(work: &mut Work, place_id: &str, happened: &Happened) -> Result<()> {
    let here = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let on = work.moment.today.saturating_sub(happened.days_ago.days());
    let detected = on.at(happened.hour, 0, 0, 0).to_zoned(here).map_err(anyhow::Error::new)?.timestamp();
    let new = NewIncident {
        place: place_id.to_owned(),
        detected_at: format!("{detected:.6}"),
        kinds: happened.kinds.clone(),
        n_people: happened.n_people,
        content: happened.content.clone(),
    };
    let incident = incidents::record(work, &new)?;
    for step in &happened.steps {
        let at = detected + jiff::SignedDuration::from_hours(step.hours);
        let step = incident::Step {
            kind: incident::StepKind::from_code(&step.kind).ok_or(Error::NotFound)?,
            at: format!("{at:.6}"),
            paper: step.paper.clone(),
            note: String::new(),
        };
        incidents::take_step(work, &incident.id, &step)?;
    }
    Ok(())
}
