//! How people are kept: their row, and the latest text of each field in their envelope.

use std::collections::BTreeMap;

use store::{Row, Value};

use crate::envelopes::{self, Kept, Owner};
use crate::error::{Error, Result};
use crate::parties::person::{Field, Person};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::work::{Thing, Work};

const COLUMNS: &str = "p.province, p.id, p.place_id, p.pin_id, p.recorded_at, p.erased_on, p.restricted_on, \
                       p.unpublished_on, p.version";

fn person(row: &Row) -> Person {
    Person {
        province: row.text(0),
        id: row.text(1),
        place_id: row.text(2),
        pin_id: row.text(3),
        recorded_at: row.text(4),
        erased_on: row.text(5),
        restricted_on: row.text(6),
        unpublished_on: row.text(7),
        version: row.int(8),
    }
}

/// The thing that deeds about a person name.
pub fn thing(person: &Person) -> Thing<'_> {
    Thing { province: &person.province, kind: "person", id: &person.id, pin: &person.pin_id }
}

/// Whose envelope it is.
pub fn owner(person: &Person) -> Owner<'_> {
    Owner { province: &person.province, id: &person.id }
}

/// The only way to load a person: for a verb.
pub fn person_for(work: &mut Work, verb: Verb, id: &str) -> Result<Person> {
    let found = by_id(work, id)?.ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPerson, &found.pin_id)?;
    Ok(found)
}

/// A person by id, whoever asks: for records that name them, and for what is done to all of them.
pub fn by_id(work: &mut Work, id: &str) -> Result<Option<Person>> {
    let sql = format!("select {COLUMNS} from person p where p.id = $1");
    Ok(work.first(&sql, &[id.into()])?.map(|row| person(&row)))
}

/// Why someone was erased, as a key of words that takes the day.
pub fn erased_key(work: &mut Work, person_id: &str) -> Result<&'static str> {
    let sql = "select basis from erasure where thing_id = $1";
    let row = work.first(sql, &[person_id.into()])?;
    let by_request = row.is_none_or(|row| row.str(0) == "request");
    Ok(if by_request { "person-erased-on" } else { "person-erased-over" })
}

/// Keeps a new person.
pub fn insert(work: &mut Work, person: &Person) -> Result<()> {
    let sql = "insert into person (province, id, place_id, pin_id, recorded_at, erased_on, restricted_on, unpublished_on, \
               version) values ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    let values: [Value; 8] = [
        person.province.as_str().into(),
        person.id.as_str().into(),
        person.place_id.as_str().into(),
        person.pin_id.as_str().into(),
        person.recorded_at.as_str().into(),
        person.erased_on.as_str().into(),
        person.restricted_on.as_str().into(),
        person.unpublished_on.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps what was decided about a person; someone who saved meanwhile is a conflict.
pub fn save(work: &mut Work, person: &Person) -> Result<()> {
    let sql = "update person set erased_on = $4, restricted_on = $5, unpublished_on = $6, version = version + 1 \
               where province = $1 and id = $2 and version = $3";
    let values: [Value; 6] = [
        person.province.as_str().into(),
        person.id.as_str().into(),
        person.version.into(),
        person.erased_on.as_str().into(),
        person.restricted_on.as_str().into(),
        person.unpublished_on.as_str().into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// The present values of a person: the latest text of each field; an empty one is none.
pub fn values(work: &mut Work, person: &Person) -> Result<BTreeMap<Field, Kept>> {
    let mut values = BTreeMap::new();
    for kept in envelopes::all(work, &person.id)? {
        if let Some(field) = Field::from_code(&kept.field) {
            values.insert(field, kept);
        }
    }
    values.retain(|_, kept| !kept.text.is_empty());
    Ok(values)
}

/// The present name of a person; empty when it is erased.
pub fn name(work: &mut Work, person: &Person) -> Result<String> {
    Ok(values(work, person)?.remove(&Field::Name).map_or_else(String::new, |kept| kept.text))
}

/// Someone on a list.
pub struct Listed {
    pub id: String,
    pub name: String,
    pub place: String,
    pub is_restricted: bool,
    pub is_unpublished: bool,
}

/// The people of a place whose values are held, within reach, by given name. Names are opened to be sorted and
/// searched: of someone who is on no list of the register no name stands in plain.
pub fn of_place(work: &mut Work, place: &Place) -> Result<Vec<Listed>> {
    work.demand(Verb::ReadPerson, Verb::ReadPerson, place.pin_id())?;
    let day = place.day_on_the_map(&work.today()).to_owned();
    let sql = format!(
        "select {}, p.id, l.name, p.restricted_on, p.unpublished_on from person p \
         join rollup r on r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $2 and r.to_on > $2 \
         join place l on l.id = p.place_id join envelope e on e.owner_id = p.id \
         join envelope_text t on t.owner_id = p.id and t.field = 'name' where p.erased_on = '' order by p.id, t.n",
        envelopes::COLUMNS
    );
    let mut found: BTreeMap<String, Listed> = BTreeMap::new();
    for row in work.query(&sql, &[place.pin_id().into(), day.into()])? {
        if let Some(kept) = envelopes::opened(&row)? {
            let (is_restricted, is_unpublished) = (!row.str(10).is_empty(), !row.str(11).is_empty());
            let listed = Listed { id: row.text(8), name: kept.text, place: row.text(9), is_restricted, is_unpublished };
            found.insert(row.text(8), listed);
        }
    }
    let mut list: Vec<Listed> = found.into_values().collect();
    list.sort_by_cached_key(|listed| (fold::person_sort_key(&listed.name), listed.id.clone()));
    Ok(list)
}
