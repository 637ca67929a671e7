//! How requests, their steps and the clocks are kept. What people wrote stands in the person's envelope.

use std::collections::BTreeMap;

use store::{Row, Value};

use crate::envelopes;
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::privacy::clock::{Calendar, Clock};
use crate::privacy::requests::request::{Kind, State, Step, StepKind};
use crate::work::Work;

/// A request as it is kept.
#[derive(Clone, Debug)]
pub struct Request {
    pub province: String,
    pub id: String,
    pub number: i64,
    pub person_id: String,
    pub pin_id: String,
    pub kind: Kind,
    pub received_on: String,
    pub manner: String,
    pub state: State,
    pub content_n: i64,
    pub closed_on: String,
    pub recorded_by: String,
    pub recorded_at: String,
    pub version: i64,
}

const COLUMNS: &str = "q.province, q.id, q.number, q.person_id, q.pin_id, q.kind, q.received_on, q.manner, q.state, \
                       q.content_n, q.closed_on, q.recorded_by, q.recorded_at, q.version";

fn request(row: &Row) -> Option<Request> {
    Some(Request {
        province: row.text(0),
        id: row.text(1),
        number: row.int(2),
        person_id: row.text(3),
        pin_id: row.text(4),
        kind: Kind::from_code(row.str(5))?,
        received_on: row.text(6),
        manner: row.text(7),
        state: State::from_code(row.str(8))?,
        content_n: row.int(9),
        closed_on: row.text(10),
        recorded_by: row.text(11),
        recorded_at: row.text(12),
        version: row.int(13),
    })
}

/// The only way to load a request: for a verb.
pub fn request_for(work: &mut Work, verb: Verb, id: &str) -> Result<Request> {
    let sql = format!("select {COLUMNS} from request q where q.id = $1");
    let found = work.first(&sql, &[id.into()])?.and_then(|row| request(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPerson, &found.pin_id)?;
    Ok(found)
}

/// The requests of a place, open ones first, latest first.
pub fn of_place(work: &mut Work, place: &Place, open: bool, most: i64) -> Result<Vec<Request>> {
    work.demand(Verb::ReadPerson, Verb::ReadPerson, place.pin_id())?;
    let day = place.day_on_the_map(&work.today()).to_owned();
    let open_only = if open { "and q.closed_on = ''" } else { "" };
    let sql = format!(
        "select {COLUMNS} from request q join rollup r on r.ancestor_id = $1 and r.place_id = q.pin_id \
         and r.from_on <= $2 and r.to_on > $2 where 1 = 1 {open_only} \
         order by case when q.closed_on = '' then 0 else 1 end, q.received_on desc, q.id desc limit $3"
    );
    let rows = work.query(&sql, &[place.pin_id().into(), day.into(), most.into()])?;
    Ok(rows.iter().filter_map(request).collect())
}

/// The requests of a person who was loaded for a verb, latest first.
pub fn of_person(work: &mut Work, person_id: &str) -> Result<Vec<Request>> {
    let sql = format!("select {COLUMNS} from request q where q.person_id = $1 order by q.received_on desc, q.id desc");
    Ok(work.query(&sql, &[person_id.into()])?.iter().filter_map(request).collect())
}

/// The number after the last one of a province.
pub fn next_number(work: &mut Work, province: &str) -> Result<i64> {
    let sql = "select coalesce(max(number), 0) + 1 from request where province = $1";
    Ok(work.first(sql, &[province.into()])?.map_or(1, |row| row.int(0)))
}

/// Keeps a new request.
pub fn insert(work: &mut Work, new: &Request) -> Result<()> {
    let sql = "insert into request (province, id, number, person_id, pin_id, kind, received_on, manner, state, content_n, \
               closed_on, recorded_by, recorded_at, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, 1)";
    let values: [Value; 12] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.number.into(),
        new.person_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.kind.code().into(),
        new.received_on.as_str().into(),
        new.manner.as_str().into(),
        new.state.code().into(),
        new.content_n.into(),
        new.recorded_by.as_str().into(),
        new.recorded_at.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps the state that a step made; someone who took one meanwhile is a conflict.
pub fn save_state(work: &mut Work, request: &Request) -> Result<()> {
    let sql = "update request set state = $4, closed_on = $5, version = version + 1 \
               where province = $1 and id = $2 and version = $3";
    let values: [Value; 5] = [
        request.province.as_str().into(),
        request.id.as_str().into(),
        request.version.into(),
        request.state.code().into(),
        request.closed_on.as_str().into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// Keeps a step; `note_n` is the number of its text in the person's envelope.
pub fn insert_step(work: &mut Work, request: &Request, step: &Step, note_n: i64) -> Result<()> {
    let sql = "insert into request_step (province, request_id, n, kind, on_date, ground, third_party, paper, note_n, \
               by_account, at) values ($1, $2, (select coalesce(max(n), 0) + 1 from request_step \
               where province = $1 and request_id = $2), $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        request.province.as_str().into(),
        request.id.as_str().into(),
        step.kind.code().into(),
        step.on_date.as_str().into(),
        step.ground.as_str().into(),
        step.third_party.into(),
        step.paper.as_str().into(),
        note_n.into(),
        work.actor.account_id.as_str().into(),
        work.moment.now.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// The steps of a request that was loaded for a verb, in their order, with their texts as far as they are held.
pub fn steps(work: &mut Work, request: &Request) -> Result<Vec<Step>> {
    let sql = "select kind, on_date, ground, third_party, paper, note_n from request_step \
               where province = $1 and request_id = $2 order by n";
    let rows = work.query(sql, &[request.province.as_str().into(), request.id.as_str().into()])?;
    let texts = texts(work, &request.person_id)?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Step {
                kind: StepKind::from_code(row.str(0))?,
                on_date: row.text(1),
                ground: row.text(2),
                third_party: row.yes(3),
                paper: row.text(4),
                note: texts.get(&row.int(5)).cloned().unwrap_or_default(),
            })
        })
        .collect())
}

/// The texts of a person's envelope by number.
pub fn texts(work: &mut Work, person_id: &str) -> Result<BTreeMap<i64, String>> {
    Ok(envelopes::all(work, person_id)?.into_iter().map(|kept| (kept.n, kept.text)).collect())
}

/// The clock of a kind on the day on which a request came.
pub fn clock(work: &mut Work, kind: Kind, received_on: &str) -> Result<Option<Clock>> {
    let sql = "select ack_days, act_days, more_days, third_days, legal_basis from legal_clock \
               where kind = $1 and from_on <= $2 and to_on > $2";
    let row = work.first(sql, &[kind.code().into(), received_on.into()])?;
    Ok(row.map(|row| Clock {
        ack_days: row.int(0),
        act_days: row.int(1),
        more_days: row.int(2),
        third_days: row.int(3),
        legal_basis: row.text(4),
    }))
}

/// The days off of a province: its own, and those that come with the programme.
pub fn calendar(work: &mut Work, province: &str) -> Result<Calendar> {
    let sql = "select day, is_off from holiday where province in ('', $1) order by province";
    let rows = work.query(sql, &[province.into()])?;
    Ok(Calendar(rows.iter().filter_map(|row| Some((row.str(0).parse().ok()?, row.yes(1)))).collect()))
}

/// Why a request may be refused, on a day.
#[derive(Clone, Debug)]
pub struct Ground {
    pub code: String,
    /// Empty where the province is to name its own.
    pub legal_basis: String,
    pub unpublishes: bool,
}

/// The grounds in force on a day.
pub fn grounds(work: &mut Work, on: &str) -> Result<Vec<Ground>> {
    let sql = "select ground, legal_basis, unpublishes from legal_ground where from_on <= $1 and to_on > $1 order by ground desc";
    let rows = work.query(sql, &[on.into()])?;
    Ok(rows.iter().map(|row| Ground { code: row.text(0), legal_basis: row.text(1), unpublishes: row.yes(2) }).collect())
}
