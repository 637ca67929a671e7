//! The journal: every committed change names its deed. Append-only, chained by hash per province.

mod check;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use store::{Tx, Value};

use crate::error::{Error, Result};
use crate::work::{Thing, Work};

pub use check::{broken_anchors, faults};

struct Entry<'a> {
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
            self.thing.province,
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
fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn append(work: &mut Work, deed: &str, thing: &Thing, body: &Json) -> Result<()> {
    let (day, seq, prev_hash) = next_place(work, thing.province)?;
    let entry = Entry {
        day,
        seq,
        at: &work.moment.now.clone(),
        actor: &work.actor.account_id.clone(),
        deed,
        thing,
        origin: &work.actor.origin.clone(),
        body: body.to_string(),
        prev_hash,
    };
    let hash = entry.hash();
    write(work.tx, &entry, &hash)?;
    let sql = "update ledger set day = $2, seq = $3, last_hash = $4 where province = $1";
    let values = [thing.province.into(), entry.day.into(), entry.seq.into(), hash.into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// Takes the province's ledger row, which also makes its writers wait for one another.
fn next_place(work: &mut Work, province: &str) -> Result<(String, i64, String)> {
    let today = work.today();
    let sql = "insert into ledger (province, version, day, seq, last_hash) values ($1, 1, $2, 0, '') \
               on conflict (province) do update set version = ledger.version + 1 \
               returning day, seq, last_hash";
    let row = work.first(sql, &[province.into(), today.clone().into()])?;
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
        entry.thing.province.into(),
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

/// One number that grows with every change anywhere: what is kept under it is as new as the register.
pub fn version(work: &mut Work) -> Result<i64> {
    let sql = "select cast(coalesce(sum(version), 0) as bigint) from ledger";
    Ok(work.first(sql, &[])?.map_or(0, |row| row.int(0)))
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

/// Where one province's journal stands; empty when nothing was done there yet.
pub fn anchor_of(tx: &mut Tx, province: &str) -> Result<String> {
    let sql = "select province, day, seq, last_hash from ledger where province = $1 and last_hash <> ''";
    Ok(tx.first(sql, &[province.into()])?.map_or_else(String::new, |row| anchor(&row)))
}

/// A deed as a history page tells it.
pub struct Told {
    pub at: String,
    pub who: String,
    pub deed: String,
    pub summary: String,
}

/// The deeds done to a thing, latest first.
pub fn of_thing(work: &mut Work, thing_id: &str) -> Result<Vec<Told>> {
    let sql = "select j.at, coalesce(a.name, j.actor), j.deed, j.body from journal j \
               left join account a on a.id = j.actor where j.thing_id = $1 order by j.at desc, j.seq desc limit 50";
    let rows = work.query(sql, &[thing_id.into()])?;
    Ok(rows
        .iter()
        .map(|row| Told { at: row.text(0), who: row.text(1), deed: row.text(2), summary: summary(row.str(3)) })
        .collect())
}

/// The part of a deed's body that a reader wants: the name, the step, or what changed.
pub fn summary(body: &str) -> String {
    let Ok(body) = serde_json::from_str::<Json>(body) else { return String::new() };
    if let (Some(before), Some(after)) = (body["before"].as_object(), body["after"].as_object()) {
        let changed: Vec<String> = after
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(value))
            .map(|(key, value)| format!("{} → {}", plain(&before[key]), plain(value)))
            .collect();
        return changed.join("; ");
    }
    ["step", "name", "team", "code", "user"].iter().find_map(|key| body[key].as_str()).unwrap_or("").to_owned()
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
