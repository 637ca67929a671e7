//! How exemplars and commendations are kept.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::papers::paper::PaperRef;
use crate::papers::store::use_named;
use crate::permissions::Verb;
use crate::work::{Thing, Work};

/// An exemplar: a collective or an individual held up as a model.
#[derive(Clone, Debug)]
pub struct Exemplar {
    pub province: String,
    pub id: String,
    /// In plain, for lists, order and search; the person's envelope has it too.
    pub name: String,
    /// Whom it speaks of, when it is an individual.
    pub person_id: Option<String>,
    /// `collective` or `individual`.
    pub kind: String,
    pub place_id: String,
    pub pin_id: String,
    pub scheme_id: Option<String>,
    pub summary: String,
    pub recognised_on: String,
    pub paper: Option<PaperRef>,
    /// `OPEN` while it stands.
    pub withdrawn_on: String,
    pub withdrawn_reason: String,
}

/// An exemplar as deeds and papers name it.
pub fn thing(exemplar: &Exemplar) -> Thing<'_> {
    Thing { province: &exemplar.province, kind: "exemplar", id: &exemplar.id, pin: &exemplar.pin_id }
}

/// A commendation that was given.
#[derive(Clone, Debug)]
pub struct Commendation {
    pub province: String,
    pub id: String,
    /// `F4`, `F5` or `F6`: the form, as the figures name it.
    pub form: String,
    pub recipient: String,
    /// Whom it was given to, when that is an individual.
    pub person_id: Option<String>,
    pub kind: String,
    pub exemplar_id: Option<String>,
    pub place_id: String,
    pub pin_id: String,
    pub paper: PaperRef,
    pub occasion: String,
    pub withdrawn_on: String,
    pub withdrawn_reason: String,
}

fn paper_at(row: &Row, at: usize) -> Option<PaperRef> {
    row.text_or_null(at).map(|number| PaperRef { number, issued_on: row.text(at + 1), issuer: row.text(at + 2) })
}

/// The pin is that of the place, which may have got a history of its own since.
const EXEMPLAR: &str = "e.province, e.id, e.name, e.kind, e.place_id, l.pin_id, e.scheme_id, e.summary, e.recognised_on, \
                        e.withdrawn_on, e.withdrawn_reason, a.number, a.issued_on, a.issuer, e.person_id";

fn exemplar_row(row: &Row) -> Exemplar {
    Exemplar {
        province: row.text(0),
        id: row.text(1),
        name: row.text(2),
        kind: row.text(3),
        place_id: row.text(4),
        pin_id: row.text(5),
        scheme_id: row.text_or_null(6),
        summary: row.text(7),
        recognised_on: row.text(8),
        withdrawn_on: row.text(9),
        withdrawn_reason: row.text(10),
        paper: paper_at(row, 11),
        person_id: row.text_or_null(14),
    }
}

/// The only way to load an exemplar: for a verb.
pub fn exemplar_for(work: &mut Work, verb: Verb, id: &str) -> Result<Exemplar> {
    let sql = format!(
        "select {EXEMPLAR} from exemplar e join place l on l.id = e.place_id \
         left join paper a on a.province = e.province and a.id = e.paper_id where e.id = $1"
    );
    let found = work.first(&sql, &[id.into()])?.map(|row| exemplar_row(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadExemplar, &found.pin_id)?;
    Ok(found)
}

/// Keeps a new exemplar.
pub fn insert_exemplar(work: &mut Work, new: &Exemplar) -> Result<()> {
    let paper_id = match &new.paper {
        Some(paper) => Some(use_named(work, &thing(new), paper, "recognition")?),
        None => None,
    };
    let sql = "insert into exemplar (province, id, name, sort_key, fold, kind, place_id, pin_id, scheme_id, summary, \
               recognised_on, paper_id, withdrawn_on, withdrawn_reason, person_id, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)";
    let values: [Value; 15] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.name.as_str().into(),
        fold::sort_key(&new.name).into(),
        fold::key(&new.name).into(),
        new.kind.as_str().into(),
        new.place_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.scheme_id.clone().into(),
        new.summary.as_str().into(),
        new.recognised_on.as_str().into(),
        paper_id.into(),
        new.withdrawn_on.as_str().into(),
        new.withdrawn_reason.as_str().into(),
        new.person_id.clone().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps that an exemplar left the list, when, why and by which paper.
pub fn save_withdrawal(work: &mut Work, exemplar: &Exemplar, paper: &PaperRef) -> Result<()> {
    let paper_id = use_named(work, &thing(exemplar), paper, "withdrawal")?;
    let sql = "update exemplar set withdrawn_on = $3, withdrawn_reason = $4, withdrawn_paper_id = $5, version = version + 1 \
               where province = $1 and id = $2";
    let values: [Value; 5] = [
        exemplar.province.as_str().into(),
        exemplar.id.as_str().into(),
        exemplar.withdrawn_on.as_str().into(),
        exemplar.withdrawn_reason.as_str().into(),
        paper_id.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps a new commendation.
pub fn insert_commendation(work: &mut Work, new: &Commendation) -> Result<()> {
    let of = Thing { province: &new.province, kind: "commendation", id: &new.id, pin: &new.pin_id };
    let paper_id = use_named(work, &of, &new.paper, "commendation")?;
    let sql = "insert into commendation (province, id, form, recipient, sort_key, fold, kind, exemplar_id, place_id, pin_id, \
               paper_id, decided_on, occasion, withdrawn_on, withdrawn_reason, person_id, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)";
    let values: [Value; 16] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.form.as_str().into(),
        new.recipient.as_str().into(),
        fold::sort_key(&new.recipient).into(),
        fold::key(&new.recipient).into(),
        new.kind.as_str().into(),
        new.exemplar_id.clone().into(),
        new.place_id.as_str().into(),
        new.pin_id.as_str().into(),
        paper_id.into(),
        new.paper.issued_on.as_str().into(),
        new.occasion.as_str().into(),
        new.withdrawn_on.as_str().into(),
        new.withdrawn_reason.as_str().into(),
        new.person_id.clone().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

const COMMENDATION: &str = "select c.province, c.id, c.form, c.recipient, c.kind, c.exemplar_id, c.place_id, l.pin_id, \
    a.number, a.issued_on, a.issuer, c.occasion, c.withdrawn_on, c.withdrawn_reason, c.person_id from commendation c \
    join place l on l.id = c.place_id join paper a on a.province = c.province and a.id = c.paper_id";

/// The commendations of an exemplar, latest first.
pub fn commendations_of(work: &mut Work, exemplar: &Exemplar) -> Result<Vec<Commendation>> {
    let sql = format!("{COMMENDATION} where c.province = $1 and c.exemplar_id = $2 order by c.decided_on desc");
    let rows = work.query(&sql, &[exemplar.province.as_str().into(), exemplar.id.as_str().into()])?;
    Ok(rows.iter().map(commendation_row).collect())
}

/// The only way to load a commendation: for a verb.
pub fn commendation_for(work: &mut Work, verb: Verb, id: &str) -> Result<Commendation> {
    let sql = format!("{COMMENDATION} where c.id = $1");
    let found = work.first(&sql, &[id.into()])?.map(|row| commendation_row(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadExemplar, &found.pin_id)?;
    Ok(found)
}

fn commendation_row(row: &Row) -> Commendation {
    Commendation {
        province: row.text(0),
        id: row.text(1),
        form: row.text(2),
        recipient: row.text(3),
        kind: row.text(4),
        exemplar_id: row.text_or_null(5),
        place_id: row.text(6),
        pin_id: row.text(7),
        paper: PaperRef { number: row.text(8), issued_on: row.text(9), issuer: row.text(10) },
        occasion: row.text(11),
        withdrawn_on: row.text(12),
        withdrawn_reason: row.text(13),
        person_id: row.text_or_null(14),
    }
}

/// The exemplars that a person is; whoever calls has loaded the person.
pub fn of_person(work: &mut Work, person_id: &str) -> Result<Vec<Exemplar>> {
    let sql = format!(
        "select {EXEMPLAR} from exemplar e join place l on l.id = e.place_id \
         left join paper a on a.province = e.province and a.id = e.paper_id where e.person_id = $1 order by e.recognised_on, e.id"
    );
    Ok(work.query(&sql, &[person_id.into()])?.iter().map(exemplar_row).collect())
}

/// What a person was given; whoever calls has loaded the person.
pub fn commendations_of_person(work: &mut Work, person_id: &str) -> Result<Vec<Commendation>> {
    let sql = format!("{COMMENDATION} where c.person_id = $1 order by c.decided_on, c.id");
    Ok(work.query(&sql, &[person_id.into()])?.iter().map(commendation_row).collect())
}

/// Puts a person's corrected name on their records.
pub fn rename_person(work: &mut Work, person_id: &str, name: &str) -> Result<()> {
    let values =
        || -> [Value; 4] { [person_id.into(), name.into(), fold::sort_key(name).into(), fold::key(name).into()] };
    let sql = "update exemplar set name = $2, sort_key = $3, fold = $4, version = version + 1 where person_id = $1";
    work.execute(sql, &values())?;
    let sql =
        "update commendation set recipient = $2, sort_key = $3, fold = $4, version = version + 1 where person_id = $1";
    work.execute(sql, &values())?;
    Ok(())
}

/// Sorts after every name.
const LAST: &str = "ff";

/// Takes everything written of a person out of their records; a label stands in the place of the name.
pub fn wipe_person(work: &mut Work, person_id: &str, label: &str) -> Result<()> {
    let values = || -> [Value; 3] { [person_id.into(), label.into(), LAST.into()] };
    let sql = "update exemplar set name = $2, sort_key = $3, fold = '', summary = '', withdrawn_reason = '', \
               version = version + 1 where person_id = $1";
    work.execute(sql, &values())?;
    let sql = "update commendation set recipient = $2, sort_key = $3, fold = '', withdrawn_reason = '', \
               version = version + 1 where person_id = $1";
    work.execute(sql, &values())?;
    Ok(())
}

/// A record of an individual that names no person yet.
pub struct Orphan {
    pub name: String,
    pub place_id: String,
    exemplar_id: String,
    commendation_id: String,
}

/// Exemplars that are individuals, and commendations of individuals who are no exemplars, without a person.
pub fn without_person(work: &mut Work) -> Result<Vec<Orphan>> {
    let sql = "select name, place_id, id, '' from exemplar where kind = 'individual' and person_id is null \
               union all select recipient, place_id, '', id from commendation where kind = 'individual' \
               and person_id is null and exemplar_id is null";
    let orphan = |row: &Row| Orphan {
        name: row.text(0),
        place_id: row.text(1),
        exemplar_id: row.text(2),
        commendation_id: row.text(3),
    };
    Ok(work.query(sql, &[])?.iter().map(orphan).collect())
}

/// Says whose a record is.
pub fn give_person(work: &mut Work, orphan: &Orphan, person_id: &str) -> Result<()> {
    let sql = "update exemplar set person_id = $2 where id = $1";
    work.execute(sql, &[orphan.exemplar_id.as_str().into(), person_id.into()])?;
    let sql = "update commendation set person_id = $3 where kind = 'individual' and (id = $1 or exemplar_id = $2)";
    let values: [Value; 3] =
        [orphan.commendation_id.as_str().into(), orphan.exemplar_id.as_str().into(), person_id.into()];
    work.execute(sql, &values)?;
    Ok(())
}
