//! Guarding the own account: the second step, the printed codes, and the ways back in.

use askama::Template;

use crate::accounts::actions;
use crate::accounts::links::{self, Link};
use crate::accounts::passkeys::{self, Kept};
use crate::accounts::second_step::{self, NewPhone};
use crate::accounts::store::{self, Account};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::account::{enter_with, raw, within};
use crate::web::ask::Ask;
use crate::web::passkeys::Usable;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Moment;

#[derive(Template)]
#[template(path = "web/views/security.html")]
struct Security {
    s: Shell,
    faults: Faults,
    /// Since when the second step is set; empty when it is not.
    since: String,
    n_codes: i64,
    passkeys: Vec<Kept>,
    usable: Usable,
    /// How the provider is called, where there is one; and since when the account is linked with it.
    provider: String,
    link: Option<Link>,
    secret: String,
    picture: String,
    must: bool,
}

/// What guards the own account.
pub fn show(app: &App, ask: &Ask) -> Result<Reply> {
    page(app, ask, Faults::default())
}

/// The account of who asks.
pub fn own_account(app: &App, ask: &Ask) -> Result<Account> {
    let user_name = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    app.db.read(|tx| store::by_user_name(tx, user_name))?.ok_or(Error::NotFound)
}

fn page(app: &App, ask: &Ask, faults: Faults) -> Result<Reply> {
    let account = own_account(app, ask)?;
    let (since, n_codes, passkeys) = app.db.read(|tx| -> Result<_> {
        let since = second_step::since(tx, &account.id)?.unwrap_or_default();
        Ok((since, second_step::n_codes_left(tx, &account.id)?, passkeys::kept(tx, &account.id)?))
    })?;
    // A phone that has read the picture keeps its secret through a mistyped code.
    let secret = if ask.field("secret").is_empty() { second_step::new_secret() } else { ask.field("secret") };
    let picture = second_step::picture(&second_step::address(&account.user_name, &secret))?;
    let must = ask.user.as_ref().is_some_and(|user| user.must == Some(SECURITY));
    let named = ask.provider.as_ref();
    let link = named.map(|named| app.db.read(|tx| links::of(tx, &named.issuer, &account.id))).transpose()?.flatten();
    let page = Security {
        s: Shell::bare(ask, "", ask.words().t("security")),
        faults,
        since,
        n_codes,
        passkeys,
        usable: Usable::of(app, ask),
        provider: named.map_or_else(String::new, |named| named.name.clone()),
        link,
        secret,
        picture,
        must,
    };
    Reply::html(&page)
}

/// Where the second step is set.
pub const SECURITY: &str = "/security";

/// The session in which this is asked: it stays when others end.
pub fn own_session(ask: &Ask) -> String {
    ask.token.as_deref().map(actions::token_hash).unwrap_or_default()
}

/// Every change here asks for the password again: the machine may have been left alone.
pub fn proven(app: &App, ask: &Ask, moment: &Moment) -> Result<Account> {
    let user_name = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    actions::prove(&ask.door(app, moment), user_name, raw(ask, "password")).map_err(old_password_wrong)
}

/// The refusal of signing in, in the words of a form in which only the password is asked for.
pub fn old_password_wrong(error: Error) -> Error {
    match error {
        Error::Refused("sign-in-wrong") => Error::field("password", "password-old-wrong", ""),
        other => other,
    }
}

/// The same page again when something was refused.
pub fn again(app: &App, ask: &Ask, done: Result<Reply>) -> Result<Reply> {
    match done {
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            Ok(page(app, ask, Faults::of(&error, ask.words()))?.status(422))
        }
        other => other,
    }
}

/// Sets the second step.
pub fn set(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = proven(app, ask, &moment).and_then(|account| {
        let (secret, code, own_session) = (ask.field("secret"), ask.field("code"), own_session(ask));
        let new = NewPhone { secret: &secret, code: &code, own_session: &own_session };
        second_step::set(&ask.door(app, &moment), &account, &new)?;
        codes_page(app, ask, &account, &moment)
    });
    again(app, ask, done)
}

/// Takes the second step away; a code is asked for too.
pub fn end(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = proven(app, ask, &moment).and_then(|account| {
        let door = ask.door(app, &moment);
        second_step::check_code(&door, &account, &ask.field("code"))?;
        second_step::end_own(&door, &account, &own_session(ask))?;
        Ok(Reply::see(SECURITY))
    });
    again(app, ask, done)
}

/// Makes a new printed list.
pub fn new_codes(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = proven(app, ask, &moment).and_then(|account| codes_page(app, ask, &account, &moment));
    again(app, ask, done)
}

#[derive(Template)]
#[template(path = "web/views/recovery_codes.html")]
struct Codes {
    s: Shell,
    user_name: String,
    codes: Vec<String>,
}

fn codes_page(app: &App, ask: &Ask, account: &Account, moment: &Moment) -> Result<Reply> {
    let codes = second_step::new_codes(&app.db, moment, account)?;
    let printed = fold::show_date(moment.today);
    let s = Shell { printed, ..Shell::bare(ask, "", ask.words().t("recovery-codes")) };
    Reply::html(&Codes { s, user_name: account.user_name.clone(), codes })
}

#[derive(Template)]
#[template(path = "web/views/second_step.html")]
struct SecondStep {
    s: Shell,
    faults: Faults,
    after: String,
    /// The account behind half a session has a phone's code, a passkey, or both.
    by_phone: bool,
    by_passkey: bool,
    usable: Usable,
}

/// The form that asks for the second step.
pub fn code_form(app: &App, ask: &Ask) -> Result<Reply> {
    code_page(app, ask, Faults::default(), ask.query("after"))
}

/// The page of the second step. Without half a session it tells nothing of any account.
pub fn code_page(app: &App, ask: &Ask, faults: Faults, after: &str) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let half = ask.token.as_deref().unwrap_or("");
    let (by_phone, by_passkey) = match app.db.read(|tx| second_step::half_account(tx, &moment, half))? {
        Some(account) => second_step::taken_of(&ask.door(app, &moment), &account)?,
        None => (true, false),
    };
    let s = Shell::stranger(ask, ask.words().t("second-step"));
    let usable = Usable::of(app, ask);
    Reply::html(&SecondStep { s, faults, after: after.to_owned(), by_phone, by_passkey, usable })
}

/// Takes the code and opens the session.
pub fn take_code(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let token = ask.token.as_deref().unwrap_or("");
    let done = second_step::pass(&ask.door(app, &moment), token, &ask.field("code"));
    through(ask, done, |faults, after| code_page(app, ask, faults, after))
}

/// Goes on under the token of the whole session, or shows the page of the second step again.
pub fn through(ask: &Ask, done: Result<String>, page: impl Fn(Faults, &str) -> Result<Reply>) -> Result<Reply> {
    let after = ask.field("after");
    match done {
        Ok(token) => {
            tracing::info!(step = "second", address = ask.address, "signed in");
            Ok(enter_with(ask, &token, &within(&after)))
        }
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            tracing::warn!(step = "second", address = ask.address, "not signed in");
            Ok(page(Faults::of(&error, ask.words()), &after)?.status(422))
        }
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "web/views/recovery.html")]
struct Recovery {
    s: Shell,
    faults: Faults,
    user_name: String,
    done: bool,
}

/// The form for who has forgotten the password.
pub fn recovery_form(_: &App, ask: &Ask) -> Result<Reply> {
    recovery_page(ask, Faults::default(), false)
}

fn recovery_page(ask: &Ask, faults: Faults, done: bool) -> Result<Reply> {
    let s = Shell::stranger(ask, ask.words().t("recovery"));
    Reply::html(&Recovery { s, faults, user_name: ask.field("user_name"), done })
}

/// Sets a new password by a code of the printed list.
pub fn recover(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let (user_name, code) = (ask.field("user_name"), ask.field("code"));
    match second_step::recover(&ask.door(app, &moment), &user_name, &code, raw(ask, "new")) {
        Ok(()) => recovery_page(ask, Faults::default(), true),
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            Ok(recovery_page(ask, Faults::of(&error, ask.words()), false)?.status(422))
        }
        Err(error) => Err(error),
    }
}
