//! What a request brings: path, query, form, file, language, person.

use jiff::civil::Date;

use crate::accounts::actions::{Door, From};
use crate::accounts::policy::Flags;
use crate::accounts::provider::Provider;
use crate::app::App;
use crate::error::{Error, Result};
use crate::papers::paper::PaperRef;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::web::cookies;
use crate::words::{Lang, Words, words};
use crate::work::{Moment, Work};

/// A file that was sent with a form.
pub struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// Who is signed in.
#[derive(Clone)]
pub struct User {
    pub name: String,
    pub user_name: String,
    /// The page on which something must be done before anything else: a password changed, the second step set.
    pub must: Option<&'static str>,
}

/// The province's sign-in provider, as pages name it and links know it.
pub struct ProviderNamed {
    pub name: String,
    pub issuer: String,
}

impl ProviderNamed {
    pub fn of(provider: &Provider) -> ProviderNamed {
        ProviderNamed { name: provider.name().to_owned(), issuer: provider.issuer().to_owned() }
    }
}

#[derive(Default)]
pub struct Ask {
    pub path: String,
    pub params: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub form: Vec<(String, String)>,
    /// The files that were sent, in the order of the form.
    pub uploads: Vec<Upload>,
    /// Something is asked to be changed.
    pub is_write: bool,
    pub lang: Lang,
    pub cookies: Vec<(String, String)>,
    pub provider: Option<ProviderNamed>,
    /// What the command line sets of the rules of signing in.
    pub flags: Flags,
    pub token: Option<String>,
    /// The tokens of sessions that this browser keeps: the present one first, then those that were left.
    pub left: Vec<String>,
    /// The page of this program from which a form was sent; empty when it is not told.
    pub referer: String,
    /// A key to the API, sent instead of a session's cookie.
    pub key: Option<String>,
    /// What a program names its request by, so that a second send of it acts no second time.
    pub once: Option<String>,
    /// The request came through TLS, as the proxy in front says.
    pub is_secure: bool,
    pub address: String,
    pub agent: String,
    /// The host and port that the browser asked for.
    pub host: String,
    pub user: Option<User>,
    /// What the person may do somewhere.
    pub may: Vec<Verb>,
    /// The session is to be noted as used.
    pub is_stale: bool,
    /// The key that is to be noted as used.
    pub stale_key: Option<String>,
}

fn pick<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

impl Ask {
    /// The words of this person's language.
    pub fn words(&self) -> &'static Words {
        words(self.lang)
    }

    /// A part of the path, such as `id`.
    pub fn param(&self, name: &str) -> &str {
        pick(&self.params, name)
    }

    /// A part of the query; empty when it is not there.
    pub fn query(&self, name: &str) -> &str {
        pick(&self.query, name)
    }

    /// An own cookie; empty when it is not there.
    pub fn cookie(&self, name: &str) -> &str {
        cookies::value(&self.cookies, name)
    }

    /// Someone at the door, before or beside a unit of work.
    pub fn door<'a>(&'a self, app: &'a App, moment: &'a Moment) -> Door<'a> {
        let from = From { address: &self.address, agent: &self.agent, left: &self.left };
        Door { db: &app.db, flags: &app.flags, moment, from }
    }

    /// A field of the form as it was sent, cleaned.
    pub fn field(&self, name: &str) -> String {
        fold::clean(pick(&self.form, name))
    }

    /// The file that was sent, if there is one.
    pub fn upload(&self) -> Option<&Upload> {
        self.uploads.first()
    }

    /// Every value of a field that may stand several times in a form, cleaned.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let named = self.form.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| fold::clean(value)).filter(|value| !value.is_empty()).collect()
    }

    /// A count in the form; empty is zero.
    pub fn count(&self, name: &'static str) -> Result<i64> {
        let text = self.field(name);
        if text.is_empty() {
            return Ok(0);
        }
        match fold::parse_count(&text) {
            Ok(number) if number >= 0 => Ok(number),
            Ok(_) => Err(Error::field(name, "count-negative", text)),
            Err(_) => Err(Error::field(name, "count-unreadable", text)),
        }
    }

    /// A date in the form, as ISO text; empty when it is not there.
    pub fn date(&self, name: &'static str) -> Result<String> {
        let text = self.field(name);
        if text.is_empty() {
            return Ok(String::new());
        }
        fold::parse_date(&text).map(|date| date.to_string()).ok_or_else(|| Error::field(name, "date-unreadable", text))
    }

    /// The paper named in a form; nothing when its three fields are empty.
    pub fn paper(&self) -> Result<Option<PaperRef>> {
        let paper = PaperRef {
            number: self.field("paper_number"),
            issued_on: self.date("paper_date")?,
            issuer: self.field("paper_issuer"),
        };
        let empty = paper.number.is_empty() && paper.issued_on.is_empty() && paper.issuer.is_empty();
        Ok((!empty).then_some(paper))
    }

    /// A date in the query, or the given one.
    pub fn date_or(&self, name: &'static str, otherwise: Date) -> Result<String> {
        let text = self.query(name);
        if text.is_empty() {
            return Ok(otherwise.to_string());
        }
        fold::parse_date(text).map(|date| date.to_string()).ok_or_else(|| Error::field(name, "date-unreadable", text))
    }

    /// The place asked for, or the one the person's first grant is on.
    pub fn place(&self, work: &mut Work) -> Result<Place> {
        let code = self.query("place");
        if code.is_empty() {
            let own = work.actor.grants.first().map_or_else(|| "VN".to_owned(), |grant| grant.place_id.clone());
            return home(work, &own);
        }
        places::by_code(work, code)
    }
}

/// A grant on an old place goes on at what that place has become.
fn home(work: &mut Work, id: &str) -> Result<Place> {
    let place = places::by_id(work, id)?;
    let today = work.today();
    if !place.has_ended(&today) {
        return Ok(place);
    }
    let above = places::above(work, &place, &today)?;
    Ok(above.into_iter().next().unwrap_or(place))
}
