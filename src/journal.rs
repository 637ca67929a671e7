//! The journal: every committed change names its deed, every reading of sensitive pages its reader. Append-only,
//! chained by hash per province.

mod check;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use store::{Tx, Value};

use crate::error::{Error, Result};
use crate::work::{Thing, Work};

pub use check::{broken_anchors, faults};

/// Changes and readings stand in chains of their own: a reading makes no figure old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Chain {
    Deeds,
    Readings,
}

impl Chain {
    /// The chain's name in the journal and the ledger.
    fn of(self, province: &str) -> String {
        match self {
            Chain::Deeds => province.to_owned(),
            Chain::Readings => format!("{province}{READ}"),
        }
    }

    /// How much a row raises the version of what is kept under it.
    fn step(self) -> i64 {
        match self {
            Chain::Deeds => 1,
            Chain::Readings => 0,
        }
    }
}

/// The ending of the names of chains of readings.
pub const READ: &str = ".read";

struct Entry<'a> {
    chain: String,
    day: String,
    seq: i64,
    at: &'a str,
    actor: &'a str,
    deed: &'a str,
    thing: &'a Thing<'a>,
    origin: &'a str,
    body: String,
    prev_hash: String,
}

impl Entry<'_> {
    fn hash(&self) -> String {
        let seq = self.seq.to_string();
        digest(&[
            &self.prev_hash,
            &self.chain,
            &self.day,
            &seq,
            self.at,
            self.actor,
            self.deed,
            self.thing.kind,
            self.thing.id,
            self.thing.pin,
            self.origin,
            &self.body,
        ])
    }
}

/// Each part is preceded by its length, so that no two entries spell the same bytes.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// One more row of a deed or a reading.
pub(crate) struct New<'a> {
    pub chain: Chain,
    pub deed: &'a str,
    pub thing: &'a Thing<'a>,
    pub body: &'a Json,
}

pub(crate) fn append(work: &mut Work, new: &New) -> Result<()> {
    let chain = new.chain.of(new.thing.province);
    let (day, seq, prev_hash) = next_place(work, &chain, new.chain.step())?;
    let entry = Entry {
        chain,
        day,
        seq,
        at: &work.moment.now.clone(),
        actor: &work.actor.account_id.clone(),
        deed: new.deed,
        thing: new.thing,
        origin: &work.actor.origin.clone(),
        body: new.body.to_string(),
        prev_hash,
    };
    let hash = entry.hash();
    write(work.tx, &entry, &hash)?;
    let sql = "update ledger set day = $2, seq = $3, last_hash = $4 where province = $1";
    let values = [entry.chain.as_str().into(), entry.day.into(), entry.seq.into(), hash.into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// Takes the chain's ledger row, which also makes its writers wait for one another.
fn next_place(work: &mut Work, chain: &str, step: i64) -> Result<(String, i64, String)> {
    let today = work.today();
    let sql = "insert into ledger (province, version, day, seq, last_hash) values ($1, $3, $2, 0, '') \
               on conflict (province) do update set version = ledger.version + $3 \
               returning day, seq, last_hash";
    let row = work.first(sql, &[chain.into(), today.clone().into(), step.into()])?;
    let row = row.ok_or_else(|| Error::Broken(anyhow::anyhow!("the ledger gave no row")))?;
    let seq = if row.str(0) == today { row.int(1) + 1 } else { 1 };
    // A clock set back must not write into a day that is closed.
    if row.str(0) > today.as_str() {
        return Ok((row.text(0), row.int(1) + 1, row.text(2)));
    }
    Ok((today, seq, row.text(2)))
}

fn write(tx: &mut Tx, entry: &Entry, hash: &str) -> Result<()> {
    let sql = "insert into journal (province, day, seq, at, actor, deed, thing, thing_id, pin_id, \
               origin, body, prev_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values: [Value; 13] = [
        entry.chain.as_str().into(),
        entry.day.as_str().into(),
        entry.seq.into(),
        entry.at.into(),
        entry.actor.into(),
        entry.deed.into(),
        entry.thing.kind.into(),
        entry.thing.id.into(),
        entry.thing.pin.into(),
        entry.origin.into(),
        entry.body.as_str().into(),
        entry.prev_hash.as_str().into(),
        hash.into(),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

/// Was this read today by the same account already? One line a day tells that someone looks at something.
pub(crate) fn is_noted(work: &mut Work, deed: &str, thing_id: &str) -> Result<bool> {
    let sql =
        "select 1 from journal where thing_id = $1 and day >= $2 and deed = $3 and actor = $4 and origin = $5 limit 1";
    let today = work.today();
    let (actor, origin) = (work.actor.account_id.clone(), work.actor.origin.clone());
    let values = [thing_id.into(), today.into(), deed.into(), actor.into(), origin.into()];
    Ok(work.first(sql, &values)?.is_some())
}

/// One number that grows with every change anywhere: what is kept under it is as new as the register.
pub fn version(work: &mut Work) -> Result<i64> {
    let sql = "select cast(coalesce(sum(version), 0) as bigint) from ledger";
    Ok(work.first(sql, &[])?.map_or(0, |row| row.int(0)))
}

/// The same of one province, or of the country's places.
pub fn version_of(work: &mut Work, province: &str) -> Result<i64> {
    let row = work.first("select version from ledger where province = $1", &[province.into()])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// Where every province's journal stands: province, day, number, hash. A line kept elsewhere proves later that
/// nothing before it was rewritten, not even with the whole chain after it.
pub fn anchors(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = "select province, day, seq, last_hash from ledger where last_hash <> '' order by province";
    Ok(tx.query(sql, &[])?.iter().map(anchor).collect())
}

fn anchor(row: &store::Row) -> String {
    format!("{} {} {} {}", row.str(0), row.str(1), row.int(2), row.str(3))
}
