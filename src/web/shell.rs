//! What every page has around it: words, person, navigation, and the page of an error.

use askama::Template;

use crate::error::{Error, FieldError};
use crate::permissions::Verb;
use crate::web::ask::Ask;
use crate::web::dates::{Dates, Picker};
use crate::web::reply::Reply;
use crate::words::{Lang, Words, words};
use crate::work::Work;

/// The frame of a page. Templates call it `s`.
pub struct Shell {
    pub w: &'static Words,
    /// The page's title, already in the reader's language.
    pub title: String,
    /// The first part of the address, which marks the navigation.
    pub here: &'static str,
    /// The address of the same page in the other language.
    pub other_language: String,
    pub user: Option<String>,
    pub may: Vec<Verb>,
    pub version: String,
    pub printed: String,
    /// The two dates of the page, where it has any.
    pub picker: Option<Picker>,
}

impl Shell {
    /// The frame of a page for the person who asks.
    pub fn new(work: &Work, ask: &Ask, here: &'static str, title: impl Into<String>) -> Shell {
        let printed = fold::show_date(work.moment.today);
        Shell { printed, ..Shell::bare(ask, here, title) }
    }

    /// The frame of a page on the way in: nobody is signed in yet.
    pub fn stranger(ask: &Ask, title: impl Into<String>) -> Shell {
        Shell { user: None, ..Shell::bare(ask, "", title) }
    }

    /// The frame of a page of the own account, or of an error.
    pub fn bare(ask: &Ask, here: &'static str, title: impl Into<String>) -> Shell {
        Shell {
            w: words(ask.lang),
            title: title.into(),
            here,
            other_language: other_language(ask),
            user: ask.user.as_ref().map(|user| user.name.clone()),
            may: ask.may.clone(),
            version: crate::web::assets::version(),
            printed: String::new(),
            picker: None,
        }
    }

    /// The same frame with the two dates of its page.
    pub fn dated(self, ask: &Ask, dates: &Dates) -> Shell {
        Shell { picker: Some(Picker::new(ask, dates, None)), ..self }
    }

    /// The same frame with the two dates of its page and the first day of its period.
    pub fn dated_from(self, ask: &Ask, dates: &Dates, from: &str) -> Shell {
        Shell { picker: Some(Picker::new(ask, dates, Some(from))), ..self }
    }

    /// Does the page look at another day or another map than today's?
    pub fn is_dated(&self) -> bool {
        self.picker.as_ref().is_some_and(|picker| picker.today.is_some())
    }

    /// A new key for a form, under which it acts once.
    pub fn once(&self) -> String {
        crate::ids::new()
    }

    /// A plain sentence.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.w.t(key)
    }

    /// The key of a code's sentence with an ending.
    pub fn key(&self, family: &str, code: &str, ending: &str) -> String {
        format!("{family}-{code}{ending}")
    }

    /// The sentence of a code, such as `state-active`.
    pub fn code(&self, family: &str, code: &str) -> String {
        self.w.t(&format!("{family}-{code}")).to_owned()
    }

    /// A sentence with one blank.
    pub fn with(&self, key: &str, value: impl ToString) -> String {
        self.w.with(key, value)
    }

    /// A whole number as 1.234.
    pub fn n(&self, number: &i64) -> String {
        fold::show_count(*number)
    }

    /// Hundredths as a number with as many decimals as it needs.
    pub fn hundredths(&self, hundredths: &i64) -> String {
        let n_decimals = if hundredths % 100 == 0 { 0 } else { 2 };
        fold::show_decimal(*hundredths as f64 / 100.0, n_decimals)
    }

    /// A month as 11/2026.
    pub fn month(&self, month: &str) -> String {
        crate::activities::activity::show_month(month)
    }

    /// The size of a file, in thousands or millions of bytes.
    pub fn bytes(&self, n_bytes: &i64) -> String {
        let n = *n_bytes as f64;
        if n < 1e6 {
            format!("{} kB", fold::show_count((n / 1e3).ceil() as i64))
        } else {
            format!("{} MB", fold::show_decimal(n / 1e6, 1))
        }
    }

    /// Is this the code of a step?
    pub fn knows_step(&self, code: &str) -> bool {
        crate::schemes::point::StepKind::from_code(code).is_some()
    }

    /// A number with two decimals as 1.234,50.
    pub fn decimal(&self, number: &f64) -> String {
        fold::show_decimal(*number, 2)
    }

    /// An ISO date as dd/mm/yyyy; a dash when there is none.
    pub fn date(&self, iso: &str) -> String {
        match iso.parse() {
            Ok(date) => fold::show_date(date),
            Err(_) => "–".to_owned(),
        }
    }

    /// A moment as dd/mm/yyyy hh:mm in Việt Nam.
    pub fn moment(&self, utc: &str) -> String {
        moment(utc)
    }

    /// May this person do this anywhere?
    pub fn may(&self, verb: &str) -> bool {
        self.may.iter().any(|known| format!("{known:?}") == verb)
    }

    /// The colour and shape of a state's tag.
    pub fn tone(&self, state: &str) -> &'static str {
        match state {
            "active" | "standing" | "in_force" | "living" => "tot",
            "proposed" | "surveyed" | "approved" | "suspended" | "drafted" | "signed" | "fading" => "cho",
            "struck_off" | "withdrawn" | "reversed" | "dormant" => "do",
            "young" => "xanh",
            _ => "xam",
        }
    }

    /// The unit of a figure.
    pub fn unit(&self, code: &str) -> &str {
        self.w.plain_of("figure", code, "-unit")
    }

    /// The counting rule of a figure.
    pub fn rule(&self, code: &str) -> &str {
        self.w.plain_of("figure", code, "-rule")
    }

    /// The language's tag.
    pub fn lang(&self) -> &'static str {
        self.w.lang().tag()
    }

    /// Is the page in English?
    pub fn is_english(&self) -> bool {
        self.w.lang() == Lang::En
    }

    /// `page` for `aria-current` when the navigation line leads here.
    pub fn current(&self, here: &str) -> &'static str {
        if self.here == here { "page" } else { "false" }
    }
}

fn other_language(ask: &Ask) -> String {
    let kept = ask.query.iter().filter(|(key, _)| key != "lang");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let lang = if ask.lang == Lang::En { "vi" } else { "en" };
    let and = if query.is_empty() { "" } else { "&" };
    format!("{}?{query}{and}lang={lang}", ask.path)
}

/// A moment as dd/mm/yyyy hh:mm in Việt Nam; a dash when there is none.
pub fn moment(utc: &str) -> String {
    let here = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    match utc.parse::<jiff::Timestamp>() {
        Ok(at) => at.to_zoned(here).strftime("%d/%m/%Y %H:%M").to_string(),
        Err(_) => "–".to_owned(),
    }
}

/// What is wrong with a form, for its summary and beside its fields.
#[derive(Default)]
pub struct Faults {
    pub all: Vec<(String, String)>,
}

impl Faults {
    /// The sentences of an error, in the reader's language, each with the field it belongs to.
    pub fn of(error: &Error, w: &Words) -> Faults {
        let all = match error {
            Error::Invalid(fields) => fields.iter().map(|fault| (fault.field.to_owned(), sentence(fault, w))).collect(),
            Error::Refused(key) => vec![(String::new(), w.t(key).to_owned())],
            Error::Conflict => vec![(String::new(), w.t("save-conflict").to_owned())],
            Error::NotFound | Error::Forbidden(_) | Error::Broken(_) => {
                vec![(String::new(), w.t("error-broken").to_owned())]
            }
        };
        Faults { all }
    }

    /// The sentence of one field; empty when nothing is wrong with it.
    pub fn at(&self, field: &str) -> &str {
        self.all.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text.as_str())
    }

    /// Is anything wrong?
    pub fn any(&self) -> bool {
        !self.all.is_empty()
    }
}

/// The sentence of one mistyped field.
pub fn sentence(fault: &FieldError, w: &Words) -> String {
    w.with(fault.key, &fault.value)
}

#[derive(Template)]
#[template(path = "web/views/error.html")]
struct ErrorPage {
    s: Shell,
    lead: String,
    hint: String,
}

/// The page, or the JSON, of an error. What broke is logged once, under a number that the page shows.
pub fn trouble(ask: &Ask, error: &Error) -> Reply {
    let w = words(ask.lang);
    let (status, key, lead) = match error {
        Error::NotFound => (404, "error-not-found", w.t("error-not-found-hint").to_owned()),
        Error::Forbidden(verb) => (403, "error-forbidden", w.with("error-forbidden-hint", w.t(&verb_key(*verb)))),
        Error::Invalid(fields) => {
            let told: Vec<String> = fields.iter().map(|fault| sentence(fault, w)).collect();
            (422, "error-invalid", told.join(" "))
        }
        Error::Refused(key) => (422, "error-refused", w.t(key).to_owned()),
        Error::Conflict => (409, "error-conflict", w.t("save-conflict").to_owned()),
        Error::Broken(cause) => {
            let number = crate::ids::new();
            let number = number.get(24..).unwrap_or("").to_owned();
            tracing::error!(number, path = ask.path, cause = format!("{cause:#}"), "broken");
            // A test keeps no log; what broke stands beside the assertion that fails.
            #[cfg(test)]
            eprintln!("{}: {cause:#}", ask.path);
            (500, "error-broken", w.with("error-broken-hint", number))
        }
    };
    if ask.path.starts_with("/api/") {
        let body = serde_json::json!({ "error": w.t(key), "detail": lead });
        return Reply::json(body.to_string()).status(status);
    }
    let page = ErrorPage { s: Shell::bare(ask, "", w.t(key)), lead, hint: w.t("error-way-back").to_owned() };
    match Reply::html(&page) {
        Ok(reply) => reply.status(status),
        Err(_) => Reply::new(500, "text/plain; charset=utf-8", w.t(key).as_bytes().to_vec()),
    }
}

/// The words' key of a verb.
pub fn verb_key(verb: Verb) -> String {
    format!("verb-{verb:?}")
}
