//! Passkeys on pages: added and removed by their owner, shown in place of a password or after one. The browser's
//! script asks for what a device is to be asked; the answer comes back as an ordinary form.

use serde_json::json;

use crate::accounts::actions;
use crate::accounts::passkeys::{self, Answer, Asked, NewPasskey, Party};
use crate::accounts::way::Way;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::account::{goes_on, not_in};
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::security::{SECURITY, again, code_page, own_session, proven, through};
use crate::web::shell::Faults;
use crate::work::Moment;

/// Where a passkey can be used, seen from the page that is asked for.
pub enum Usable {
    Here,
    /// At another address of the same program.
    At(String),
    Nowhere,
}

impl Usable {
    /// Where this program is reached, and where this request came to.
    pub fn of(app: &App, ask: &Ask) -> Usable {
        if app.passkeys.is_none() {
            return Usable::Nowhere;
        }
        // A proxy may hand over another name for the host than the browser asked for; TLS it tells truly.
        let behind = ask.is_secure && app.origin.is_secure();
        if behind || app.origin.is_at(&ask.host) {
            return Usable::Here;
        }
        let host = ask.host.rsplit_once(':').map_or(ask.host.as_str(), |(host, _)| host);
        let on_the_machine = ["127.0.0.1", "[::1]", "localhost"].contains(&host);
        if app.origin.is_secure() || on_the_machine { Usable::At(app.origin.text()) } else { Usable::Nowhere }
    }

    /// For templates.
    pub fn is_here(&self) -> bool {
        matches!(self, Usable::Here)
    }

    /// The other address; empty when there is none.
    pub fn elsewhere(&self) -> &str {
        match self {
            Usable::At(origin) => origin,
            Usable::Here | Usable::Nowhere => "",
        }
    }
}

fn party(app: &App) -> Result<&Party> {
    app.passkeys.as_ref().ok_or(Error::Refused("passkey-nowhere"))
}

fn answer(ask: &Ask) -> (String, String) {
    (ask.field("token"), ask.field("answer"))
}

/// What the script takes: what to ask of the device, or a sentence that says why not.
fn to_script(ask: &Ask, asked: Result<Asked>) -> Result<Reply> {
    match asked {
        Ok(asked) => Reply::json_of(&json!({ "token": asked.token, "options": asked.options })),
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            let faults = Faults::of(&error, ask.words());
            let told: Vec<&str> = faults.all.iter().map(|(_, sentence)| sentence.as_str()).collect();
            Reply::json_of(&json!({ "fault": told.join(" ") }))
        }
        Err(error) => Err(error),
    }
}

/// What to ask of the device of someone who signs in by a passkey alone.
pub fn ask_sign_in(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    to_script(ask, party(app).and_then(|party| passkeys::ask_sign_in(&ask.door(app, &moment), party)))
}

/// Signs in by a passkey alone.
pub fn sign_in(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let door = ask.door(app, &moment);
    let (token, text) = answer(ask);
    let done = party(app)
        .and_then(|party| passkeys::prove(&door, party, &Answer { token: &token, text: &text }))
        .and_then(|account| actions::enter(&door, &account, Way::Passkey));
    match done {
        Ok(entered) => {
            tracing::info!(step = "passkey", address = ask.address, "signed in");
            goes_on(ask, entered)
        }
        Err(error @ Error::Refused(why)) => {
            tracing::warn!(step = "passkey", why, address = ask.address, "not signed in");
            not_in(app, ask, &error)
        }
        Err(error) => Err(error),
    }
}

/// What to ask of the device of someone whose password was right.
pub fn ask_second(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let half = ask.token.as_deref().unwrap_or("");
    to_script(ask, party(app).and_then(|party| passkeys::ask_second(&ask.door(app, &moment), party, half)))
}

/// Takes a passkey as the second step and opens the session.
pub fn second(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let door = ask.door(app, &moment);
    let half = ask.token.as_deref().unwrap_or("");
    let (token, text) = answer(ask);
    let done = party(app).and_then(|party| passkeys::pass(&door, party, half, &Answer { token: &token, text: &text }));
    through(ask, done, |faults, after| code_page(app, ask, faults, after))
}

/// What to ask of a device that is to become a passkey; the password is asked for first.
pub fn ask_new(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let asked = party(app).and_then(|party| {
        if ask.field("name").is_empty() {
            return Err(Error::field("passkey-name", "passkey-name-missing", ""));
        }
        let account = proven(app, ask, &moment)?;
        passkeys::ask_new(&ask.door(app, &moment), party, &account)
    });
    to_script(ask, asked)
}

/// Adds a passkey to the own account: who asked for it has told the password a moment ago.
pub fn add(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let (token, text) = answer(ask);
    let name = ask.field("name");
    let own_session = own_session(ask);
    let done = party(app).and_then(|party| {
        let account = crate::web::security::own_account(app, ask)?;
        let answer = Answer { token: &token, text: &text };
        let new = NewPasskey { name: &name, answer, own_session: &own_session };
        passkeys::add(&ask.door(app, &moment), party, &account, &new)?;
        Ok(Reply::see(SECURITY))
    });
    again(app, ask, done)
}

/// Removes a passkey from the own account; the password is asked for.
pub fn end(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = proven(app, ask, &moment).and_then(|account| {
        let door = ask.door(app, &moment);
        passkeys::end_own(&door, &account, &ask.field("passkey"), &own_session(ask))?;
        Ok(Reply::see(SECURITY))
    });
    again(app, ask, done)
}
