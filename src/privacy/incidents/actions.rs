//! What is done with incidents: recorded, and answered step by step.

use serde_json::json;

use crate::envelopes::{self, Named, Owner};
use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places::store as places;
use crate::privacy::incidents::incident::{self, KINDS, Step};
use crate::privacy::incidents::store::{self, Incident};
use crate::work::{Thing, Work};

/// What is filled in for an incident.
#[derive(Clone, Debug, Default)]
pub struct NewIncident {
    pub place: String,
    /// The moment, in UTC; empty when it was mistyped.
    pub detected_at: String,
    pub kinds: Vec<String>,
    pub n_people: i64,
    pub content: String,
}

fn thing(incident: &Incident) -> Thing<'_> {
    Thing { province: &incident.province, kind: "incident", id: &incident.id, pin: &incident.pin_id }
}

/// Records an incident; from its detection the clock runs.
pub fn record(work: &mut Work, new: &NewIncident) -> Result<Incident> {
    check_new(work, new)?;
    let place =
        places::by_code(work, &new.place).map_err(|_| Error::field("place", "account-place-missing", &new.place))?;
    work.demand(Verb::HandleRequests, Verb::ReadPlace, place.pin_id())?;
    let province = places::province_of(work, place.pin_id())?;
    let (number, id) = (store::next_number(work, &province)?, ids::new());
    let content = envelopes::put(work, Owner { province: &province, id: &id }, "incident", &new.content)?;
    let incident = Incident {
        number,
        id,
        place_id: place.id.clone(),
        pin_id: place.pin_id().to_owned(),
        detected_at: new.detected_at.clone(),
        kinds: new.kinds.clone(),
        n_people: new.n_people,
        is_closed: false,
        content_n: content.n,
        recorded_by: work.actor.account_id.clone(),
        recorded_at: work.moment.now.clone(),
        version: 1,
        province,
    };
    store::insert(work, &incident)?;
    let told = Told::of(&thing(&incident))
        .fact("number", number)
        .fact("detected_at", incident.detected_at.as_str())
        .fact("incident_kind", json!(incident.kinds))
        .fact("n_people", incident.n_people)
        .fact("content", content.json());
    work.journal("incident.recorded", &thing(&incident), &told.body())?;
    Ok(incident)
}

fn check_new(work: &Work, new: &NewIncident) -> Result<()> {
    let now = &work.moment.now;
    let known = !new.kinds.is_empty() && new.kinds.iter().all(|kind| KINDS.contains(&kind.as_str()));
    let checks = [
        ("detected_at", "incident-moment-missing", !new.detected_at.is_empty()),
        ("detected_at", "incident-moment-future", new.detected_at.as_str() <= now.as_str()),
        ("kinds", "incident-kind-missing", known),
        ("n_people", "count-negative", new.n_people >= 0),
        ("content", "incident-content-missing", !new.content.is_empty()),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Takes a step.
pub fn take_step(work: &mut Work, id: &str, step: &Step) -> Result<Incident> {
    let incident = store::incident_for(work, Verb::HandleRequests, id)?;
    incident::after(&store::steps(work, &incident)?, step.kind)?;
    let moment = |text: &str| text.parse::<jiff::Timestamp>().map_err(anyhow::Error::new);
    incident::check(step, moment(&incident.detected_at)?, moment(&work.moment.now)?)?;
    let owner = Owner { province: &incident.province, id: &incident.id };
    let note: Option<Named> = match step.note.as_str() {
        "" => None,
        text => Some(envelopes::put(work, owner, "incident_note", text)?),
    };
    store::insert_step(work, &incident, step, note.as_ref().map_or(0, |named| named.n))?;
    let mut told = Told::of(&thing(&incident))
        .fact("number", incident.number)
        .fact("incident_step", step.kind.code())
        .fact("moment", step.at.as_str());
    if !step.paper.is_empty() {
        told = told.paper(work, &step.paper, "", "")?;
    }
    if let Some(note) = note {
        told = told.fact("note", note.json());
    }
    work.journal("incident.step", &thing(&incident), &told.body())?;
    Ok(incident)
}
