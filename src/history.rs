//! What a deed tells: which field was changed from what to what, the facts of it, and the paper. Numbers, days and
//! codes stand in the journal itself; what people wrote goes into an envelope and the journal names it.

use serde_json::{Map, Value as Json, json};
use store::Row;

use crate::envelopes::{self, Named, Owner};
use crate::error::Result;
use crate::work::{Thing, Work};

/// The key under which a body keeps what was changed; every other key is a fact.
pub const CHANGED: &str = "changed";

/// What a deed will tell, while it is put together.
pub struct Told<'a> {
    owner: Owner<'a>,
    changed: Map<String, Json>,
    facts: Map<String, Json>,
}

impl<'a> Told<'a> {
    /// Of a thing; what people wrote about it goes into its own envelope.
    pub fn of(thing: &Thing<'a>) -> Told<'a> {
        Told::about(Owner { province: thing.province, id: thing.id })
    }

    /// Of something that speaks of a person: texts go into the person's envelope, and are burnt with it.
    pub fn about(owner: Owner<'a>) -> Told<'a> {
        Told { owner, changed: Map::new(), facts: Map::new() }
    }

    /// A number, a day or a code that was changed; nothing when it is the same.
    pub fn change(mut self, field: &str, before: impl Into<Json>, after: impl Into<Json>) -> Told<'a> {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.changed.insert(field.to_owned(), json!([before, after]));
        }
        self
    }

    /// What people wrote and someone changed; nothing when it is the same.
    pub fn rewrite(mut self, work: &mut Work, field: &str, before: &str, after: &str) -> Result<Told<'a>> {
        if before != after {
            let both = [self.sealed(work, field, before)?, self.sealed(work, field, after)?];
            self.changed.insert(field.to_owned(), json!(both));
        }
        Ok(self)
    }

    /// Texts that are in an envelope already, by their names.
    pub fn renamed(mut self, field: &str, before: Option<Named>, after: &Named) -> Told<'a> {
        let before = before.map_or(Json::Null, |named| named.json());
        self.changed.insert(field.to_owned(), json!([before, after.json()]));
        self
    }

    /// A number, a day or a code; nothing when it is empty.
    pub fn fact(mut self, field: &str, value: impl Into<Json>) -> Told<'a> {
        let value = value.into();
        if !value.is_null() && value != "" {
            self.facts.insert(field.to_owned(), value);
        }
        self
    }

    /// What people wrote; nothing when it is empty.
    pub fn text(mut self, work: &mut Work, field: &str, text: &str) -> Result<Told<'a>> {
        if !text.is_empty() {
            let sealed = self.sealed(work, field, text)?;
            self.facts.insert(field.to_owned(), sealed);
        }
        Ok(self)
    }

    /// The paper by which it was done; who issued it was typed by someone.
    pub fn paper(self, work: &mut Work, number: &str, issued_on: &str, issuer: &str) -> Result<Told<'a>> {
        let issuer = self.sealed(work, "issuer", issuer)?;
        Ok(self.fact("paper", json!({ "number": number, "issued_on": issued_on, "issuer": issuer })))
    }

    fn sealed(&self, work: &mut Work, field: &str, text: &str) -> Result<Json> {
        if text.is_empty() {
            return Ok(Json::Null);
        }
        Ok(envelopes::put(work, self.owner, field, text)?.json())
    }

    /// Did anything change?
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.facts.is_empty()
    }

    /// As the journal keeps it.
    pub fn body(mut self) -> Json {
        if !self.changed.is_empty() {
            self.facts.insert(CHANGED.to_owned(), Json::Object(self.changed));
        }
        Json::Object(self.facts)
    }
}

/// A deed as it stands in the journal.
#[derive(Clone, Debug)]
pub struct Entry {
    pub chain: String,
    pub day: String,
    pub seq: i64,
    pub at: String,
    pub actor: String,
    pub deed: String,
    pub thing: String,
    pub thing_id: String,
    pub pin_id: String,
    pub origin: String,
    pub hash: String,
    pub body: Json,
}

/// The columns of an entry, of a journal called `j`.
pub const COLUMNS: &str =
    "j.province, j.day, j.seq, j.at, j.actor, j.deed, j.thing, j.thing_id, j.pin_id, j.origin, j.hash, j.body";

/// A row of `COLUMNS`.
pub fn entry(row: &Row) -> Entry {
    Entry {
        chain: row.text(0),
        day: row.text(1),
        seq: row.int(2),
        at: row.text(3),
        actor: row.text(4),
        deed: row.text(5),
        thing: row.text(6),
        thing_id: row.text(7),
        pin_id: row.text(8),
        origin: row.text(9),
        hash: row.text(10),
        body: serde_json::from_str(row.str(11)).unwrap_or_default(),
    }
}

/// What was done to a thing, latest first; that someone read it is not told here.
pub fn of_thing(work: &mut Work, thing_id: &str, most: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "select {COLUMNS} from journal j where j.thing_id = $1 and j.province not like '%.read' \
         order by j.at desc, j.seq desc limit $2"
    );
    Ok(work.query(&sql, &[thing_id.into(), most.into()])?.iter().map(entry).collect())
}

/// Who read of a thing, latest first.
pub fn readings_of(work: &mut Work, thing_id: &str, most: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "select {COLUMNS} from journal j where j.thing_id = $1 and j.province like '%.read' \
         order by j.at desc, j.seq desc limit $2"
    );
    Ok(work.query(&sql, &[thing_id.into(), most.into()])?.iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told<'a>() -> Told<'a> {
        Told::of(&Thing { province: "25", kind: "point", id: "p", pin: "c" })
    }

    #[test]
    fn what_stayed_the_same_is_not_told() {
        let body = told().change("n_households", 5, 5).change("state", "proposed", "approved").fact("note", "").body();
        assert_eq!(body, json!({ "changed": { "state": ["proposed", "approved"] } }));
        assert!(told().change("n_units", 0, 0).is_empty());
    }

    #[test]
    fn a_text_of_an_envelope_is_named() {
        let named = Named { owner: "p".into(), n: 2, proof: "aa".into() };
        let body = told().renamed("name", None, &named).body();
        assert_eq!(body["changed"]["name"], json!([null, { "owner": "p", "text": 2, "proof": "aa" }]));
    }
}
