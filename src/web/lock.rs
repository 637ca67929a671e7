//! When a session is locked or over: who comes back goes on where they were, and what was typed is not lost. The
//! form is kept in the page itself, and sent again by its person after the password was told.

use ::store::Tx;
use askama::Template;

use crate::accounts::actions::Entered;
use crate::accounts::sessions;
use crate::app::App;
use crate::error::Result;
use crate::web::account::within;
use crate::web::ask::Ask;
use crate::web::passkeys::Usable;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::web::switch::with_session;
use crate::words::words;
use crate::work::Moment;

/// What a kept field is called, in front of its own name.
const KEPT: &str = "kept:";
/// More than that is not kept: the page that holds it would be too heavy.
const MOST_BYTES: usize = 256 * 1024;

/// The page of this program from which a request was sent.
pub fn page_of(referer: &str, host: &str) -> String {
    let Some((_, rest)) = referer.split_once("://") else { return String::new() };
    rest.strip_prefix(host).filter(|path| path.starts_with('/') && !host.is_empty()).unwrap_or("").to_owned()
}

/// A stranger is sent to sign in, and comes back afterwards; the API is told plainly.
pub fn to_sign_in(ask: &Ask) -> Reply {
    if ask.path.starts_with("/api/") {
        let body = serde_json::json!({ "error": words(ask.lang).t("sign-in-needed") });
        return Reply::json(body.to_string()).status(401);
    }
    let after: String = form_urlencoded::byte_serialize(back_to(ask).as_bytes()).collect();
    Reply::see(&format!("/sign-in?after={after}"))
}

/// Where one comes back to: the page itself, or that of the form.
fn back_to(ask: &Ask) -> String {
    if ask.is_write {
        return if ask.referer.is_empty() { "/dashboard".to_owned() } else { ask.referer.clone() };
    }
    asked(ask)
}

/// The address that was asked for, with its query.
fn asked(ask: &Ask) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&ask.query).finish();
    if query.is_empty() { ask.path.clone() } else { format!("{}?{query}", ask.path) }
}

/// Meets someone without a session: who has left one here and sends a form keeps what was typed.
pub fn meet(app: &App, tx: &mut Tx, ask: &Ask, moment: &Moment) -> Result<Reply> {
    let token = ask.token.clone().unwrap_or_default();
    let left = sessions::left(tx, &moment.now, &[token])?.into_iter().next();
    match left.filter(|_| ask.is_write && ask.key.is_none() && !ask.path.starts_with("/api/")) {
        Some(left) if ask.upload().is_none() && n_bytes(ask) <= MOST_BYTES => {
            let kept =
                Kept { path: asked(ask), user: left.account.user_name, after: back_to(ask), fields: ask.form.clone() };
            again(app, ask, Faults::default(), kept)
        }
        Some(_) | None => Ok(to_sign_in(ask)),
    }
}

fn n_bytes(ask: &Ask) -> usize {
    ask.form.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// A form that waits for its person.
pub struct Kept {
    path: String,
    user: String,
    after: String,
    fields: Vec<(String, String)>,
}

impl Kept {
    /// What a page of this kind has sent along; nothing when another was sent.
    pub fn of(ask: &Ask) -> Option<Kept> {
        let raw = |name: &str| ask.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let path = raw("kept-path").filter(|path| within(path) == *path)?;
        let fields =
            ask.form.iter().filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value.clone())));
        Some(Kept { path, user: raw("kept-user")?, after: raw("after")?, fields: fields.collect() })
    }
}

#[derive(Template)]
#[template(path = "web/views/locked.html")]
struct Locked {
    s: Shell,
    faults: Faults,
    kept: Kept,
    passkeys: Usable,
}

/// The page that asks for the password, with the form in it; also after a wrong one.
pub fn again(app: &App, ask: &Ask, faults: Faults, kept: Kept) -> Result<Reply> {
    let s = Shell::stranger(ask, ask.words().t("locked"));
    let passkeys = Usable::of(app, ask);
    Ok(Reply::html(&Locked { s, faults, kept, passkeys })?.status(401))
}

#[derive(Template)]
#[template(path = "web/views/resend.html")]
struct Resend {
    s: Shell,
    kept: Kept,
}

/// Shows what was kept to whom it belongs; anybody else goes on without it.
pub fn resend(ask: &Ask, entered: Entered, user_name: &str, kept: Kept) -> Result<Reply> {
    if kept.user != user_name || entered.is_half {
        return Ok(crate::web::account::entered_to(ask, entered, ""));
    }
    let s = Shell::stranger(ask, ask.words().t("resend"));
    Ok(with_session(ask, Reply::html(&Resend { s, kept })?, &entered))
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn the_page_of_a_form_is_one_of_this_program() {
        for (referer, page) in [
            ("http://localhost:8080/points/new?place=25", "/points/new?place=25"),
            ("https://localhost:8080/", "/"),
            ("http://localhost:8080", ""),
            ("http://localhost:80801/x", ""),
            ("http://khac.vn/localhost:8080/x", ""),
            ("", ""),
        ] {
            assert_eq!(page_of(referer, "localhost:8080"), page, "{referer}");
        }
        assert_eq!(page_of("http:///x", ""), "");
    }
}
