//! The register of requests on pages: what is open and when it is due, one request, and its steps.

use askama::Template;

use crate::error::{Error, Result};
use crate::parties::person::Person;
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::privacy::clock::Clock;
use crate::privacy::pages::{communes, saw_place};
use crate::privacy::requests::actions::{self, NewRequest, thing};
use crate::privacy::requests::request::{self, Due, Kind, MANNERS, Step, StepKind, due, longer};
use crate::privacy::requests::store::{self, Ground, Request};
use crate::web::ask::Ask;
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

const PAGE: i64 = 200;

/// A request on the list, with its clock of today.
struct Line {
    x: Request,
    name: String,
    due: Option<Due>,
}

#[derive(Template)]
#[template(path = "privacy/views/requests.html")]
struct ListPage {
    s: Shell,
    place: Place,
    all: bool,
    lines: Vec<Line>,
    n_late: i64,
    may_handle: bool,
}

/// The requests of a place, open ones first.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let all = ask.query("all") == "1";
    let mut lines = Vec::new();
    for x in store::of_place(work, &place, !all, PAGE)? {
        let steps = store::steps(work, &x)?;
        let due = due_of(work, &x, &steps)?.map(|(due, _)| due);
        lines.push(Line { name: name_of(work, ask, &x)?, due, x });
    }
    // What is due first stands first; closed ones keep their order behind.
    lines.sort_by_key(|line| (!line.x.state.is_open(), line.due.as_ref().map_or(0, |due| due.days_left)));
    let late = |line: &&Line| line.x.state.is_open() && line.due.as_ref().is_some_and(|due| due.days_left < 0);
    let page = ListPage {
        s: Shell::new(work, ask, "requests", ask.words().t("nav-requests")),
        n_late: lines.iter().filter(late).count() as i64,
        may_handle: work.actor.may(Verb::HandleRequests),
        all,
        lines,
        place,
    };
    saw_place(work, "requests.read", &page.place)?;
    Reply::html(&page)
}

fn name_of(work: &mut Work, ask: &Ask, request: &Request) -> Result<String> {
    let person = people::by_id(work, &request.person_id)?.ok_or(Error::NotFound)?;
    let name = people::name(work, &person)?;
    Ok(if name.is_empty() { ask.words().t("person-erased").to_owned() } else { name })
}

fn due_of(work: &mut Work, request: &Request, steps: &[Step]) -> Result<Option<(Due, Clock)>> {
    let (clock, received) =
        (store::clock(work, request.kind, &request.received_on)?, request.received_on.parse::<jiff::civil::Date>());
    let (Some(clock), Ok(received)) = (clock, received) else { return Ok(None) };
    let calendar = store::calendar(work, &request.province)?;
    Ok(Some((due(received, steps, &clock, &calendar, work.moment.today), clock)))
}

#[derive(Template)]
#[template(path = "privacy/views/request_form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    /// Whose request it is, when they are known.
    person: Option<Person>,
    name: String,
    communes: Vec<Place>,
    kinds: Vec<&'static str>,
    manners: Vec<&'static str>,
    fields: Vec<(String, String)>,
}

impl FormPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new request.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    form_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    form_page(work, ask, Faults::of(error, ask.words()))
}

fn form_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let told = if ask.is_write { ask.field("person") } else { ask.query("person").to_owned() };
    let person = match told.as_str() {
        "" => None,
        id => Some(people::person_for(work, Verb::HandleRequests, id)?),
    };
    let name = match &person {
        Some(person) => people::name(work, person)?,
        None => ask.field("name"),
    };
    let page = FormPage {
        s: Shell::new(work, ask, "requests", ask.words().t("request-new")),
        faults,
        name,
        communes: if person.is_some() { Vec::new() } else { communes(work, ask)? },
        kinds: Kind::ALL.map(Kind::code).to_vec(),
        manners: MANNERS.to_vec(),
        fields: ask.form.clone(),
        person,
    };
    Reply::html(&page)
}

/// Takes a request in.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewRequest {
        person: ask.field("person"),
        name: ask.field("name"),
        place: ask.field("place"),
        kind: ask.field("kind"),
        manner: ask.field("manner"),
        received_on: ask.date("received_on")?,
        content: ask.field("content"),
    };
    let request = actions::receive(work, &new)?;
    Ok(Reply::see(&format!("/requests/{}", request.id)))
}

#[derive(Template)]
#[template(path = "privacy/views/request.html")]
struct RequestPage {
    s: Shell,
    faults: Faults,
    x: Request,
    person: Person,
    name: String,
    place: Place,
    content: String,
    steps: Vec<Step>,
    due: Option<Due>,
    legal_basis: String,
    next: Vec<&'static str>,
    grounds: Vec<Ground>,
    history: History,
    may_handle: bool,
    may_erase: bool,
    fields: Vec<(String, String)>,
}

impl RequestPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// One request: what is asked, by when, what was done.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    request_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    request_page(work, ask, Faults::of(error, ask.words()))
}

fn request_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let x = store::request_for(work, Verb::ReadPerson, ask.param("id"))?;
    let person = people::by_id(work, &x.person_id)?.ok_or(Error::NotFound)?;
    let steps = store::steps(work, &x)?;
    let (due, legal_basis) = match due_of(work, &x, &steps)? {
        Some((due, clock)) => (Some(due), clock.legal_basis),
        None => (None, String::new()),
    };
    let may_handle = work.reaches(Verb::HandleRequests, &x.pin_id)? && x.state.is_open();
    let today = work.today();
    let page = RequestPage {
        s: Shell::new(work, ask, "requests", ask.words().with("request-title", x.number)),
        faults,
        name: name_of(work, ask, &x)?,
        place: places::by_id(work, &person.place_id)?,
        content: store::texts(work, &x.person_id)?.remove(&x.content_n).unwrap_or_default(),
        next: request::next_steps(x.state, longer(&steps)).into_iter().map(StepKind::code).collect(),
        grounds: store::grounds(work, &today)?,
        history: history::of_thing(work, ask.words(), &x.id)?,
        may_erase: work.reaches(Verb::ErasePerson, &x.pin_id)? && person.is_held(),
        fields: ask.form.clone(),
        steps,
        due,
        legal_basis,
        may_handle,
        person,
        x,
    };
    work.saw("request.read", &thing(&page.x))?;
    Reply::html(&page)
}

/// Takes a step.
pub fn step(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let kind = StepKind::from_code(&ask.field("kind"));
    let step = Step {
        kind: kind.ok_or_else(|| Error::field("kind", "request-step-missing", ""))?,
        on_date: ask.date("on_date")?,
        ground: ask.field("ground"),
        third_party: ask.field("third_party") == "1",
        paper: ask.field("paper"),
        note: ask.field("note"),
    };
    actions::take_step(work, ask.param("id"), &step)?;
    Ok(Reply::see(&format!("/requests/{}", ask.param("id"))))
}
