//! The page of one's own keys to the API.

use askama::Template;

use crate::accounts::tokens::{self, NewToken, Token};
use crate::error::{Error, Result};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

#[derive(Template)]
#[template(path = "web/views/tokens.html")]
struct Page {
    s: Shell,
    faults: Faults,
    tokens: Vec<(Token, String)>,
    /// A key that was just made; it is shown this once.
    made: String,
    fields: Vec<(String, String)>,
}

impl Page {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// One's own keys.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default(), String::new())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()), String::new())
}

fn page(work: &mut Work, ask: &Ask, faults: Faults, made: String) -> Result<Reply> {
    let mut told = Vec::new();
    for token in tokens::own(work)? {
        let place = if token.place_id.is_empty() { String::new() } else { places::by_id(work, &token.place_id)?.name };
        told.push((token, place));
    }
    let s = Shell::new(work, ask, "", ask.words().t("tokens"));
    let fields = if made.is_empty() { ask.form.clone() } else { Vec::new() };
    Reply::html(&Page { s, faults, tokens: told, made, fields })
}

/// Makes a key and shows it.
pub fn make(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let told = ask.field("place");
    let place = match told.as_str() {
        "" => None,
        told => Some(places::by_code(work, told).map_err(|_| Error::field("place", "account-place-missing", told))?),
    };
    let (name, to_on) = (ask.field("name"), ask.date("to_on")?);
    let new = NewToken { name: &name, may_write: ask.field("may_write") == "1", place: place.as_ref(), to_on: &to_on };
    let key = tokens::make(work, &new)?;
    page(work, ask, Faults::default(), key)
}

/// Ends a key.
pub fn end(work: &mut Work, ask: &Ask) -> Result<Reply> {
    tokens::end(work, &ask.field("token"))?;
    Ok(Reply::see("/tokens"))
}
