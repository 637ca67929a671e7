//! How incidents and their steps are kept. What people wrote stands in the incident's envelope.

use std::collections::BTreeMap;

use store::{Row, Value};

use crate::envelopes;
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::privacy::incidents::incident::{Step, StepKind};
use crate::work::Work;

/// An incident as it is kept.
#[derive(Clone, Debug)]
pub struct Incident {
    pub province: String,
    pub id: String,
    pub number: i64,
    pub place_id: String,
    pub pin_id: String,
    pub detected_at: String,
    pub kinds: Vec<String>,
    pub n_people: i64,
    pub is_closed: bool,
    pub content_n: i64,
    pub recorded_by: String,
    pub recorded_at: String,
    pub version: i64,
}

const COLUMNS: &str = "i.province, i.id, i.number, i.place_id, i.pin_id, i.detected_at, i.kinds, i.n_people, i.state, \
                       i.content_n, i.recorded_by, i.recorded_at, i.version";

fn incident(row: &Row) -> Incident {
    Incident {
        province: row.text(0),
        id: row.text(1),
        number: row.int(2),
        place_id: row.text(3),
        pin_id: row.text(4),
        detected_at: row.text(5),
        kinds: row.str(6).split(',').map(str::to_owned).collect(),
        n_people: row.int(7),
        is_closed: row.str(8) == CLOSED,
        content_n: row.int(9),
        recorded_by: row.text(10),
        recorded_at: row.text(11),
        version: row.int(12),
    }
}

const CLOSED: &str = "closed";

/// The only way to load an incident: for a verb.
pub fn incident_for(work: &mut Work, verb: Verb, id: &str) -> Result<Incident> {
    let sql = format!("select {COLUMNS} from incident i where i.id = $1");
    let found = work.first(&sql, &[id.into()])?.map(|row| incident(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPerson, &found.pin_id)?;
    Ok(found)
}

/// The incidents of a place, open ones first, latest first.
pub fn of_place(work: &mut Work, place: &Place) -> Result<Vec<Incident>> {
    work.demand(Verb::ReadPerson, Verb::ReadPerson, place.pin_id())?;
    let day = place.day_on_the_map(&work.today()).to_owned();
    let sql = format!(
        "select {COLUMNS} from incident i join rollup r on r.ancestor_id = $1 and r.place_id = i.pin_id \
         and r.from_on <= $2 and r.to_on > $2 \
         order by case when i.state = '{CLOSED}' then 1 else 0 end, i.detected_at desc, i.id desc limit 200"
    );
    Ok(work.query(&sql, &[place.pin_id().into(), day.into()])?.iter().map(incident).collect())
}

/// The number after the last one of a province.
pub fn next_number(work: &mut Work, province: &str) -> Result<i64> {
    let sql = "select coalesce(max(number), 0) + 1 from incident where province = $1";
    Ok(work.first(sql, &[province.into()])?.map_or(1, |row| row.int(0)))
}

/// Keeps a new incident.
pub fn insert(work: &mut Work, new: &Incident) -> Result<()> {
    let sql = "insert into incident (province, id, number, place_id, pin_id, detected_at, kinds, n_people, state, content_n, \
               recorded_by, recorded_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, 1)";
    let values: [Value; 11] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.number.into(),
        new.place_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.detected_at.as_str().into(),
        new.kinds.join(",").into(),
        new.n_people.into(),
        new.content_n.into(),
        new.recorded_by.as_str().into(),
        new.recorded_at.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps a step; someone who took one meanwhile is a conflict.
pub fn insert_step(work: &mut Work, incident: &Incident, step: &Step, note_n: i64) -> Result<()> {
    let state = if step.kind == StepKind::Closed { CLOSED } else { "open" };
    let sql = "update incident set state = $4, version = version + 1 where province = $1 and id = $2 and version = $3";
    let key: [Value; 2] = [incident.province.as_str().into(), incident.id.as_str().into()];
    let [province, id] = key.clone();
    if work.execute(sql, &[province, id, incident.version.into(), state.into()])? == 0 {
        return Err(Error::Conflict);
    }
    let sql = "insert into incident_step (province, incident_id, n, kind, at, paper, note_n, by_account, entered_at) \
               values ($1, $2, (select coalesce(max(n), 0) + 1 from incident_step where province = $1 \
               and incident_id = $2), $3, $4, $5, $6, $7, $8)";
    let [province, id] = key;
    let values: [Value; 8] = [
        province,
        id,
        step.kind.code().into(),
        step.at.as_str().into(),
        step.paper.as_str().into(),
        note_n.into(),
        work.actor.account_id.as_str().into(),
        work.moment.now.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// The steps of an incident that was loaded for a verb, in their order.
pub fn steps(work: &mut Work, incident: &Incident) -> Result<Vec<Step>> {
    let sql = "select kind, at, paper, note_n from incident_step where province = $1 and incident_id = $2 order by n";
    let rows = work.query(sql, &[incident.province.as_str().into(), incident.id.as_str().into()])?;
    let texts = texts(work, incident)?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Step {
                kind: StepKind::from_code(row.str(0))?,
                at: row.text(1),
                paper: row.text(2),
                note: texts.get(&row.int(3)).cloned().unwrap_or_default(),
            })
        })
        .collect())
}

/// The texts of an incident's envelope by number.
pub fn texts(work: &mut Work, incident: &Incident) -> Result<BTreeMap<i64, String>> {
    Ok(envelopes::all(work, &incident.id)?.into_iter().map(|kept| (kept.n, kept.text)).collect())
}

/// The hours of the law on a day, and where they stand.
pub fn clock(work: &mut Work, on: &str) -> Result<Option<(i64, String)>> {
    let sql = "select hours, legal_basis from incident_clock where from_on <= $1 and to_on > $1";
    Ok(work.first(sql, &[on.into()])?.map(|row| (row.int(0), row.text(1))))
}
