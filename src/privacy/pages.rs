//! People on pages: who is held, what of them, what they consented to and asked, who looked; correcting, copying and
//! erasing. Whoever opens one of these pages is noted.

use askama::Template;

use crate::accounts::store::{self as accounts, Account};
use crate::consents::consent::Consent;
use crate::consents::store as consents;
use crate::error::{Error, Result};
use crate::exemplars::store::{self as exemplars, Commendation, Exemplar};
use crate::history as journal;
use crate::parties::actions::Correction;
use crate::parties::person::{Field, Person};
use crate::parties::store::{self as people, Listed};
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::privacy::actions::{self, NewPerson};
use crate::privacy::mentions::{self, Mention};
use crate::privacy::requests::store::{self as requests, Request};
use crate::privacy::{erasure, export};
use crate::web::ask::Ask;
use crate::web::history::{self, History, Line, Teller};
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::work::{Thing, Work};

const PAGE: usize = 100;
/// So many readings stand on a person's page.
const READINGS: i64 = 50;

#[derive(Template)]
#[template(path = "privacy/views/people.html")]
struct ListPage {
    s: Shell,
    place: Place,
    q: String,
    lines: Vec<Listed>,
    n: i64,
    next: String,
    may_keep: bool,
}

/// The people of a place whom the register holds.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let mut lines = people::of_place(work, &place)?;
    let key = fold::key(ask.query("q"));
    lines.retain(|line| key.split(' ').all(|word| fold::key(&line.name).contains(word)));
    let n = lines.len();
    let at = ask.query("page").parse::<usize>().unwrap_or(1).max(1);
    let lines: Vec<Listed> = lines.into_iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let q: String = form_urlencoded::byte_serialize(ask.query("q").as_bytes()).collect();
    let next = format!("/people?place={}&q={q}&page={}", place.id, at + 1);
    let page = ListPage {
        s: Shell::new(work, ask, "people", ask.words().t("nav-people")),
        q: ask.query("q").to_owned(),
        next: if n > at * PAGE { next } else { String::new() },
        n: n as i64,
        may_keep: work.actor.may(Verb::KeepPerson),
        lines,
        place,
    };
    saw_place(work, "people.read", &page.place)?;
    Reply::html(&page)
}

/// Notes that a list of people or of what concerns them was read.
pub fn saw_place(work: &mut Work, deed: &'static str, place: &Place) -> Result<()> {
    let province = places::province_of(work, place.pin_id()).unwrap_or_else(|_| "VN".into());
    work.saw(deed, &Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() })
}

/// A value of a person as its page shows it.
struct ValueLine {
    field: &'static str,
    value: String,
}

/// A consent with its state of today.
struct ConsentLine {
    x: Consent,
    state: &'static str,
    /// Empty while it ends with its withdrawal only.
    to_on: String,
}

#[derive(Template)]
#[template(path = "privacy/views/person.html")]
struct PersonPage {
    s: Shell,
    faults: Faults,
    person: Person,
    place: Place,
    values: Vec<ValueLine>,
    exemplars: Vec<Exemplar>,
    commendations: Vec<Commendation>,
    accounts: Vec<Account>,
    consents: Vec<ConsentLine>,
    requests: Vec<Request>,
    readings: Vec<Line>,
    history: History,
    today: String,
    erased: String,
    may_keep: bool,
    may_consent: bool,
    may_handle: bool,
    may_erase: bool,
    may_join: bool,
    user_name: String,
    reason: String,
}

/// One person: everything that is held of them.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    person_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    person_page(work, ask, Faults::of(error, ask.words()))
}

fn person_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let person = people::person_for(work, Verb::ReadPerson, ask.param("id"))?;
    let today = work.today();
    let kept = people::values(work, &person)?;
    let name = kept.get(&Field::Name).map(|kept| kept.text.clone());
    let values = Field::ALL.into_iter().map(|field| ValueLine {
        field: field.code(),
        value: kept.get(&field).map(|kept| kept.text.clone()).unwrap_or_default(),
    });
    let reaches = |work: &mut Work, verb| Ok::<_, Error>(person.is_held() && work.reaches(verb, &person.pin_id)?);
    let erased = match person.erased_on.parse() {
        Ok(day) => ask.words().with(people::erased_key(work, &person.id)?, fold::show_date(day)),
        Err(_) => String::new(),
    };
    let page = PersonPage {
        erased,
        s: Shell::new(work, ask, "people", name.unwrap_or_else(|| ask.words().t("person-erased").to_owned())),
        faults,
        place: places::by_id(work, &person.place_id)?,
        values: values.collect(),
        exemplars: exemplars::of_person(work, &person.id)?,
        commendations: exemplars::commendations_of_person(work, &person.id)?,
        accounts: accounts_of(work, &person)?,
        consents: consent_lines(work, &person, &today)?,
        requests: requests::of_person(work, &person.id)?,
        readings: readings(work, ask, &person)?,
        history: history::of_thing(work, ask.words(), &person.id)?,
        may_keep: reaches(work, Verb::KeepPerson)?,
        may_consent: reaches(work, Verb::KeepConsent)?,
        may_handle: reaches(work, Verb::HandleRequests)?,
        may_erase: reaches(work, Verb::ErasePerson)?,
        may_join: work.actor.may(Verb::ReadAccounts) && reaches(work, Verb::KeepPerson)?,
        user_name: ask.field("user_name"),
        reason: ask.field("reason"),
        today,
        person,
    };
    work.saw("person.read", &people::thing(&page.person))?;
    Reply::html(&page)
}

/// The accounts of a person, for those who may see accounts.
fn accounts_of(work: &mut Work, person: &Person) -> Result<Vec<Account>> {
    if work.actor.may(Verb::ReadAccounts) { accounts::of_person(work.tx, &person.id) } else { Ok(Vec::new()) }
}

fn consent_lines(work: &mut Work, person: &Person, today: &str) -> Result<Vec<ConsentLine>> {
    let list = consents::of_person(work, &person.id)?;
    let line = |x: Consent| ConsentLine { state: x.state(today), to_on: last_day(&x.to_on), x };
    Ok(list.into_iter().map(line).collect())
}

/// The last day before an exclusive end; empty when there is none.
pub fn last_day(to_on: &str) -> String {
    let day = to_on.parse::<jiff::civil::Date>().ok().filter(|day| day.year() < 9999);
    day.and_then(|day| day.yesterday().ok()).map_or_else(String::new, |day| day.to_string())
}

fn readings(work: &mut Work, ask: &Ask, person: &Person) -> Result<Vec<Line>> {
    let mut teller = Teller::new(ask.words());
    let entries = journal::readings_of(work, &person.id, READINGS)?;
    entries.iter().map(|entry| teller.tell(work, entry, "")).collect()
}

#[derive(Template)]
#[template(path = "privacy/views/person_form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    action: String,
    back: String,
    /// Empty for someone new.
    version: String,
    communes: Vec<Place>,
    place: String,
    /// What someone else saved meanwhile where it differs: field, theirs, what was typed.
    differences: Vec<(&'static str, String, String)>,
    fields: Vec<(String, String)>,
}

impl FormPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of someone new.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let page = FormPage {
        s: Shell::new(work, ask, "people", ask.words().t("person-new")),
        faults,
        action: "/people/new".into(),
        back: "/people".into(),
        version: String::new(),
        communes: communes(work, ask)?,
        place: ask.field("place"),
        differences: Vec::new(),
        fields: ask.form.clone(),
    };
    Reply::html(&page)
}

/// The communes below the place that is asked about.
pub fn communes(work: &mut Work, ask: &Ask) -> Result<Vec<Place>> {
    let (own, today) = (ask.place(work)?, work.today());
    if own.level == Level::Commune {
        return Ok(vec![own]);
    }
    places::below(work, own.pin_id(), Level::Commune, &today)
}

fn values_of(ask: &Ask) -> Vec<(Field, String)> {
    Field::ALL.into_iter().map(|field| (field, ask.field(field.code()))).collect()
}

/// Records someone.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewPerson { place: ask.field("place"), values: values_of(ask) };
    let person = actions::add(work, &new)?;
    Ok(Reply::see(&format!("/people/{}", person.id)))
}

/// The form to correct values.
pub fn edit(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let person = people::person_for(work, Verb::KeepPerson, ask.param("id"))?;
    let kept = people::values(work, &person)?;
    let fields = kept.into_iter().map(|(field, kept)| (field.code().to_owned(), kept.text)).collect();
    work.saw("person.read", &people::thing(&person))?;
    let page = edit_page(work, ask, &person, fields);
    Reply::html(&page)
}

/// The same form after a refusal, with what was typed. After a conflict it tells field by field what someone else
/// saved, and goes on from there.
pub fn edit_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    let person = people::person_for(work, Verb::KeepPerson, ask.param("id"))?;
    let mut page = edit_page(work, ask, &person, ask.form.clone());
    page.faults = Faults::of(error, ask.words());
    if !matches!(error, Error::Conflict) {
        page.version = ask.field("version");
        return Reply::html(&page);
    }
    let kept = people::values(work, &person)?;
    for (field, mine) in values_of(ask) {
        let theirs = kept.get(&field).map(|kept| kept.text.clone()).unwrap_or_default();
        if theirs != mine {
            page.differences.push((field.code(), theirs, mine));
        }
    }
    Reply::html(&page)
}

fn edit_page(work: &Work, ask: &Ask, person: &Person, fields: Vec<(String, String)>) -> FormPage {
    let back = format!("/people/{}", person.id);
    FormPage {
        s: Shell::new(work, ask, "people", ask.words().t("person-correct")),
        faults: Faults::default(),
        action: format!("{back}/edit"),
        back,
        version: person.version.to_string(),
        communes: Vec::new(),
        place: String::new(),
        differences: Vec::new(),
        fields,
    }
}

/// Corrects values.
pub fn save(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let correction = Correction { version: ask.count("version")?, values: values_of(ask), reason: ask.field("reason") };
    actions::correct(work, ask.param("id"), &correction)?;
    Ok(back(ask))
}

fn back(ask: &Ask) -> Reply {
    Reply::see(&format!("/people/{}", ask.param("id")))
}

/// Says whose account an account is.
pub fn join_account(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::join_account(work, ask.param("id"), &ask.field("user_name"))?;
    Ok(back(ask))
}

/// Ends a restriction.
pub fn release(work: &mut Work, ask: &Ask) -> Result<Reply> {
    crate::privacy::requests::actions::release(work, ask.param("id"), &ask.field("reason"))?;
    Ok(back(ask))
}

/// A copy of everything that is held of a person, as JSON for programs or as a list for people.
pub fn copy(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (person, copy) = export::of_person(work, ask.param("id"))?;
    if ask.query("format") == "json" {
        let body = serde_json::to_vec_pretty(&copy).map_err(anyhow::Error::new)?;
        return Ok(Reply::file("du-lieu-ca-nhan.json", "application/json", body));
    }
    let name = people::name(work, &person)?;
    table_reply(&export::table(ask.words(), &copy, &name), ask.query("format"), "du-lieu-ca-nhan")
}

#[derive(Template)]
#[template(path = "privacy/views/erasure.html")]
struct ErasurePage {
    s: Shell,
    faults: Faults,
    person: Person,
    name: String,
    request: Option<Request>,
    n_exemplars: i64,
    n_commendations: i64,
    accounts: Vec<Account>,
    mentions: Vec<Mention>,
}

/// What erasing would do, before it is done.
pub fn erasure(work: &mut Work, ask: &Ask) -> Result<Reply> {
    erasure_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn erasure_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    erasure_page(work, ask, Faults::of(error, ask.words()))
}

fn erasure_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let person = people::person_for(work, Verb::ErasePerson, ask.param("id"))?;
    let names = erasure::names(work, &person)?;
    let page = ErasurePage {
        s: Shell::new(work, ask, "people", ask.words().t("person-erase")),
        faults,
        name: people::name(work, &person)?,
        request: erasure::request_to_delete(work, &person)?,
        n_exemplars: exemplars::of_person(work, &person.id)?.len() as i64,
        n_commendations: exemplars::commendations_of_person(work, &person.id)?.len() as i64,
        accounts: accounts::of_person(work.tx, &person.id)?,
        mentions: mentions::open(work, &person, &names)?,
        person,
    };
    work.saw("person.read", &people::thing(&page.person))?;
    Reply::html(&page)
}

/// Erases a person.
pub fn erase(work: &mut Work, ask: &Ask) -> Result<Reply> {
    if ask.field("sure") != "1" {
        return Err(Error::field("sure", "person-erase-unsure", ""));
    }
    erasure::erase(work, ask.param("id"))?;
    Ok(back(ask))
}
