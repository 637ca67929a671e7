//! Erasing: everything written of someone goes, every fact, paper, place and count stays. The journal's chain stays
//! whole, because it only ever named the texts. What else mentions the name is burnt or told (see `mentions`).

use serde_json::json;
use store::Value;

use crate::accounts::store as accounts;
use crate::envelopes;
use crate::error::{Error, Result};
use crate::exemplars::actions as exemplars;
use crate::ids;
use crate::parties::actions::refuse_unheld;
use crate::parties::person::{Field, Person};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::privacy::mentions;
use crate::privacy::requests::actions::keep_step;
use crate::privacy::requests::request::{Kind, State, Step, StepKind};
use crate::privacy::requests::store::{self as requests, Request};
use crate::work::Work;

/// Why someone is erased.
#[derive(Clone, Copy)]
pub enum Basis<'a> {
    Request(&'a str),
    /// How long such values are kept is over.
    Retention,
}

impl Basis<'_> {
    fn code(self) -> &'static str {
        match self {
            Basis::Request(_) => "request",
            Basis::Retention => "retention",
        }
    }

    fn request_id(&self) -> &str {
        match self {
            Basis::Request(id) => id,
            Basis::Retention => "",
        }
    }
}

/// The request by which a person may be erased: one to delete, accepted by whoever decides about requests.
pub fn request_to_delete(work: &mut Work, person: &Person) -> Result<Option<Request>> {
    let all = requests::of_person(work, &person.id)?;
    Ok(all.into_iter().find(|request| request.kind == Kind::Delete && request.state == State::Accepted))
}

/// Erases a person by an accepted request, which is thereby done.
pub fn erase(work: &mut Work, person_id: &str) -> Result<()> {
    let person = people::person_for(work, Verb::ErasePerson, person_id)?;
    refuse_unheld(&person)?;
    let request = request_to_delete(work, &person)?.ok_or(Error::Refused("erase-needs-request"))?;
    let person = wipe(work, person, Basis::Request(&request.id))?;
    let step = Step {
        kind: StepKind::Done,
        on_date: work.today(),
        ground: String::new(),
        third_party: false,
        paper: String::new(),
        note: String::new(),
    };
    keep_step(work, request, &person, &step)?;
    Ok(())
}

/// Takes everything written of a person out of the register.
pub(super) fn wipe(work: &mut Work, mut person: Person, basis: Basis) -> Result<Person> {
    let names = names(work, &person)?;
    let mentions = mentions::burn(work, &person, &names)?;
    envelopes::burn(work, &person.id)?;
    let records = exemplars::forget_person(work, &person.id)?;
    let accounts = accounts::of_person(work.tx, &person.id)?;
    for account in &accounts {
        crate::accounts::actions::wipe(work, account)?;
    }
    person.erased_on = work.today();
    people::save(work, &person)?;
    keep(work, (&person.province, "person", &person.id), basis)?;
    let told = json!({
        "basis": basis.code(), "request": basis.request_id(), "n_exemplars": records.n_exemplars,
        "n_commendations": records.n_commendations, "n_accounts": accounts.len(), "n_imports": mentions.n_runs,
        "n_texts": mentions.n_texts, "n_papers": mentions.n_papers,
    });
    work.journal("person.erased", &people::thing(&person), &told)?;
    work.scrub();
    Ok(person)
}

/// Every name that the person has borne here.
pub(super) fn names(work: &mut Work, person: &Person) -> Result<Vec<String>> {
    let kept = envelopes::all(work, &person.id)?.into_iter();
    let mut names: Vec<String> = kept.filter(|k| k.field == Field::Name.code()).map(|k| k.text).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// Keeps that something was erased, until the files are rid of it and after.
pub(super) fn keep(work: &mut Work, (province, thing, id): (&str, &str, &str), basis: Basis) -> Result<()> {
    let sql = "insert into erasure (province, id, thing, thing_id, on_date, at, basis, request_id, scrubbed_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, '')";
    let values: [Value; 8] = [
        province.into(),
        ids::new().into(),
        thing.into(),
        id.into(),
        work.today().into(),
        work.moment.now.as_str().into(),
        basis.code().into(),
        basis.request_id().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}
