//! What is done with people and reaches the records that bear their names: recorded by hand, corrected, joined with
//! their account.

use crate::accounts::store as accounts;
use crate::error::{Error, Result};
use crate::exemplars::actions as exemplars;
use crate::history::Told;
use crate::parties::actions::{self as parties, Correction};
use crate::parties::person::{Field, Person};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::store as places;
use crate::work::Work;

/// What is filled in for someone new.
pub struct NewPerson {
    pub place: String,
    pub values: Vec<(Field, String)>,
}

/// Records someone who is on no list yet.
pub fn add(work: &mut Work, new: &NewPerson) -> Result<Person> {
    let place = places::by_code(work, &new.place).map_err(|_| Error::field("place", "point-commune-missing", ""))?;
    work.demand(Verb::KeepPerson, Verb::ReadPlace, place.pin_id())?;
    Ok(parties::record(work, &place, &new.values)?.person)
}

/// Corrects values; a new name goes to every exemplar and commendation that bears it.
pub fn correct(work: &mut Work, id: &str, correction: &Correction) -> Result<()> {
    match parties::correct(work, id, correction)? {
        Some((person, name)) => exemplars::bear_name(work, &person.id, &name),
        None => Ok(()),
    }
}

/// Says whose account an account is, so that a copy of everything held has it too, and erasing reaches it.
pub fn join_account(work: &mut Work, id: &str, user_name: &str) -> Result<()> {
    let person = people::person_for(work, Verb::KeepPerson, id)?;
    parties::refuse_unheld(&person)?;
    let unknown = || Error::field("user_name", "person-account-unknown", user_name);
    let account = accounts::by_user_name(work.tx, user_name)?.ok_or_else(unknown)?;
    crate::accounts::actions::account_for(work, Verb::ReadAccounts, &account.id).map_err(|_| unknown())?;
    let sql = "update account set person_id = $2 where id = $1 and person_id is null";
    if work.execute(sql, &[account.id.as_str().into(), person.id.as_str().into()])? == 0 {
        return Err(Error::Refused("person-account-taken"));
    }
    let told = Told::of(&people::thing(&person)).fact("account", account.id.as_str());
    work.journal("person.account-joined", &people::thing(&person), &told.body())
}
