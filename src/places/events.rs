//! How reorganisations are kept: as drafts, and as what was signed.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::places::reorganisation::{Decision, Reorganisation, State};
use crate::work::Work;

/// A reorganisation as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: String,
    /// Whose it is: the code of a province, or `VN`.
    pub province: String,
    /// The place under which all of it lies.
    pub pin_id: String,
    pub title: String,
    /// It is about residential areas or institutions, which are seen where a province's points are.
    pub of_own: bool,
    pub decision: Decision,
    pub state: State,
    pub told: Reorganisation,
    /// What the workbench keeps with it, as JSON.
    pub annex: String,
    pub drafted_by: String,
    pub drafted_at: String,
    pub edited_by: String,
    pub signed_by: String,
    pub signed_at: String,
    pub ended_by: String,
    pub ended_at: String,
    pub end_reason: String,
    pub version: i64,
}

const COLUMNS: &str = "e.id, e.province, e.pin_id, e.title, e.on_date, e.paper_number, e.paper_date, e.paper_issuer, \
    e.state, e.told, e.annex, e.drafted_by, e.drafted_at, e.edited_by, e.signed_by, e.signed_at, e.ended_by, e.ended_at, \
    e.end_reason, e.version, e.of_own";

fn kept(row: &Row) -> Result<Kept> {
    let decision = Decision { number: row.text(5), issued_on: row.text(6), issuer: row.text(7) };
    let state = State::from_code(row.str(8)).ok_or_else(|| anyhow::anyhow!("no such state: {}", row.str(8)))?;
    Ok(Kept {
        id: row.text(0),
        province: row.text(1),
        pin_id: row.text(2),
        title: row.text(3),
        decision,
        state,
        told: serde_json::from_str(row.str(9)).map_err(anyhow::Error::new)?,
        annex: row.text(10),
        drafted_by: row.text(11),
        drafted_at: row.text(12),
        edited_by: row.text(13),
        signed_by: row.text(14),
        signed_at: row.text(15),
        ended_by: row.text(16),
        ended_at: row.text(17),
        end_reason: row.text(18),
        version: row.int(19),
        of_own: row.yes(20),
    })
}

/// One by its id.
pub fn by_id(work: &mut Work, id: &str) -> Result<Kept> {
    let sql = format!("select {COLUMNS} from reorganisation e where e.id = $1");
    kept(&work.first(&sql, &[id.into()])?.ok_or(Error::NotFound)?)
}

/// At most so many are listed.
const MOST_LISTED: usize = 300;

/// Those that lie under a place on a day or changed places there, the latest day first.
pub fn under(work: &mut Work, pin_id: &str, on: &str) -> Result<Vec<Kept>> {
    let sql = format!(
        "select {COLUMNS} from reorganisation e where e.state <> 'dropped' and (exists (select 1 from rollup r \
         where r.place_id = e.pin_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2) \
         or exists (select 1 from reorganisation_place x join place p on p.id = x.place_id \
         join rollup r on r.place_id = p.pin_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
         where x.reorganisation_id = e.id)) order by e.on_date desc, e.id desc limit {MOST_LISTED}"
    );
    work.query(&sql, &[pin_id.into(), on.into()])?.iter().map(kept).collect()
}

/// Keeps a new draft.
pub fn insert(work: &mut Work, new: &Kept) -> Result<()> {
    let sql = "insert into reorganisation (id, province, pin_id, title, on_date, paper_number, paper_date, paper_issuer, \
               state, told, annex, drafted_by, drafted_at, edited_by, signed_by, signed_at, ended_by, ended_at, \
               end_reason, version, of_own) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
               $16, $17, $18, $19, $20, $21)";
    work.execute(sql, &values(new)?)?;
    Ok(())
}

fn values(kept: &Kept) -> Result<[Value; 21]> {
    Ok([
        kept.id.as_str().into(),
        kept.province.as_str().into(),
        kept.pin_id.as_str().into(),
        kept.title.as_str().into(),
        kept.told.on.as_str().into(),
        kept.decision.number.as_str().into(),
        kept.decision.issued_on.as_str().into(),
        kept.decision.issuer.as_str().into(),
        kept.state.code().into(),
        serde_json::to_string(&kept.told).map_err(anyhow::Error::new)?.into(),
        kept.annex.as_str().into(),
        kept.drafted_by.as_str().into(),
        kept.drafted_at.as_str().into(),
        kept.edited_by.as_str().into(),
        kept.signed_by.as_str().into(),
        kept.signed_at.as_str().into(),
        kept.ended_by.as_str().into(),
        kept.ended_at.as_str().into(),
        kept.end_reason.as_str().into(),
        kept.version.into(),
        kept.of_own.into(),
    ])
}

/// Keeps what was changed; `Conflict` when someone saved first.
pub fn save(work: &mut Work, changed: &Kept) -> Result<()> {
    let sql = "update reorganisation set province = $2, pin_id = $3, title = $4, on_date = $5, paper_number = $6, \
               paper_date = $7, paper_issuer = $8, state = $9, told = $10, annex = $11, drafted_by = $12, drafted_at = $13, \
               edited_by = $14, signed_by = $15, signed_at = $16, ended_by = $17, ended_at = $18, end_reason = $19, \
               of_own = $21, version = version + 1 where id = $1 and version = $20";
    if work.execute(sql, &values(changed)?)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// The signed ones whose day has come, oldest first.
pub fn due(work: &mut Work, today: &str) -> Result<Vec<Kept>> {
    let sql = format!(
        "select {COLUMNS} from reorganisation e where e.state = 'signed' and e.on_date <= $1 order by e.on_date, e.id"
    );
    work.query(&sql, &[today.into()])?.iter().map(kept).collect()
}

/// Later ones in the tree that rest on what this one changed or founded: they are taken back first.
pub fn resting_on(work: &mut Work, kept: &Kept) -> Result<Vec<Kept>> {
    let sql = format!(
        "select {COLUMNS} from reorganisation e where e.id <> $1 and e.state in ('signed', 'in_force') \
         and (e.on_date > $2 or e.signed_at > $3) and exists (select 1 from reorganisation_place x \
         join reorganisation_place own on own.reorganisation_id = $1 where x.reorganisation_id = e.id \
         and (x.place_id = own.place_id or exists (select 1 from place_version v where v.place_id = x.place_id \
         and v.parent_id = own.place_id and own.before = ''))) order by e.on_date desc, e.id desc"
    );
    let values = [kept.id.as_str().into(), kept.told.on.as_str().into(), kept.signed_at.as_str().into()];
    work.query(&sql, &values)?.iter().map(self::kept).collect()
}
