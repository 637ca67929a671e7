//! Signing in and out, and changing a password.

use askama::Template;

use crate::accounts::actions::{self, Entered};
use crate::accounts::sessions::{self, Left};
use crate::accounts::store;
use crate::accounts::way::Way;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::ask::Ask;
use crate::web::lock::{self, Kept};
use crate::web::passkeys::Usable;
use crate::web::reply::Reply;
use crate::web::security::{old_password_wrong, own_account};
use crate::web::serve::session_cookie;
use crate::web::shell::{Faults, Shell};
use crate::web::switch::{self, with_session};
use crate::work::Moment;

#[derive(Template)]
#[template(path = "web/views/sign_in.html")]
struct SignIn {
    s: Shell,
    faults: Faults,
    user_name: String,
    after: String,
    passkeys: Usable,
    provider: Option<ProviderLink>,
    /// Who used this browser lately.
    names: Vec<Name>,
    /// Whose session is locked here: the one that was asked for last.
    locked: String,
}

/// Someone who used this browser.
struct Name {
    user_name: String,
    href: String,
    /// Their session is locked and goes on.
    is_left: bool,
}

/// The names that this browser remembers, and those of sessions that were left in it.
fn names(ask: &Ask, left: &[Left], after: &str) -> Vec<Name> {
    let is_left = |name: &str| left.iter().any(|left| left.account.user_name == name);
    let href = |name: &str| {
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs([("user", name), ("after", after)]).finish();
        format!("/sign-in?{query}")
    };
    let remembered = switch::names(ask);
    let others = left.iter().map(|left| &left.account.user_name).filter(|name| !remembered.contains(name));
    let all: Vec<String> = remembered.iter().chain(others).cloned().collect();
    all.into_iter().map(|user_name| Name { is_left: is_left(&user_name), href: href(&user_name), user_name }).collect()
}

/// The way to the provider: from this address of the program, or from the one that the provider knows.
struct ProviderLink {
    name: String,
    href: String,
}

impl ProviderLink {
    fn of(app: &App, ask: &Ask, after: &str) -> Option<ProviderLink> {
        let named = ask.provider.as_ref()?;
        let behind = ask.is_secure && app.origin.is_secure();
        let here = behind || app.origin.is_at(&ask.host);
        let from = if here { String::new() } else { app.origin.text() };
        let after: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
        Some(ProviderLink { name: named.name.clone(), href: format!("{from}/sign-in/provider?after={after}") })
    }
}

/// Where a person who is signed in begins.
pub fn front(_: &App, _: &Ask) -> Result<Reply> {
    Ok(Reply::see("/dashboard"))
}

/// Says that the program answers.
pub fn ping(_: &App, _: &Ask) -> Result<Reply> {
    Ok(Reply::new(204, "text/plain", Vec::new()))
}

/// Says whether the database answers too.
pub fn ready(app: &App, _: &Ask) -> Result<Reply> {
    let status = match app.db.read(|tx| Ok::<_, Error>(tx.first("select 1", &[])?)) {
        Ok(_) => 204,
        Err(error) => {
            tracing::error!(%error, "not ready");
            503
        }
    };
    Ok(Reply::new(status, "text/plain", Vec::new()))
}

/// The form to sign in.
pub fn form(app: &App, ask: &Ask) -> Result<Reply> {
    sign_in_page(app, ask, Faults::default(), ask.query("after"))
}

/// The page of signing in, by whichever way.
pub fn sign_in_page(app: &App, ask: &Ask, faults: Faults, after: &str) -> Result<Reply> {
    let s = Shell::stranger(ask, ask.words().t("sign-in"));
    let passkeys = Usable::of(app, ask);
    let provider = ProviderLink::of(app, ask, after);
    let moment = Moment::of_the_clock();
    let left = app.db.read(|tx| sessions::left(tx, &moment.now, &ask.left))?;
    let own = ask.token.as_ref().and_then(|token| left.iter().find(|left| left.token == *token));
    let locked = own.map(|own| own.account.user_name.clone()).unwrap_or_default();
    let told = [ask.field("user_name"), fold::clean(ask.query("user")), locked.clone()];
    let page = SignIn {
        s,
        faults,
        user_name: told.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        after: after.to_owned(),
        passkeys,
        provider,
        names: names(ask, &left, after),
        locked,
    };
    Reply::html(&page)
}

/// Signs in; one message for every way in which it can fail.
pub fn enter(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    match actions::sign_in(&ask.door(app, &moment), &ask.field("user_name"), raw(ask, "password")) {
        Ok(entered) => {
            let step = if entered.is_half { "first" } else { "whole" };
            tracing::info!(step, user = store::user_key(&ask.field("user_name")), address = ask.address, "signed in");
            goes_on(ask, entered)
        }
        Err(error @ Error::Refused(why)) => {
            // What was typed is not told: a password slips into the wrong field easily.
            tracing::warn!(why, address = ask.address, "not signed in");
            not_in(app, ask, &error)
        }
        Err(error) => Err(error),
    }
}

/// Goes on to the page that was asked for, or shows the form that was kept.
pub fn goes_on(ask: &Ask, entered: Entered) -> Result<Reply> {
    match Kept::of(ask) {
        Some(kept) => {
            let user_name = entered.user_name.clone();
            lock::resend(ask, entered, &user_name, kept)
        }
        None => Ok(entered_to(ask, entered, &ask.field("after"))),
    }
}

/// The page again on which signing in failed.
pub fn not_in(app: &App, ask: &Ask, error: &Error) -> Result<Reply> {
    let faults = Faults::of(error, ask.words());
    match Kept::of(ask) {
        Some(kept) => lock::again(app, ask, faults, kept),
        None => Ok(sign_in_page(app, ask, faults, &ask.field("after"))?.status(422)),
    }
}

/// Where one goes after the first proof: on, or to the second step.
pub fn entered_to(ask: &Ask, entered: Entered, after: &str) -> Reply {
    let to = within(after);
    if !entered.is_half {
        return with_session(ask, Reply::see(&to), &entered);
    }
    let after: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    with_session(ask, Reply::see(&format!("/sign-in/second-step?after={after}")), &entered)
}

/// A field as it was typed: passwords are neither trimmed nor composed.
pub fn raw<'a>(ask: &'a Ask, name: &str) -> &'a str {
    ask.form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

/// Goes on under a token.
pub fn enter_with(ask: &Ask, token: &str, to: &str) -> Reply {
    Reply::see(to).with("set-cookie", session_cookie(ask.is_secure, token))
}

/// An address of this program only. Browsers leave tabs and line ends out before they read an address, so none of
/// them may stand in it.
pub fn within(after: &str) -> String {
    let plain = after.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let here = plain && after.starts_with('/') && !after.starts_with("//");
    if here { after.to_owned() } else { "/dashboard".to_owned() }
}

/// Signs out.
pub fn leave(app: &App, ask: &Ask) -> Result<Reply> {
    let token = actions::token_hash(ask.token.as_deref().unwrap_or(""));
    let way = app.db.write(|tx| {
        let way = store::way_of_session(tx, &token)?;
        store::end_session(tx, &token)?;
        Ok::<_, Error>(way)
    })?;
    tracing::info!(address = ask.address, "signed out");
    // Who came by the provider is still signed in there, which the next person at the machine could use.
    let to = if way.is_some_and(Way::is_by_provider) { "/signed-out" } else { "/sign-in" };
    Ok(Reply::see(to).with("set-cookie", session_cookie(ask.is_secure, "")))
}

#[derive(Template)]
#[template(path = "web/views/password.html")]
struct PasswordPage {
    s: Shell,
    faults: Faults,
    /// How many characters the new one has at least.
    shortest: i64,
}

/// The form to change one's password.
pub fn password_form(app: &App, ask: &Ask) -> Result<Reply> {
    password_page(app, ask, Faults::default())
}

fn password_page(app: &App, ask: &Ask, faults: Faults) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let shortest = actions::shortest_password(&ask.door(app, &moment), &own_account(app, ask)?)?;
    Reply::html(&PasswordPage { s: Shell::bare(ask, "", ask.words().t("password-change")), faults, shortest })
}

/// Changes one's password; the old one must be known.
pub fn change_password(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let user_name = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    let own = ask.token.as_deref().map(actions::token_hash).unwrap_or_default();
    let door = ask.door(app, &moment);
    let done = actions::prove(&door, user_name, raw(ask, "password"))
        .map_err(old_password_wrong)
        .and_then(|account| actions::change_password(&door, &account, raw(ask, "new"), &own));
    match done {
        Ok(()) => Ok(Reply::see("/dashboard")),
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            Ok(password_page(app, ask, Faults::of(&error, ask.words()))?.status(422))
        }
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "web/views/sessions.html")]
struct Sessions {
    s: Shell,
    sessions: Vec<store::Session>,
    own: String,
}

/// Where one is signed in oneself.
pub fn sessions(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let user_name = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    let sessions = app.db.read(|tx| {
        let account = store::by_user_name(tx, user_name)?.ok_or(Error::NotFound)?;
        store::sessions(tx, &account.id, &moment.now)
    })?;
    let own = ask.token.as_deref().map(actions::token_hash).unwrap_or_default();
    Reply::html(&Sessions { s: Shell::bare(ask, "", ask.words().t("sessions")), sessions, own })
}

/// Ends one of one's own sessions.
pub fn end_session(app: &App, ask: &Ask) -> Result<Reply> {
    let user_name = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    app.db.write(|tx| {
        let account = store::by_user_name(tx, user_name)?.ok_or(Error::NotFound)?;
        store::end_session_of(tx, &account.id, &ask.field("session"))
    })?;
    Ok(Reply::see("/sessions"))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn one_comes_back_to_this_program_only() {
        for good in ["/points", "/search?q=h%C3%B9ng&page=2", "/places/07942@", "/"] {
            assert_eq!(within(good), good);
        }
        for bad in
            ["", "points", "//khac.vn", "/\\khac.vn", "/\t/khac.vn", "/\n/khac.vn", "https://khac.vn", " //khac.vn"]
        {
            assert_eq!(within(bad), "/dashboard", "{bad:?}");
        }
    }
}
