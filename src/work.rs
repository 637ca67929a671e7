//! One person's unit of work: transaction, actor, moment, journal. The first parameter of every action.

use jiff::civil::Date;
use store::{Row, Tx, Value};

use crate::error::{Error, Result};
use crate::journal::{self, Chain, New};
use crate::permissions::{Role, Verb};

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account_id: String,
    /// Where the deed came in: `page`, `api`, `command`, `import:<id>`, `demo`.
    pub origin: String,
    pub grants: Vec<Grant>,
}

/// A role on a place and all below it, valid today.
#[derive(Clone, Debug)]
pub struct Grant {
    pub role: Role,
    pub place_id: String,
}

impl Actor {
    /// The person at the machine itself: all rights, on the whole country.
    pub fn command_line() -> Actor {
        let grant = Grant { role: Role::Administrator, place_id: "VN".into() };
        Actor { account_id: "command".into(), origin: "command".into(), grants: vec![grant] }
    }

    /// The register itself, when a day comes on which something was to happen.
    pub fn by_itself() -> Actor {
        Actor { account_id: "clock".into(), origin: "clock".into(), ..Actor::command_line() }
    }

    /// Does any grant give this right, wherever?
    pub fn may(&self, verb: Verb) -> bool {
        self.grants.iter().any(|grant| grant.role.may(verb))
    }

    /// The places on which this right is held.
    pub fn places_for(&self, verb: Verb) -> Vec<&str> {
        self.grants.iter().filter(|g| g.role.may(verb)).map(|g| g.place_id.as_str()).collect()
    }
}

/// When the work is done. `today` is the day in Việt Nam, `now` the moment in UTC, as ISO text.
#[derive(Clone, Debug)]
pub struct Moment {
    pub today: Date,
    pub now: String,
}

impl Moment {
    /// The one place that reads the clock.
    pub fn of_the_clock() -> Moment {
        let now = jiff::Timestamp::now();
        let here = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(jiff::tz::TimeZone::UTC);
        Moment { today: now.to_zoned(here).date(), now: format!("{now:.6}") }
    }

    /// The moment so many seconds after this one; before it, when they are negative.
    pub fn after(&self, seconds: i64) -> Result<String> {
        let now: jiff::Timestamp = self.now.parse().map_err(anyhow::Error::new)?;
        let moved = now.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(anyhow::Error::new)?;
        Ok(format!("{moved:.6}"))
    }
}

#[cfg(test)]
impl Moment {
    /// The same some seconds later.
    pub fn later(self, seconds: i64) -> Moment {
        let at: jiff::Timestamp = self.now.parse().unwrap();
        let at = at + jiff::SignedDuration::from_secs(seconds);
        Moment { today: at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))).date(), now: format!("{at:.6}") }
    }
}

pub struct Work<'w, 't> {
    pub tx: &'w mut Tx<'t>,
    pub actor: Actor,
    pub moment: Moment,
    n_deeds: usize,
    after: After,
}

/// What is still to be done when the transaction is over.
#[derive(Default)]
pub struct After {
    /// What was read and is noted in a write of its own, before the answer leaves.
    pub readings: Vec<Reading>,
    /// Something was erased: the database's files are to be rid of its traces.
    pub scrubs: bool,
}

/// A work that is over.
pub struct Done {
    pub actor: Actor,
    pub after: After,
}

/// Someone read something that not everyone may see.
pub struct Reading {
    deed: &'static str,
    province: String,
    kind: String,
    id: String,
    pin: String,
    body: serde_json::Value,
}

/// What a deed was done to.
pub struct Thing<'a> {
    pub province: &'a str,
    pub kind: &'a str,
    pub id: &'a str,
    pub pin: &'a str,
}

impl<'w, 't> Work<'w, 't> {
    /// Begins a unit of work in an open transaction.
    pub fn new(tx: &'w mut Tx<'t>, actor: Actor, moment: Moment) -> Work<'w, 't> {
        Work { tx, actor, moment, n_deeds: 0, after: After::default() }
    }

    /// Today as ISO text.
    pub fn today(&self) -> String {
        self.moment.today.to_string()
    }

    /// All rows of a query.
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        Ok(self.tx.query(sql, values)?)
    }

    /// The first row of a query.
    pub fn first(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.tx.first(sql, values)?)
    }

    /// Runs a statement.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        Ok(self.tx.execute(sql, values)?)
    }

    /// What follows by itself from a deed that this person may do: done in their name, whatever else they may do.
    pub fn in_consequence<T>(&mut self, story: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let own = std::mem::replace(&mut self.actor.grants, Actor::command_line().grants);
        let told = story(self);
        self.actor.grants = own;
        told
    }

    /// How many deeds this work has journalled; a write that ends with none is undone.
    pub fn n_deeds(&self) -> usize {
        self.n_deeds
    }

    /// Appends a deed to the journal of a province; raises that province's version.
    pub fn journal(&mut self, deed: &str, thing: &Thing, body: &serde_json::Value) -> Result<()> {
        journal::append(self, &New { chain: Chain::Deeds, deed, thing, body })?;
        self.n_deeds += 1;
        Ok(())
    }

    /// Something sensitive was shown: noted once a day for each account and thing.
    pub fn saw(&mut self, deed: &'static str, thing: &Thing) -> Result<()> {
        if !journal::is_noted(self, deed, thing.id)? {
            self.took(deed, thing, serde_json::json!({}));
        }
        Ok(())
    }

    /// Something sensitive leaves as a file: noted every time.
    pub fn took(&mut self, deed: &'static str, thing: &Thing, body: serde_json::Value) {
        let [province, kind, id, pin] = [thing.province, thing.kind, thing.id, thing.pin].map(str::to_owned);
        self.after.readings.push(Reading { deed, province, kind, id, pin, body });
    }

    /// Something was erased in this transaction.
    pub fn scrub(&mut self) {
        self.after.scrubs = true;
    }

    /// The work is over: who did it, and what is still to be done.
    pub fn done(self) -> Done {
        Done { actor: self.actor, after: self.after }
    }

    /// Writes what was read into the chains of readings.
    pub fn note(&mut self, readings: &[Reading]) -> Result<()> {
        for reading in readings {
            let thing = Thing { province: &reading.province, kind: &reading.kind, id: &reading.id, pin: &reading.pin };
            let new = New { chain: Chain::Readings, deed: reading.deed, thing: &thing, body: &reading.body };
            journal::append(self, &new)?;
        }
        Ok(())
    }

    /// Is this place within the reach of a right? Old places are, where their successor is.
    pub fn reaches(&mut self, verb: Verb, pin_id: &str) -> Result<bool> {
        let today = self.today();
        let places: Vec<String> = self.actor.places_for(verb).iter().map(|p| (*p).to_owned()).collect();
        for place in places {
            let sql = "select 1 from rollup where ancestor_id = $1 and place_id = $2 \
                       and from_on <= $3 and to_on > $3";
            if self.first(sql, &[place.into(), pin_id.into(), today.as_str().into()])?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// 404 when the place may not even be seen, 403 when this may not be done there.
    pub fn demand(&mut self, verb: Verb, see: Verb, pin_id: &str) -> Result<()> {
        if self.reaches(verb, pin_id)? {
            return Ok(());
        }
        Err(if self.reaches(see, pin_id)? { Error::Forbidden(verb) } else { Error::NotFound })
    }
}
