//! Signing in by the province's own provider: there and back, linking the own account, leaving there too. People
//! are sent by links, not by forms: the pages' policy lets no form lead to another machine.

use askama::Template;

use crate::accounts::actions;
use crate::accounts::links::{self, Subject};
use crate::accounts::provider::{Back, Provider, Told};
use crate::accounts::store::Account;
use crate::accounts::way::Way;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::account::{entered_to, sign_in_page};
use crate::web::ask::Ask;
use crate::web::cookies::{Lasts, own_cookie};
use crate::web::reply::Reply;
use crate::web::security::{SECURITY, again, own_account, own_session, proven};
use crate::web::shell::{Faults, Shell};
use crate::work::Moment;

/// The browser's own half of what was begun.
const COOKIE: &str = "diemsang-provider";
/// As long as the other half is kept.
const LASTS: Lasts = Lasts::Seconds(600);

fn provider(app: &App) -> Result<&Provider> {
    app.provider.as_ref().ok_or(Error::Refused("provider-none"))
}

/// Sends someone to the provider to sign in.
pub fn begin(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let after = ask.query("after");
    let sent = provider(app).and_then(|provider| provider.send(&ask.door(app, &moment), "", after));
    match sent {
        Ok(sent) => Ok(with_token(ask, Reply::see(&sent.address), &sent.token)),
        Err(error @ Error::Refused(_)) => refused(app, ask, &error, after),
        Err(error) => Err(error),
    }
}

fn with_token(ask: &Ask, reply: Reply, token: &str) -> Reply {
    reply.with("set-cookie", own_cookie(ask.is_secure, COOKIE, token, LASTS))
}

fn refused(app: &App, ask: &Ask, error: &Error, after: &str) -> Result<Reply> {
    let page = sign_in_page(app, ask, Faults::of(error, ask.words()), after)?;
    Ok(with_token(ask, page.status(422), ""))
}

/// Takes who comes back from the provider: to sign in, or to link the account they are signed in with.
pub fn back(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let door = ask.door(app, &moment);
    let back = Back {
        state: ask.query("state"),
        code: ask.query("code"),
        issuer: ask.query("iss"),
        token: ask.cookie(COOKIE),
    };
    let told = if ask.query("error").is_empty() {
        provider(app).and_then(|provider| provider.take(&door, &back).map(|told| (provider, told)))
    } else {
        tracing::warn!(error = ask.query("error"), address = ask.address, "the sign-in provider said no");
        Err(Error::Refused("provider-said-no"))
    };
    let done = told.and_then(|(provider, told)| match told.account_id.as_str() {
        "" => sign_in(app, ask, &moment, (provider, &told)),
        account_id => link(app, ask, &moment, (provider, &told, account_id)),
    });
    match done {
        Ok(reply) => Ok(with_token(ask, reply, "")),
        Err(error @ Error::Refused(why)) => {
            tracing::warn!(step = "provider", why, address = ask.address, "not signed in");
            refused(app, ask, &error, "")
        }
        Err(error) => Err(error),
    }
}

fn sign_in(app: &App, ask: &Ask, moment: &Moment, (provider, told): (&Provider, &Told)) -> Result<Reply> {
    let door = ask.door(app, moment);
    let subject = Subject { issuer: provider.issuer(), subject: &told.subject };
    let Some(account) = links::account_of(&door, &subject)? else { return unlinked(ask, provider, told) };
    if account.disabled_on.is_some() {
        return Err(Error::Refused("sign-in-disabled"));
    }
    let way = if told.both_steps { Way::ProviderBoth } else { Way::Provider };
    let entered = actions::enter(&door, &account, way)?;
    let step = if entered.is_half { "first" } else { "whole" };
    tracing::info!(step, way = way.code(), user = account.user_name, address = ask.address, "signed in");
    Ok(entered_to(ask, entered, &told.after))
}

#[derive(Template)]
#[template(path = "web/views/provider_unlinked.html")]
struct Unlinked {
    s: Shell,
    provider: String,
    subject: String,
}

/// The provider knows the person, this register does not: told plainly, with what to do.
fn unlinked(ask: &Ask, provider: &Provider, told: &Told) -> Result<Reply> {
    tracing::warn!(step = "provider", why = "unlinked", address = ask.address, "not signed in");
    let s = Shell::stranger(ask, ask.words().t("provider-unlinked"));
    let page = Unlinked { s, provider: provider.name().to_owned(), subject: told.subject.clone() };
    Ok(Reply::html(&page)?.status(422))
}

/// Whoever began must still be there: the account that asked is the one that is signed in.
fn link(app: &App, ask: &Ask, moment: &Moment, (provider, told, id): (&Provider, &Told, &str)) -> Result<Reply> {
    let account = Some(ask).filter(|ask| ask.user.is_some()).map(|ask| own_account(app, ask)).transpose()?;
    let account: Account = account.filter(|account| account.id == id).ok_or(Error::Refused("challenge-over"))?;
    let subject = Subject { issuer: provider.issuer(), subject: &told.subject };
    let done = links::link_own(&ask.door(app, moment), &account, &subject, &own_session(ask));
    again(app, ask, done.map(|()| Reply::see(SECURITY)))
}

#[derive(Template)]
#[template(path = "web/views/provider_go.html")]
struct Go {
    s: Shell,
    provider: String,
    address: String,
}

/// Begins to link the own account; the password is asked for.
pub fn begin_link(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = provider(app).and_then(|provider| {
        let account = proven(app, ask, &moment)?;
        let sent = provider.send(&ask.door(app, &moment), &account.id, "")?;
        let s = Shell::bare(ask, "", ask.words().with("provider-link", provider.name()));
        let page = Go { s, provider: provider.name().to_owned(), address: sent.address };
        Ok(with_token(ask, Reply::html(&page)?, &sent.token))
    });
    again(app, ask, done)
}

/// Unlinks the own account; the password is asked for.
pub fn unlink(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let done = provider(app).and_then(|provider| {
        let account = proven(app, ask, &moment)?;
        links::unlink_own(&ask.door(app, &moment), &account, provider.issuer())?;
        Ok(Reply::see(SECURITY))
    });
    again(app, ask, done)
}

#[derive(Template)]
#[template(path = "web/views/signed_out.html")]
struct SignedOut {
    s: Shell,
    provider: String,
    /// Where to leave there too; empty when the provider tells of no such place.
    address: String,
}

/// After leaving: who came by the provider is still signed in there.
pub fn left(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let s = Shell::stranger(ask, ask.words().t("signed-out"));
    let address = app.provider.as_ref().and_then(|provider| provider.leaving(&moment)).unwrap_or_default();
    let provider = app.provider.as_ref().map(|provider| provider.name().to_owned()).unwrap_or_default();
    Reply::html(&SignedOut { s, provider, address })
}
