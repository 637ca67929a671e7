//! What people do with exemplars: put one on the list, take one off it.

use serde_json::json;

use crate::error::{Error, FieldError, Result};
use crate::exemplars::store::{self, Exemplar, thing};
use crate::ids;
use crate::papers::paper::{self, Demand, PaperRef};
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::search::{self, Entry};
use crate::work::Work;

/// What is filled in for a new exemplar.
pub struct NewExemplar {
    pub name: String,
    pub kind: String,
    pub place: String,
    pub summary: String,
    pub recognised_on: String,
    pub paper: Option<PaperRef>,
}

fn date_fault(date: &str, today: &str, field: &'static str) -> Option<FieldError> {
    let key = if date.is_empty() {
        "step-date-missing"
    } else if date > today {
        "step-date-future"
    } else {
        return None;
    };
    Some(FieldError { field, key, value: String::new() })
}

/// Puts an exemplar on the list, by a paper.
pub fn add(work: &mut Work, new: &NewExemplar) -> Result<Exemplar> {
    let today = work.today();
    let mut faults = paper::faults(new.paper.as_ref(), Demand::Needed, &today);
    faults.extend(date_fault(&new.recognised_on, &today, "recognised_on"));
    if new.name.is_empty() {
        faults.push(FieldError { field: "name", key: "exemplar-name-missing", value: String::new() });
    }
    if !["collective", "individual"].contains(&new.kind.as_str()) {
        faults.push(FieldError { field: "kind", key: "exemplar-kind-missing", value: String::new() });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let place = places::by_code(work, &new.place).map_err(|_| Error::field("place", "point-commune-missing", ""))?;
    work.demand(Verb::AddExemplar, Verb::ReadPlace, place.pin_id())?;
    let province = places::province_of(work, place.pin_id())?;
    let exemplar = Exemplar {
        province,
        id: ids::new(),
        name: new.name.clone(),
        kind: new.kind.clone(),
        place_id: place.id.clone(),
        pin_id: place.pin_id().to_owned(),
        scheme_id: None,
        summary: new.summary.clone(),
        recognised_on: new.recognised_on.clone(),
        paper: new.paper.clone(),
        withdrawn_on: OPEN.into(),
        withdrawn_reason: String::new(),
    };
    store::insert_exemplar(work, &exemplar)?;
    search::insert(work, &entry(&exemplar))?;
    work.journal("exemplar.added", &thing(&exemplar), &json!({ "name": exemplar.name }))?;
    Ok(exemplar)
}

fn entry(exemplar: &Exemplar) -> Entry<'_> {
    Entry {
        thing: "exemplar",
        thing_id: &exemplar.id,
        pin_id: &exemplar.pin_id,
        place_id: &exemplar.place_id,
        title: &exemplar.name,
        detail: "",
        also: "",
        weight: 30,
    }
}

/// Takes an exemplar off the list: when, why, by which paper. Its row stays.
pub fn withdraw(work: &mut Work, id: &str, on: &str, reason: &str, paper: Option<&PaperRef>) -> Result<Exemplar> {
    let mut exemplar = store::exemplar_for(work, Verb::WithdrawExemplar, id)?;
    if exemplar.withdrawn_on != OPEN {
        return Err(Error::Refused("exemplar-already-withdrawn"));
    }
    let today = work.today();
    let mut faults = paper::faults(paper, Demand::Needed, &today);
    faults.extend(date_fault(on, &today, "on_date"));
    if reason.is_empty() {
        faults.push(FieldError { field: "reason", key: "exemplar-reason-missing", value: String::new() });
    }
    if !on.is_empty() && on < exemplar.recognised_on.as_str() {
        faults.push(FieldError { field: "on_date", key: "exemplar-withdrawn-early", value: String::new() });
    }
    let Some(paper) = paper.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    exemplar.withdrawn_on = on.to_owned();
    exemplar.withdrawn_reason = reason.to_owned();
    store::save_withdrawal(work, &exemplar, paper)?;
    let body = json!({ "name": exemplar.name, "on": on, "reason": reason, "paper": paper.number });
    work.journal("exemplar.withdrawn", &thing(&exemplar), &body)?;
    Ok(exemplar)
}
