//! What is done with people: recorded, corrected, withheld from the public. Erasing reaches further than this
//! capability and has its place in `privacy`.

use crate::envelopes::{self, Named};
use crate::error::{Error, Result};
use crate::history::Told;
use crate::ids;
use crate::parties::person::{self, Field, Person};
use crate::parties::store::{self, owner, thing};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::work::Work;

/// Someone newly recorded, and how the journal names their name.
pub struct Recorded {
    pub person: Person,
    pub name: Named,
}

/// Records a person at a place. Whoever calls has asked for the right to what they are recorded for.
pub fn record(work: &mut Work, place: &Place, values: &[(Field, String)]) -> Result<Recorded> {
    record_as(work, ids::new(), place, values)
}

/// The same under an id that is given: the sample data's repeat with its seed.
pub fn record_as(work: &mut Work, id: String, place: &Place, values: &[(Field, String)]) -> Result<Recorded> {
    let faults = person::faults(values, work.moment.today);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let person = Person {
        province: places::province_of(work, place.pin_id())?,
        id,
        place_id: place.id.clone(),
        pin_id: place.pin_id().to_owned(),
        recorded_at: work.moment.now.clone(),
        erased_on: String::new(),
        restricted_on: String::new(),
        unpublished_on: String::new(),
        version: 1,
    };
    store::insert(work, &person)?;
    let mut told = Told::about(owner(&person)).fact("place", person.place_id.as_str());
    let mut name = None;
    for (field, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        let named = envelopes::put(work, owner(&person), field.code(), value)?;
        told = told.renamed(field.code(), None, &named);
        name = name.or((*field == Field::Name).then_some(named));
    }
    work.journal("person.added", &thing(&person), &told.body())?;
    let name = name.ok_or_else(|| Error::field("name", "person-name-missing", ""))?;
    Ok(Recorded { person, name })
}

/// What someone corrects in a person, and why.
pub struct Correction {
    pub version: i64,
    pub values: Vec<(Field, String)>,
    pub reason: String,
}

/// Corrects values; gives the new name when that was among them, for the records that bear it.
pub fn correct(work: &mut Work, id: &str, correction: &Correction) -> Result<Option<(Person, String)>> {
    let mut person = store::person_for(work, Verb::KeepPerson, id)?;
    refuse_unheld(&person)?;
    let faults = person::faults(&correction.values, work.moment.today);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let before = store::values(work, &person)?;
    let mut told = Told::about(owner(&person));
    let mut renamed = None;
    for (field, value) in &correction.values {
        let was = before.get(field);
        if was.map_or("", |kept| kept.text.as_str()) == value {
            continue;
        }
        let named = envelopes::put(work, owner(&person), field.code(), value)?;
        told = told.renamed(field.code(), was.map(|kept| kept.named(&person.id)), &named);
        if *field == Field::Name {
            renamed = Some(value.clone());
        }
    }
    if told.is_empty() {
        return Err(Error::Refused("person-unchanged"));
    }
    let body = told.text(work, "why", &correction.reason)?.body();
    person.version = correction.version;
    store::save(work, &person)?;
    work.journal("person.corrected", &thing(&person), &body)?;
    Ok(renamed.map(|name| (person, name)))
}

/// Nothing is done to someone who is erased.
pub fn refuse_unheld(person: &Person) -> Result<()> {
    if person.is_held() { Ok(()) } else { Err(Error::Refused("person-is-erased")) }
}
