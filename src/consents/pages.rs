//! Consents on pages: the form by which one is recorded, with the text that is read, and its withdrawal.

use askama::Template;

use crate::consents::actions;
use crate::consents::consent::{CHANNELS, GIVERS, MANNERS, NewConsent, PARTS, Purpose};
use crate::consents::store;
use crate::error::{Error, Result};
use crate::parties::person::Person;
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::Lang;
use crate::work::Work;

/// A purpose with its text of today.
struct PurposeLine {
    code: &'static str,
    text: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "consents/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    person: Person,
    name: String,
    purposes: Vec<PurposeLine>,
    parts: Vec<&'static str>,
    channels: Vec<&'static str>,
    givers: Vec<&'static str>,
    manners: Vec<&'static str>,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn is_ticked(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(key, told)| key == name && told == value)
    }
}

/// The form; nothing in it is ticked beforehand.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let person = people::person_for(work, Verb::KeepConsent, ask.param("id"))?;
    let today = work.today();
    let mut purposes = Vec::new();
    for purpose in Purpose::ALL {
        let known = store::text_on(work, &person, purpose, &today)?;
        let version = known.as_ref().map_or(0, |text| text.version);
        let text = known.map_or_else(String::new, |text| match ask.lang {
            Lang::Vi => text.text_vi,
            Lang::En => text.text_en,
        });
        purposes.push(PurposeLine { code: purpose.code(), text, version });
    }
    let page = NewPage {
        s: Shell::new(work, ask, "people", ask.words().t("consent-new")),
        faults,
        name: people::name(work, &person)?,
        purposes,
        parts: PARTS.to_vec(),
        channels: CHANNELS.to_vec(),
        givers: GIVERS.to_vec(),
        manners: MANNERS.to_vec(),
        fields: ask.form.clone(),
        person,
    };
    work.saw("person.read", &people::thing(&page.person))?;
    Reply::html(&page)
}

/// Records a consent.
pub fn record(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewConsent {
        purpose: ask.field("purpose"),
        parts: ask.fields("parts"),
        channels: ask.fields("channels"),
        giver: ask.field("giver"),
        manner: ask.field("manner"),
        given_on: ask.date("given_on")?,
        until: ask.date("until")?,
    };
    actions::record(work, ask.param("id"), &new)?;
    Ok(Reply::see(&format!("/people/{}", ask.param("id"))))
}

/// Ends a consent.
pub fn withdraw(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let on = ask.date("on_date")?;
    let consent = store::consent_for(work, Verb::KeepConsent, &ask.field("consent"))?;
    if consent.person_id != ask.param("id") {
        return Err(Error::NotFound);
    }
    actions::withdraw(work, &consent.id, &on)?;
    Ok(Reply::see(&format!("/people/{}", ask.param("id"))))
}
