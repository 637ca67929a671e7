//! A copy of everything that the register holds of one person: every value with where it comes from, every record
//! that names them, what they consented to and asked for, their account, and who looked at it.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use crate::accounts::store as accounts;
use crate::consents::store as consents;
use crate::envelopes::{self, Named};
use crate::error::Result;
use crate::exemplars::store as exemplars;
use crate::history::{self, CHANGED, Entry};
use crate::journal::READ;
use crate::papers::paper::PaperRef;
use crate::parties::person::{Field, Person};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::privacy::requests::store as requests;
use crate::words::Words;
use crate::work::Work;

/// The parts of a copy, in their order.
const PARTS: [&str; 9] =
    ["person", "values", "exemplars", "commendations", "consents", "requests", "accounts", "deeds", "readings"];

/// Gathers everything for whoever may answer requests; that it was taken is noted every time.
pub fn of_person(work: &mut Work, id: &str) -> Result<(Person, Json)> {
    let person = people::person_for(work, Verb::HandleRequests, id)?;
    let entries = entries(work, &person)?;
    let mut names = Names::default();
    let place = places::by_id(work, &person.place_id)?.name;
    let copy = json!({
        "person": [{ "id": person.id, "place": place, "recorded_at": person.recorded_at, "erased_on": person.erased_on,
                     "restricted_on": person.restricted_on, "unpublished_on": person.unpublished_on }],
        "values": values(work, &person, &entries, &mut names)?,
        "exemplars": exemplars_of(work, &person)?,
        "commendations": commendations_of(work, &person)?,
        "consents": consents_of(work, &person, &mut names)?,
        "requests": requests_of(work, &person)?,
        "accounts": accounts_of(work, &person)?,
        "deeds": told(work, &entries, &mut names, false)?,
        "readings": told(work, &entries, &mut names, true)?,
    });
    work.took("person.exported", &people::thing(&person), json!({}));
    Ok((person, copy))
}

/// Names of accounts that were looked up.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn of(&mut self, work: &mut Work, account_id: &str) -> Result<String> {
        if let Some(known) = self.0.get(account_id) {
            return Ok(known.clone());
        }
        let name = accounts::by_id(work.tx, account_id)?.map_or_else(|| account_id.to_owned(), |account| account.name);
        self.0.insert(account_id.to_owned(), name.clone());
        Ok(name)
    }
}

/// Deeds done to the person and readings of them, oldest first.
fn entries(work: &mut Work, person: &Person) -> Result<Vec<Entry>> {
    let sql = format!("select {} from journal j where j.thing_id = $1 order by j.at, j.seq", history::COLUMNS);
    Ok(work.query(&sql, &[person.id.as_str().into()])?.iter().map(history::entry).collect())
}

/// Every value that is held, earlier ones too, and the deed by which it came.
fn values(work: &mut Work, person: &Person, entries: &[Entry], names: &mut Names) -> Result<Json> {
    let mut list = Vec::new();
    for kept in envelopes::all(work, &person.id)? {
        let came = entries.iter().find(|entry| {
            let changed = &entry.body[CHANGED][&kept.field][1];
            Named::read(changed).is_some_and(|named| named.n == kept.n)
        });
        let mut value = json!({ "field": kept.field, "value": kept.text, "n": kept.n });
        if let Some(entry) = came {
            value["at"] = json!(entry.at);
            value["by"] = json!(names.of(work, &entry.actor)?);
            value["origin"] = json!(entry.origin.split(':').next());
        }
        value["is_present"] = json!(false);
        list.push(value);
    }
    // Only the latest of a field is the present one.
    for field in Field::ALL.map(Field::code) {
        if let Some(last) = list.iter_mut().rev().find(|value| value["field"] == field) {
            last["is_present"] = json!(true);
        }
    }
    Ok(Json::Array(list))
}

fn paper(paper: &PaperRef) -> String {
    format!("{}, {}, {}", paper.number, paper.issued_on, paper.issuer)
}

/// A day that never comes is none.
fn day(iso: &str) -> &str {
    if iso == OPEN { "" } else { iso }
}

fn exemplars_of(work: &mut Work, person: &Person) -> Result<Json> {
    let list = exemplars::of_person(work, &person.id)?;
    let told = |x: exemplars::Exemplar| {
        json!({ "id": x.id, "name": x.name, "summary": x.summary, "recognised_on": x.recognised_on,
                "paper": x.paper.as_ref().map(paper), "withdrawn_on": day(&x.withdrawn_on), "why": x.withdrawn_reason })
    };
    Ok(list.into_iter().map(told).collect())
}

fn commendations_of(work: &mut Work, person: &Person) -> Result<Json> {
    let list = exemplars::commendations_of_person(work, &person.id)?;
    let told = |x: exemplars::Commendation| {
        json!({ "id": x.id, "name": x.recipient, "form": x.form, "paper": paper(&x.paper), "occasion": x.occasion,
                "withdrawn_on": day(&x.withdrawn_on), "why": x.withdrawn_reason })
    };
    Ok(list.into_iter().map(told).collect())
}

fn consents_of(work: &mut Work, person: &Person, names: &mut Names) -> Result<Json> {
    let texts = consents::texts(work, &person.province)?;
    let mut list = Vec::new();
    for x in consents::of_person(work, &person.id)? {
        let text = texts.iter().find(|text| text.purpose == x.purpose && text.version == x.text_version);
        list.push(json!({
            "id": x.id, "purpose": x.purpose.code(), "text_version": x.text_version,
            "content": text.map(|text| text.text_vi.clone()), "part": x.parts, "channel": x.channels, "giver": x.giver,
            "consent_manner": x.manner, "given_on": x.given_on, "to_on": day(&x.to_on), "withdrawn_on": x.withdrawn_on,
            "at": x.recorded_at, "by": names.of(work, &x.recorded_by)?,
        }));
    }
    Ok(Json::Array(list))
}

fn requests_of(work: &mut Work, person: &Person) -> Result<Json> {
    let texts = requests::texts(work, &person.id)?;
    let mut list = Vec::new();
    for x in requests::of_person(work, &person.id)? {
        let steps = requests::steps(work, &x)?;
        let steps: Vec<Json> = steps
            .iter()
            .map(|step| json!([step.kind.code(), step.on_date, step.ground, step.paper, step.note]))
            .collect();
        list.push(json!({
            "number": x.number, "request_kind": x.kind.code(), "request_manner": x.manner, "received_on": x.received_on,
            "request_state": x.state.code(), "content": texts.get(&x.content_n), "request_step": steps,
        }));
    }
    Ok(Json::Array(list))
}

fn accounts_of(work: &mut Work, person: &Person) -> Result<Json> {
    let mut list = Vec::new();
    let now = work.moment.now.clone();
    for x in accounts::of_person(work.tx, &person.id)? {
        let grants = accounts::kept_grants(work.tx, &x.id)?;
        let grants: Vec<Json> =
            grants.iter().map(|g| json!([g.role.code(), g.place_id, g.from_on, day(&g.to_on)])).collect();
        let sessions = accounts::sessions(work.tx, &x.id, &now)?;
        let sessions: Vec<Json> = sessions.iter().map(|s| json!([s.seen_at, s.address, s.agent])).collect();
        list.push(json!({ "user_name": x.user_name, "name": x.name, "used_on": x.used_on,
                          "disabled_on": x.disabled_on, "grant": grants, "session": sessions }));
    }
    Ok(Json::Array(list))
}

/// What was done to the person, or who read of them.
fn told(work: &mut Work, entries: &[Entry], names: &mut Names, readings: bool) -> Result<Json> {
    let mut list = Vec::new();
    for entry in entries.iter().filter(|entry| entry.chain.ends_with(READ) == readings) {
        list.push(json!({ "at": entry.at, "by": names.of(work, &entry.actor)?, "deed": entry.deed,
                          "origin": entry.origin.split(':').next() }));
    }
    Ok(Json::Array(list))
}

/// The copy as a list for people: part, number, field, value.
pub fn table(w: &Words, copy: &Json, title: &str) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let mut rows = Vec::new();
    for part in PARTS {
        for (n, thing) in copy[part].as_array().into_iter().flatten().enumerate() {
            for (field, value) in thing.as_object().unwrap_or(&Map::new()) {
                let shown = shown(w, field, value);
                if !shown.is_empty() {
                    let number = sheets::OutCell::Count(n as i64 + 1);
                    rows.push(vec![text(w.t(&format!("copy-{part}"))), number, text(&label(w, field)), text(&shown)]);
                }
            }
        }
    }
    let headings = ["copy-part", "copy-number", "copy-field", "copy-value"];
    sheets::Table {
        title_lines: vec![w.t("person-copy").to_owned(), title.to_owned()],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    }
}

fn label(w: &Words, field: &str) -> String {
    let label = w.plain_of("field", field, "");
    if label.is_empty() { field.to_owned() } else { label.to_owned() }
}

fn shown(w: &Words, field: &str, value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(yes) => w.t(if *yes { "yes" } else { "no" }).to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => word(w, field, text),
        Json::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| shown(w, field, part)).filter(|p| !p.is_empty()).collect();
            parts.join(", ")
        }
        Json::Object(_) => value.to_string(),
    }
}

fn word(w: &Words, field: &str, text: &str) -> String {
    if let Some(day) = text.parse().ok().filter(|_| text.len() == 10) {
        return fold::show_date(day);
    }
    let (family, code) = match field {
        "deed" => ("deed", text.replace('.', "-")),
        "form" => ("figure", text.to_owned()),
        other => (other, text.to_owned()),
    };
    if field == "deed" {
        return w.with(&format!("deed-{code}"), "").trim().trim_end_matches(':').to_owned();
    }
    let word = w.plain_of(family, &code, "");
    if word.is_empty() { text.to_owned() } else { word.to_owned() }
}
