//! How consents and the texts they were given by are kept.

use store::{Row, Value};

use crate::consents::consent::{Consent, Purpose};
use crate::error::{Error, Result};
use crate::parties::person::Person;
use crate::permissions::Verb;
use crate::work::Work;

const COLUMNS: &str = "c.province, c.id, c.person_id, c.pin_id, c.purpose, c.text_version, c.parts, c.channels, c.giver, \
                       c.manner, c.given_on, c.to_on, c.recorded_by, c.recorded_at, c.withdrawn_on, c.withdrawn_by";

fn consent(row: &Row) -> Option<Consent> {
    let list = |at: usize| row.str(at).split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect();
    Some(Consent {
        province: row.text(0),
        id: row.text(1),
        person_id: row.text(2),
        pin_id: row.text(3),
        purpose: Purpose::from_code(row.str(4))?,
        text_version: row.int(5),
        parts: list(6),
        channels: list(7),
        giver: row.text(8),
        manner: row.text(9),
        given_on: row.text(10),
        to_on: row.text(11),
        recorded_by: row.text(12),
        recorded_at: row.text(13),
        withdrawn_on: row.text(14),
        withdrawn_by: row.text(15),
    })
}

/// The consents of a person, latest first; whoever calls has loaded the person.
pub fn of_person(work: &mut Work, person_id: &str) -> Result<Vec<Consent>> {
    let sql = format!("select {COLUMNS} from consent c where c.person_id = $1 order by c.given_on desc, c.id desc");
    Ok(work.query(&sql, &[person_id.into()])?.iter().filter_map(consent).collect())
}

/// The only way to load a consent: for a verb.
pub fn consent_for(work: &mut Work, verb: Verb, id: &str) -> Result<Consent> {
    let sql = format!("select {COLUMNS} from consent c where c.id = $1");
    let found = work.first(&sql, &[id.into()])?.and_then(|row| consent(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPerson, &found.pin_id)?;
    Ok(found)
}

/// Keeps a new consent.
pub fn insert(work: &mut Work, new: &Consent) -> Result<()> {
    let sql = "insert into consent (province, id, person_id, pin_id, purpose, text_version, parts, channels, giver, \
               manner, given_on, to_on, recorded_by, recorded_at, withdrawn_on, withdrawn_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '')";
    let values: [Value; 14] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.person_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.purpose.code().into(),
        new.text_version.into(),
        new.parts.join(",").into(),
        new.channels.join(",").into(),
        new.giver.as_str().into(),
        new.manner.as_str().into(),
        new.given_on.as_str().into(),
        new.to_on.as_str().into(),
        new.recorded_by.as_str().into(),
        new.recorded_at.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps that a consent was withdrawn.
pub fn save_withdrawal(work: &mut Work, consent: &Consent) -> Result<()> {
    let sql = "update consent set withdrawn_on = $3, withdrawn_by = $4 where province = $1 and id = $2";
    let values: [Value; 4] = [
        consent.province.as_str().into(),
        consent.id.as_str().into(),
        consent.withdrawn_on.as_str().into(),
        consent.withdrawn_by.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// A text that people read before they consent, while it is in use.
#[derive(Clone, Debug)]
pub struct ConsentText {
    pub purpose: Purpose,
    pub version: i64,
    pub text_vi: String,
    pub text_en: String,
    pub from_on: String,
    /// Exclusive.
    pub to_on: String,
}

fn text(row: &Row) -> Option<ConsentText> {
    Some(ConsentText {
        purpose: Purpose::from_code(row.str(0))?,
        version: row.int(1),
        text_vi: row.text(2),
        text_en: row.text(3),
        from_on: row.text(4),
        to_on: row.text(5),
    })
}

/// Every text of a province, latest version first.
pub fn texts(work: &mut Work, province: &str) -> Result<Vec<ConsentText>> {
    let sql = "select purpose, version, text_vi, text_en, from_on, to_on from consent_text where province = $1 \
               order by purpose, version desc";
    Ok(work.query(sql, &[province.into()])?.iter().filter_map(text).collect())
}

/// The text in use for a purpose on a day.
pub fn text_on(work: &mut Work, person: &Person, purpose: Purpose, on: &str) -> Result<Option<ConsentText>> {
    let texts = texts(work, &person.province)?;
    Ok(texts.into_iter().find(|t| t.purpose == purpose && t.from_on.as_str() <= on && on < t.to_on.as_str()))
}

/// Keeps a new version of a text; the one before it ends on its first day.
pub fn insert_text(work: &mut Work, province: &str, new: &ConsentText) -> Result<()> {
    let sql = "update consent_text set to_on = $3 where province = $1 and purpose = $2 and to_on > $3";
    work.execute(sql, &[province.into(), new.purpose.code().into(), new.from_on.as_str().into()])?;
    let sql = "insert into consent_text (province, purpose, version, text_vi, text_en, from_on, to_on) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] = [
        province.into(),
        new.purpose.code().into(),
        new.version.into(),
        new.text_vi.as_str().into(),
        new.text_en.as_str().into(),
        new.from_on.as_str().into(),
        new.to_on.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}
