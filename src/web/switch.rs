//! A computer that several people share: one leaves without ending the session, another signs in, the first comes
//! back. The browser keeps the tokens of what was left, which open nothing without the password, and the user names
//! of who used it; both only after somebody has pressed the button.

use crate::accounts::actions::{self, Entered};
use crate::accounts::sessions::MOST_LEFT;
use crate::accounts::store;
use crate::app::App;
use crate::error::Result;
use crate::web::ask::Ask;
use crate::web::cookies::{self, Lasts, own_cookie};
use crate::web::reply::Reply;
use crate::web::serve::session_cookie;
use crate::work::Moment;

/// The tokens of sessions that were left, until the browser is closed.
const LEFT: &str = "diemsang-left";
/// The user names of who used this browser.
const NAMES: &str = "diemsang-names";
/// Three months.
const NAMES_LAST: Lasts = Lasts::Seconds(90 * 24 * 3600);
const BETWEEN: char = '.';
const MOST_NAMES: usize = 6;

/// The tokens of sessions that were left, of the cookies that were sent.
pub fn left_in(sent: &[(String, String)]) -> Vec<String> {
    let tokens = cookies::value(sent, LEFT).split(BETWEEN).filter(|token| !token.is_empty());
    tokens.take(MOST_LEFT).map(str::to_owned).collect()
}

/// The names that this browser remembers. Whoever holds the browser may write anything into its cookie: only what a
/// user name may be is read.
pub fn names(ask: &Ask) -> Vec<String> {
    let names = ask.cookie(NAMES).split(BETWEEN).filter(|name| is_name(name));
    names.take(MOST_NAMES).map(str::to_owned).collect()
}

fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    plain && (1..=64).contains(&name.len())
}

/// Locks the present session and shows the sign-in to the next person.
pub fn lock(app: &App, ask: &Ask) -> Result<Reply> {
    let moment = Moment::of_the_clock();
    let token = ask.token.clone().unwrap_or_default();
    app.db.write(|tx| store::lock_session(tx, &actions::token_hash(&token), &moment.now))?;
    let user = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
    tracing::info!(user, address = ask.address, "locked");
    let reply = Reply::see("/sign-in").with("set-cookie", session_cookie(ask.is_secure, ""));
    let left: Vec<&str> = ask.left.iter().map(String::as_str).take(MOST_LEFT).collect();
    Ok(with_name(ask, with_left(ask, reply, &left), user))
}

fn with_left(ask: &Ask, reply: Reply, tokens: &[&str]) -> Reply {
    let told = tokens.join(&BETWEEN.to_string());
    reply.with("set-cookie", own_cookie(ask.is_secure, LEFT, &told, Lasts::WithTheBrowser))
}

fn with_name(ask: &Ask, reply: Reply, user_name: &str) -> Reply {
    if !is_name(user_name) {
        return reply;
    }
    let known = names(ask).into_iter().filter(|name| name != user_name).take(MOST_NAMES - 1);
    let all: Vec<String> = std::iter::once(user_name.to_owned()).chain(known).collect();
    let told = all.join(&BETWEEN.to_string());
    reply.with("set-cookie", own_cookie(ask.is_secure, NAMES, &told, NAMES_LAST))
}

/// Forgets the names.
pub fn forget(_: &App, ask: &Ask) -> Result<Reply> {
    Ok(Reply::see("/sign-in").with("set-cookie", own_cookie(ask.is_secure, NAMES, "", NAMES_LAST)))
}

/// An answer under the session that was just entered. What others have left here stays; and where this browser is
/// known to be shared, the name is remembered.
pub fn with_session(ask: &Ask, reply: Reply, entered: &Entered) -> Reply {
    let reply = reply.with("set-cookie", session_cookie(ask.is_secure, &entered.token));
    let left: Vec<&str> = entered.left.iter().map(String::as_str).collect();
    let reply = if left.is_empty() && ask.cookie(LEFT).is_empty() { reply } else { with_left(ask, reply, &left) };
    if names(ask).is_empty() { reply } else { with_name(ask, reply, &entered.user_name) }
}
