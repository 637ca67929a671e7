//! How exemplars and commendations are asked for and shown.

use ::store::Value;
use askama::Template;

use crate::consents::actions as consents;
use crate::consents::consent::Purpose;
use crate::error::{Error, Result};
use crate::exemplars::actions::{self, NewExemplar};
use crate::exemplars::store::{self, Commendation, Exemplar};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

const PAGE: i64 = 50;

struct Line {
    id: String,
    name: String,
    kind: String,
    place: String,
    on_date: String,
    detail: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "exemplars/views/list.html")]
struct List {
    s: Shell,
    place: Place,
    lines: Vec<Line>,
    folder: &'static str,
    kind: String,
    next: String,
}

const EXEMPLARS: &str = "select e.id, e.name, e.kind, l.name, e.recognised_on, '', e.withdrawn_on, e.sort_key from exemplar e \
    join place l on l.id = e.place_id join rollup r on r.ancestor_id = $1 and r.place_id = l.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where ($3 = '' or e.kind = $3) and e.recognised_on <= $6 and (e.sort_key, e.id) > ($4, $5) order by e.sort_key, e.id limit $7";

const COMMENDATIONS: &str = "select c.id, c.recipient, c.kind, l.name, c.decided_on, c.form, c.withdrawn_on, c.sort_key from commendation c \
    join place l on l.id = c.place_id join rollup r on r.ancestor_id = $1 and r.place_id = l.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where ($3 = '' or c.kind = $3) and c.decided_on <= $6 and (c.sort_key, c.id) > ($4, $5) order by c.sort_key, c.id limit $7";

fn page_of(work: &mut Work, ask: &Ask, sql: &str, folder: &'static str) -> Result<List> {
    let dates = Dates::of(work, ask)?;
    let place = ask.place(work)?;
    work.demand(Verb::ReadExemplar, Verb::ReadExemplar, place.pin_id())?;
    let day = places::day_of_pin(work, &place, &dates.boundaries)?;
    let place = places::as_called(work, place, &dates.boundaries)?;
    let (sort_key, id) = ask.query("after").split_once('.').unwrap_or(("", ""));
    let kind = ask.query("kind").to_owned();
    let texts = [place.pin_id(), &day, &kind, sort_key, id, &dates.at];
    let values: Vec<Value> = texts.map(Value::from).into_iter().chain([(PAGE + 1).into()]).collect();
    let mut rows = work.query(sql, &values)?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let next = match rows.last() {
        Some(row) if more => format!("/{folder}?place={}&kind={kind}&after={}.{}", place.id, row.str(7), row.str(0)),
        _ => String::new(),
    };
    let lines = rows
        .iter()
        .map(|row| Line {
            id: row.text(0),
            name: row.text(1),
            kind: row.text(2),
            place: row.text(3),
            on_date: row.text(4),
            detail: row.text(5),
            state: if row.str(6) > dates.at.as_str() { "standing" } else { "withdrawn" },
        })
        .collect();
    let s = Shell::new(work, ask, folder, ask.words().t(&format!("nav-{folder}"))).dated(ask, &dates);
    Ok(List { s, place, lines, folder, kind, next })
}

/// The exemplars of a place.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    Reply::html(&page_of(work, ask, EXEMPLARS, "exemplars")?)
}

/// The commendations of a place.
pub fn commendations(work: &mut Work, ask: &Ask) -> Result<Reply> {
    Reply::html(&page_of(work, ask, COMMENDATIONS, "commendations")?)
}

#[derive(Template)]
#[template(path = "exemplars/views/exemplar.html")]
struct ExemplarPage {
    s: Shell,
    x: Exemplar,
    place: Place,
    awards: Vec<Commendation>,
    standing: bool,
    may_withdraw: bool,
    /// The person whom it speaks of, for those who may open their page.
    person: String,
    /// That they were erased, and when; empty when they were not.
    erased: String,
    /// May their story be told to the public today? Only for those who may know.
    story: &'static str,
    history: History,
}

/// One exemplar.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let x = store::exemplar_for(work, Verb::ReadExemplar, ask.param("id"))?;
    let standing = x.withdrawn_on == OPEN;
    let (person, erased, story) = person_of(work, ask, x.person_id.as_deref())?;
    let page = ExemplarPage {
        history: history::of_thing(work, ask.words(), &x.id)?,
        person,
        erased,
        story,
        s: Shell::new(work, ask, "exemplars", x.name.clone()),
        place: places::by_id(work, &x.place_id)?,
        awards: store::commendations_of(work, &x)?,
        may_withdraw: standing && work.reaches(Verb::WithdrawExemplar, &x.pin_id)?,
        standing,
        x,
    };
    Reply::html(&page)
}

/// The address of the person behind a record, that and when they were erased, and whether their story may be public; the
/// first and the last only for those who may see people.
fn person_of(work: &mut Work, ask: &Ask, id: Option<&str>) -> Result<(String, String, &'static str)> {
    let person = match id {
        Some(id) => people::by_id(work, id)?,
        None => None,
    };
    let Some(person) = person else { return Ok((String::new(), String::new(), "")) };
    let erased = match person.erased_on.parse() {
        Ok(day) => ask.words().with(people::erased_key(work, &person.id)?, fold::show_date(day)),
        Err(_) => String::new(),
    };
    if !work.reaches(Verb::ReadPerson, &person.pin_id)? {
        return Ok((String::new(), erased, ""));
    }
    let today = work.today();
    let story = if consents::holds(work, &person.id, Purpose::Story, &today)? { "yes" } else { "no" };
    Ok((format!("/people/{}", person.id), erased, story))
}

#[derive(Template)]
#[template(path = "exemplars/views/commendation.html")]
struct CommendationPage {
    s: Shell,
    x: Commendation,
    place: Place,
    standing: bool,
    person: String,
    erased: String,
    history: History,
}

/// One commendation.
pub fn commendation(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let x = store::commendation_for(work, Verb::ReadExemplar, ask.param("id"))?;
    let (person, erased, _) = person_of(work, ask, x.person_id.as_deref())?;
    let page = CommendationPage {
        history: history::of_thing(work, ask.words(), &x.id)?,
        person,
        erased,
        s: Shell::new(work, ask, "commendations", x.recipient.clone()),
        place: places::by_id(work, &x.place_id)?,
        standing: x.withdrawn_on == OPEN,
        x,
    };
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "exemplars/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    communes: Vec<Place>,
    place: String,
    kind: String,
    /// Someone whom the register knows, and their name.
    person: String,
    person_name: String,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new exemplar.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let own = ask.place(work)?;
    let today = work.today();
    let communes = places::below(work, own.pin_id(), Level::Commune, &today)?;
    let person = if ask.is_write { ask.field("person") } else { ask.query("person").to_owned() };
    let person_name = match person.as_str() {
        "" => String::new(),
        id => {
            let known = people::person_for(work, Verb::ReadPerson, id)?;
            people::name(work, &known)?
        }
    };
    let page = NewPage {
        person,
        person_name,
        s: Shell::new(work, ask, "exemplars", ask.words().t("exemplar-new")),
        faults,
        communes,
        place: ask.field("place"),
        kind: ask.field("kind"),
        fields: ask.form.clone(),
    };
    Reply::html(&page)
}

/// Puts an exemplar on the list.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewExemplar {
        name: ask.field("name"),
        person: ask.field("person"),
        kind: ask.field("kind"),
        place: ask.field("place"),
        summary: ask.field("summary"),
        recognised_on: ask.date("recognised_on")?,
        paper: ask.paper()?,
    };
    let exemplar = actions::add(work, &new)?;
    Ok(Reply::see(&format!("/exemplars/{}", exemplar.id)))
}

#[derive(Template)]
#[template(path = "exemplars/views/withdrawal.html")]
struct WithdrawalPage {
    s: Shell,
    faults: Faults,
    x: Exemplar,
    fields: Vec<(String, String)>,
}

impl WithdrawalPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form to take an exemplar off the list.
pub fn withdrawal(work: &mut Work, ask: &Ask) -> Result<Reply> {
    withdrawal_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn withdrawal_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    withdrawal_page(work, ask, Faults::of(error, ask.words()))
}

fn withdrawal_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let x = store::exemplar_for(work, Verb::WithdrawExemplar, ask.param("id"))?;
    let s = Shell::new(work, ask, "exemplars", ask.words().t("exemplar-withdraw"));
    Reply::html(&WithdrawalPage { s, faults, x, fields: ask.form.clone() })
}

/// Takes an exemplar off the list.
pub fn withdraw(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let on = ask.date("on_date")?;
    let exemplar = actions::withdraw(work, ask.param("id"), &on, &ask.field("reason"), ask.paper()?.as_ref())?;
    Ok(Reply::see(&format!("/exemplars/{}", exemplar.id)))
}
