//! What is done with requests: taken in, and answered step by step. What was accepted is done to the person in the
//! same transaction as the step that says so.

use crate::consents::actions as consents;
use crate::consents::store as kept_consents;
use crate::envelopes::{self, Named};
use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::ids;
use crate::parties::actions::{record, refuse_unheld};
use crate::parties::person::{Field, Person};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::store as places;
use crate::privacy::requests::request::{self, Kind, MANNERS, State, Step, StepKind};
use crate::privacy::requests::store::{self, Request};
use crate::work::{Thing, Work};

/// What is filled in for a request. It names someone whom the register knows, or the name of someone new.
#[derive(Clone, Debug, Default)]
pub struct NewRequest {
    pub person: String,
    pub name: String,
    pub place: String,
    pub kind: String,
    pub manner: String,
    pub received_on: String,
    pub content: String,
}

/// The thing that deeds about a request name.
pub fn thing(request: &Request) -> Thing<'_> {
    Thing { province: &request.province, kind: "request", id: &request.id, pin: &request.pin_id }
}

/// Takes a request in; from this day its clock runs.
pub fn receive(work: &mut Work, new: &NewRequest) -> Result<Request> {
    let kind = check_new(work, new)?;
    let person = whose(work, new)?;
    refuse_unheld(&person)?;
    let open = store::of_person(work, &person.id)?;
    if open.iter().any(|known| known.kind == kind && known.received_on == new.received_on && known.state.is_open()) {
        return Err(Error::Refused("request-already-recorded"));
    }
    let content = sealed(work, &person, "request", &new.content)?;
    let request = Request {
        province: person.province.clone(),
        id: ids::new(),
        number: store::next_number(work, &person.province)?,
        person_id: person.id.clone(),
        pin_id: person.pin_id.clone(),
        kind,
        received_on: new.received_on.clone(),
        manner: new.manner.clone(),
        state: State::Received,
        content_n: content.as_ref().map_or(0, |named| named.n),
        closed_on: String::new(),
        recorded_by: work.actor.account_id.clone(),
        recorded_at: work.moment.now.clone(),
        version: 1,
    };
    store::insert(work, &request)?;
    let mut told = Told::about(people::owner(&person))
        .fact("number", request.number)
        .fact("person", request.person_id.as_str())
        .fact("request_kind", kind.code())
        .fact("request_manner", request.manner.as_str())
        .fact("received_on", request.received_on.as_str());
    if let Some(content) = content {
        told = told.fact("content", content.json());
    }
    work.journal("request.received", &thing(&request), &told.body())?;
    Ok(request)
}

fn check_new(work: &mut Work, new: &NewRequest) -> Result<Kind> {
    let kind = Kind::from_code(&new.kind);
    let today = work.today();
    let clock = match kind {
        Some(kind) => store::clock(work, kind, &new.received_on)?,
        None => None,
    };
    let day = !new.received_on.is_empty() && new.received_on <= today;
    let checks = [
        ("kind", "request-kind-missing", kind.is_some()),
        ("manner", "request-manner-missing", MANNERS.contains(&new.manner.as_str())),
        ("received_on", "request-day-unfit", day),
        ("received_on", "request-no-clock", !day || kind.is_none() || clock.is_some()),
        ("name", "person-name-missing", !new.name.is_empty() || !new.person.is_empty()),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    match kind {
        Some(kind) if faults.is_empty() => Ok(kind),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

fn whose(work: &mut Work, new: &NewRequest) -> Result<Person> {
    if !new.person.is_empty() {
        return people::person_for(work, Verb::HandleRequests, &new.person);
    }
    let place = places::by_code(work, &new.place).map_err(|_| Error::field("place", "point-commune-missing", ""))?;
    work.demand(Verb::HandleRequests, Verb::ReadPlace, place.pin_id())?;
    Ok(record(work, &place, &[(Field::Name, new.name.clone())])?.person)
}

fn sealed(work: &mut Work, person: &Person, field: &str, text: &str) -> Result<Option<Named>> {
    if text.is_empty() || !person.is_held() {
        return Ok(None);
    }
    Ok(Some(envelopes::put(work, people::owner(person), field, text)?))
}

/// Takes a step. What was accepted is done with the last one.
pub fn take_step(work: &mut Work, id: &str, step: &Step) -> Result<Request> {
    let request = store::request_for(work, Verb::HandleRequests, id)?;
    let person = people::by_id(work, &request.person_id)?.ok_or(Error::NotFound)?;
    if step.kind == StepKind::Done && request.kind == Kind::Delete && person.is_held() {
        return Err(Error::Refused("request-erase-first"));
    }
    let request = keep_step(work, request, &person, step)?;
    match step.kind {
        StepKind::Done => carry_out(work, &request, person, &step.on_date)?,
        StepKind::Refused => withhold(work, &request, person, step)?,
        StepKind::Acknowledged | StepKind::Extended | StepKind::Accepted | StepKind::Dropped => {}
    }
    Ok(request)
}

/// Keeps a step and the state it makes; erasing ends its request by this alone.
pub fn keep_step(work: &mut Work, mut request: Request, person: &Person, step: &Step) -> Result<Request> {
    let before = store::steps(work, &request)?;
    let old = request.state;
    request.state = request::after(old, step.kind)?;
    request::check(step, &before, &request.received_on, &work.today())?;
    if step.kind == StepKind::Refused && !store::grounds(work, &step.on_date)?.iter().any(|g| g.code == step.ground) {
        return Err(Error::field("ground", "request-ground-missing", ""));
    }
    let note = sealed(work, person, "request_note", &step.note)?;
    store::insert_step(work, &request, step, note.as_ref().map_or(0, |named| named.n))?;
    if !request.state.is_open() {
        request.closed_on.clone_from(&step.on_date);
    }
    store::save_state(work, &request)?;
    let mut told = Told::about(people::owner(person))
        .fact("number", request.number)
        .fact("request_step", step.kind.code())
        .fact("on", step.on_date.as_str())
        .fact("ground", step.ground.as_str())
        .change("request_state", old.code(), request.state.code());
    if step.third_party {
        told = told.fact("third_party", true);
    }
    if !step.paper.is_empty() {
        told = told.paper(work, &step.paper, "", "")?;
    }
    if let Some(note) = note {
        told = told.fact("note", note.json());
    }
    work.journal("request.step", &thing(&request), &told.body())?;
    Ok(request)
}

/// What was accepted is done: processing is restricted, or every consent withdrawn. The rest is done on its own page.
fn carry_out(work: &mut Work, request: &Request, person: Person, on: &str) -> Result<()> {
    match request.kind {
        Kind::Restrict | Kind::Object => restrict(work, person, on),
        Kind::Withdraw => {
            for consent in kept_consents::of_person(work, &request.person_id)? {
                if consent.withdrawn_on.is_empty() && consent.given_on.as_str() <= on {
                    consents::withdraw(work, &consent.id, on)?;
                }
            }
            Ok(())
        }
        Kind::View | Kind::Correct | Kind::Provide | Kind::Delete => Ok(()),
    }
}

fn restrict(work: &mut Work, mut person: Person, on: &str) -> Result<()> {
    if !person.restricted_on.is_empty() || !person.is_held() {
        return Ok(());
    }
    on.clone_into(&mut person.restricted_on);
    people::save(work, &person)?;
    let told = Told::of(&people::thing(&person)).fact("on", on);
    work.journal("person.restricted", &people::thing(&person), &told.body())
}

/// A record that the law keeps is kept, and the person is shown to the public no more.
fn withhold(work: &mut Work, request: &Request, mut person: Person, step: &Step) -> Result<()> {
    let grounds = store::grounds(work, &step.on_date)?;
    let unpublishes = grounds.iter().any(|ground| ground.code == step.ground && ground.unpublishes);
    let asks = matches!(request.kind, Kind::Delete | Kind::Object | Kind::Restrict);
    if !unpublishes || !asks || !person.unpublished_on.is_empty() || !person.is_held() {
        return Ok(());
    }
    person.unpublished_on.clone_from(&step.on_date);
    people::save(work, &person)?;
    let told = Told::of(&people::thing(&person)).fact("on", step.on_date.as_str()).fact("ground", step.ground.as_str());
    work.journal("person.unpublished", &people::thing(&person), &told.body())
}

/// Ends a restriction or a withholding, with the reason.
pub fn release(work: &mut Work, person_id: &str, reason: &str) -> Result<()> {
    let mut person = people::person_for(work, Verb::HandleRequests, person_id)?;
    refuse_unheld(&person)?;
    if person.restricted_on.is_empty() && person.unpublished_on.is_empty() {
        return Err(Error::Refused("person-not-restricted"));
    }
    if reason.is_empty() {
        return Err(Error::field("reason", "person-reason-missing", ""));
    }
    let owner = people::owner(&person);
    let told = Told::about(owner)
        .change("restricted_on", person.restricted_on.as_str(), "")
        .change("unpublished_on", person.unpublished_on.as_str(), "")
        .text(work, "why", reason)?
        .body();
    person.restricted_on.clear();
    person.unpublished_on.clear();
    people::save(work, &person)?;
    work.journal("person.released", &people::thing(&person), &told)
}
