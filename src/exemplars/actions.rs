//! What people do with exemplars: put one on the list, take one off it.

use crate::envelopes::{Named, Owner};
use crate::error::{Error, FieldError, LONGEST_PAIR, Result, too_long};
use crate::exemplars::store::{self, Exemplar, thing};
use crate::history::Told;
use crate::ids;
use crate::papers::paper::{self, Demand, PaperRef};
use crate::parties::actions as parties;
use crate::parties::person::Field;
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::search::{self, Entry};
use crate::words::{Lang, words};
use crate::work::Work;

/// What is filled in for a new exemplar.
pub struct NewExemplar {
    pub name: String,
    /// An individual whom the register knows already; empty for a new one.
    pub person: String,
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

/// Puts an exemplar on the list, by a paper. An individual becomes a person of the register, unless they are one.
pub fn add(work: &mut Work, new: &NewExemplar) -> Result<Exemplar> {
    check_new(new, &work.today())?;
    let place = places::by_code(work, &new.place).map_err(|_| Error::field("place", "point-commune-missing", ""))?;
    work.demand(Verb::AddExemplar, Verb::ReadPlace, place.pin_id())?;
    let province = places::province_of(work, place.pin_id())?;
    let individual = individual(work, new, &place)?;
    let exemplar = Exemplar {
        province,
        id: ids::new(),
        name: individual.as_ref().map_or_else(|| new.name.clone(), |someone| someone.name.clone()),
        person_id: individual.as_ref().map(|someone| someone.id.clone()),
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
    tell_added(work, &exemplar, individual)?;
    Ok(exemplar)
}

fn check_new(new: &NewExemplar, today: &str) -> Result<()> {
    let mut faults = paper::faults(new.paper.as_ref(), Demand::Needed, today);
    faults.extend(date_fault(&new.recognised_on, today, "recognised_on"));
    if new.name.is_empty() && new.person.is_empty() {
        faults.push(FieldError { field: "name", key: "exemplar-name-missing", value: String::new() });
    }
    faults.extend(too_long("name", &new.name, LONGEST_PAIR));
    if !["collective", "individual"].contains(&new.kind.as_str()) {
        faults.push(FieldError { field: "kind", key: "exemplar-kind-missing", value: String::new() });
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// The person an exemplar is, and how the journal names their name.
struct Individual {
    id: String,
    name: String,
    named: Named,
}

fn individual(work: &mut Work, new: &NewExemplar, place: &Place) -> Result<Option<Individual>> {
    if new.kind != "individual" {
        return Ok(None);
    }
    if new.person.is_empty() {
        let recorded = parties::record(work, place, &[(Field::Name, new.name.clone())])?;
        let (id, named) = (recorded.person.id, recorded.name);
        return Ok(Some(Individual { id, name: new.name.clone(), named }));
    }
    let person = people::person_for(work, Verb::ReadPerson, &new.person)?;
    parties::refuse_unheld(&person)?;
    if !person.restricted_on.is_empty() {
        return Err(Error::Refused("person-is-restricted"));
    }
    let known = people::values(work, &person)?.remove(&Field::Name).ok_or(Error::NotFound)?;
    Ok(Some(Individual { named: known.named(&person.id), name: known.text, id: person.id }))
}

/// What is written of an individual goes into the person's envelope, of a collective, or of someone whose envelope is
/// burnt, into its own.
fn told_of<'a>(work: &mut Work, exemplar: &'a Exemplar) -> Result<Told<'a>> {
    let own = Owner { province: &exemplar.province, id: &exemplar.id };
    let person = match &exemplar.person_id {
        Some(id) => people::by_id(work, id)?,
        None => None,
    };
    let id = exemplar.person_id.as_ref().filter(|_| person.is_some_and(|person| person.is_held()));
    Ok(Told::about(id.map_or(own, |id| Owner { id, ..own })))
}

fn tell_added(work: &mut Work, exemplar: &Exemplar, individual: Option<Individual>) -> Result<()> {
    let told = match individual {
        Some(someone) => told_of(work, exemplar)?.renamed("name", None, &someone.named),
        None => told_of(work, exemplar)?.rewrite(work, "name", "", &exemplar.name)?,
    };
    let mut told = told
        .fact("kind", exemplar.kind.as_str())
        .fact("place", exemplar.place_id.as_str())
        .fact("recognised_on", exemplar.recognised_on.as_str())
        .text(work, "summary", &exemplar.summary)?;
    if let Some(paper) = &exemplar.paper {
        told = told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    }
    work.journal("exemplar.added", &thing(exemplar), &told.body())
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
    let told = told_of(work, &exemplar)?
        .change("exemplar-state", "standing", "withdrawn")
        .fact("on", on)
        .text(work, "why", reason)?
        .paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    work.journal("exemplar.withdrawn", &thing(&exemplar), &told.body())?;
    Ok(exemplar)
}

/// A person's corrected name, on every record that bears it.
pub fn bear_name(work: &mut Work, person_id: &str, name: &str) -> Result<()> {
    store::rename_person(work, person_id, name)?;
    for exemplar in store::of_person(work, person_id)? {
        search::forget(work, &exemplar.id)?;
        search::insert(work, &entry(&exemplar))?;
    }
    Ok(())
}

/// How many records keep their facts without the person.
pub struct Forgotten {
    pub n_exemplars: usize,
    pub n_commendations: usize,
}

/// Takes a person out of their records: dates, papers, places and counts stay, what was written of them goes.
pub fn forget_person(work: &mut Work, person_id: &str) -> Result<Forgotten> {
    let exemplars = store::of_person(work, person_id)?;
    let n_commendations = store::commendations_of_person(work, person_id)?.len();
    for exemplar in &exemplars {
        search::forget(work, &exemplar.id)?;
    }
    store::wipe_person(work, person_id, words(Lang::Vi).t("person-erased"))?;
    Ok(Forgotten { n_exemplars: exemplars.len(), n_commendations })
}

/// Individuals of a register from before people had records of their own become people of it, once.
pub fn adopt(work: &mut Work) -> Result<usize> {
    let orphans = store::without_person(work)?;
    for orphan in &orphans {
        let place = places::by_id(work, &orphan.place_id)?;
        let person = parties::record(work, &place, &[(Field::Name, orphan.name.clone())])?.person;
        store::give_person(work, orphan, &person.id)?;
    }
    Ok(orphans.len())
}
