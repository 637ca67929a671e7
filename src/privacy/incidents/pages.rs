//! Incidents with people's data on pages: the clock, what happened, what was done.

use askama::Template;

use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::privacy::incidents::actions::{self, NewIncident};
use crate::privacy::incidents::incident::{self, Due, KINDS, Step, StepKind, due};
use crate::privacy::incidents::store::{self, Incident};
use crate::privacy::pages::saw_place;
use crate::web::ask::Ask;
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::{Thing, Work};

struct Line {
    x: Incident,
    due: Due,
    due_at: String,
}

#[derive(Template)]
#[template(path = "privacy/views/incidents.html")]
struct ListPage {
    s: Shell,
    place: Place,
    lines: Vec<Line>,
    legal_basis: String,
    hours: i64,
    may_handle: bool,
}

fn due_of(work: &mut Work, x: &Incident, steps: &[Step]) -> Result<(Due, i64, String)> {
    let day = x.detected_at.get(..10).unwrap_or_default().to_owned();
    let (hours, basis) = store::clock(work, &day)?.unwrap_or_default();
    let moment = |text: &str| text.parse::<jiff::Timestamp>().map_err(anyhow::Error::new);
    Ok((due(moment(&x.detected_at)?, hours, steps, moment(&work.moment.now)?), hours, basis))
}

/// The incidents of a place, open ones first.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let mut lines = Vec::new();
    for x in store::of_place(work, &place)? {
        let steps = store::steps(work, &x)?;
        let (due, ..) = due_of(work, &x, &steps)?;
        lines.push(Line { due_at: format!("{:.6}", due.at), due, x });
    }
    let today = work.today();
    let (hours, legal_basis) = store::clock(work, &today)?.unwrap_or_default();
    let page = ListPage {
        s: Shell::new(work, ask, "incidents", ask.words().t("nav-incidents")),
        may_handle: work.actor.may(Verb::HandleRequests),
        lines,
        hours,
        legal_basis,
        place,
    };
    saw_place(work, "incidents.read", &page.place)?;
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "privacy/views/incident_form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    kinds: Vec<&'static str>,
    ticked: Vec<String>,
    place: Place,
    fields: Vec<(String, String)>,
}

impl FormPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn is_ticked(&self, kind: &str) -> bool {
        self.ticked.iter().any(|ticked| ticked == kind)
    }
}

/// The form of a new incident.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    form_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    form_page(work, ask, Faults::of(error, ask.words()))
}

fn form_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let s = Shell::new(work, ask, "incidents", ask.words().t("incident-new"));
    let ticked = ask.fields("kinds");
    Reply::html(&FormPage { s, faults, kinds: KINDS.to_vec(), ticked, place, fields: ask.form.clone() })
}

/// A day and a time of the clock in Việt Nam as the moment in UTC; empty when either is missing.
fn moment(ask: &Ask, day: &'static str, time: &'static str) -> Result<String> {
    let (on, told) = (ask.date(day)?, ask.field(time));
    let clock = told.replace(['h', 'g', '.'], ":");
    let (hour, minute) = clock.trim_end_matches(':').split_once(':').unwrap_or((clock.trim_end_matches(':'), "0"));
    let (Ok(on), Ok(hour), Ok(minute)) = (on.parse::<jiff::civil::Date>(), hour.parse(), minute.parse()) else {
        return Ok(String::new());
    };
    let Ok(time) = jiff::civil::Time::new(hour, minute, 0, 0) else { return Ok(String::new()) };
    let here = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let at = on.to_datetime(time).to_zoned(here).map_err(anyhow::Error::new)?;
    Ok(format!("{:.6}", at.timestamp()))
}

/// Records an incident.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = match ask.field("place").as_str() {
        "" => ask.place(work)?.id,
        told => told.to_owned(),
    };
    let new = NewIncident {
        place,
        detected_at: moment(ask, "detected_on", "detected_time")?,
        kinds: ask.fields("kinds"),
        n_people: ask.count("n_people")?,
        content: ask.field("content"),
    };
    let incident = actions::record(work, &new)?;
    Ok(Reply::see(&format!("/incidents/{}", incident.id)))
}

#[derive(Template)]
#[template(path = "privacy/views/incident.html")]
struct IncidentPage {
    s: Shell,
    faults: Faults,
    x: Incident,
    place: Place,
    content: String,
    steps: Vec<Step>,
    due: Due,
    due_at: String,
    hours: i64,
    legal_basis: String,
    next: Vec<&'static str>,
    history: History,
    may_handle: bool,
    fields: Vec<(String, String)>,
}

impl IncidentPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// One incident.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    incident_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    incident_page(work, ask, Faults::of(error, ask.words()))
}

fn incident_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let x = store::incident_for(work, Verb::ReadPerson, ask.param("id"))?;
    let steps = store::steps(work, &x)?;
    let (due, hours, legal_basis) = due_of(work, &x, &steps)?;
    let page = IncidentPage {
        s: Shell::new(work, ask, "incidents", ask.words().with("incident-title", x.number)),
        faults,
        place: places::by_id(work, &x.place_id)?,
        content: store::texts(work, &x)?.remove(&x.content_n).unwrap_or_default(),
        next: incident::next_steps(&steps).into_iter().map(StepKind::code).collect(),
        history: history::of_thing(work, ask.words(), &x.id)?,
        may_handle: work.reaches(Verb::HandleRequests, &x.pin_id)? && !x.is_closed,
        due_at: format!("{:.6}", due.at),
        fields: ask.form.clone(),
        due,
        hours,
        legal_basis,
        steps,
        x,
    };
    let x = &page.x;
    work.saw("incident.read", &Thing { province: &x.province, kind: "incident", id: &x.id, pin: &x.pin_id })?;
    Reply::html(&page)
}

/// Takes a step.
pub fn step(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let kind = StepKind::from_code(&ask.field("kind"));
    let step = Step {
        kind: kind.ok_or_else(|| Error::field("kind", "incident-step-missing", ""))?,
        at: moment(ask, "at", "time")?,
        paper: ask.field("paper"),
        note: ask.field("note"),
    };
    actions::take_step(work, ask.param("id"), &step)?;
    Ok(Reply::see(&format!("/incidents/{}", ask.param("id"))))
}
