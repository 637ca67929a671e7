//! What a consent is, when it stands, and what makes one fit.

use crate::error::{Error, FieldError, Result};
use crate::places::place::OPEN;

/// What for. A name in a decision needs no consent: the law makes decisions public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The story of a person is told to the public.
    Story,
    /// Their picture is shown to the public.
    Portrait,
    /// They are called or written to about the movement.
    Contact,
}

impl Purpose {
    /// Every purpose, in the order of the form.
    pub const ALL: [Purpose; 3] = [Purpose::Story, Purpose::Portrait, Purpose::Contact];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Story => "story",
            Purpose::Portrait => "portrait",
            Purpose::Contact => "contact",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// A picture is shown for a time, and that time is named.
    fn must_end(self) -> bool {
        match self {
            Purpose::Portrait => true,
            Purpose::Story | Purpose::Contact => false,
        }
    }
}

/// What of a person a consent may speak of.
pub const PARTS: [&str; 6] = ["name", "position", "achievements", "picture", "phone", "address"];
/// Through which channels.
pub const CHANNELS: [&str; 4] = ["portal", "press", "event", "print"];
/// Who gave it: the person; for a child the legal representative, from the age of seven together with the child.
pub const GIVERS: [&str; 3] = ["self", "representative", "representative-and-child"];
/// How it was given, so that it can be shown later.
pub const MANNERS: [&str; 3] = ["paper", "electronic", "voice"];

/// A consent as it is kept.
#[derive(Clone, Debug)]
pub struct Consent {
    pub province: String,
    pub id: String,
    pub person_id: String,
    pub pin_id: String,
    pub purpose: Purpose,
    pub text_version: i64,
    pub parts: Vec<String>,
    pub channels: Vec<String>,
    pub giver: String,
    pub manner: String,
    pub given_on: String,
    /// Exclusive; `OPEN` until it is withdrawn.
    pub to_on: String,
    pub recorded_by: String,
    pub recorded_at: String,
    /// Empty while it is not withdrawn.
    pub withdrawn_on: String,
    pub withdrawn_by: String,
}

impl Consent {
    /// Does it stand on a day? What was done before a withdrawal stays lawful; from its day on it holds nothing.
    pub fn stands(&self, on: &str) -> bool {
        let withdrawn = !self.withdrawn_on.is_empty() && self.withdrawn_on.as_str() <= on;
        self.given_on.as_str() <= on && on < self.to_on.as_str() && !withdrawn
    }

    /// The state of a day, as a code: `standing`, `withdrawn`, `over`, `later`.
    pub fn state(&self, on: &str) -> &'static str {
        if self.stands(on) {
            "standing"
        } else if !self.withdrawn_on.is_empty() {
            "withdrawn"
        } else if on < self.given_on.as_str() {
            "later"
        } else {
            "over"
        }
    }

    /// Ends it; once only, and not before it was given.
    pub fn withdraw(mut self, on: &str, today: &str, by: &str) -> Result<Consent> {
        if !self.withdrawn_on.is_empty() {
            return Err(Error::Refused("consent-already-withdrawn"));
        }
        if on.is_empty() || on > today {
            return Err(Error::field("on_date", "consent-day-unfit", on));
        }
        if on < self.given_on.as_str() {
            return Err(Error::field("on_date", "consent-withdrawn-early", on));
        }
        self.withdrawn_on = on.to_owned();
        self.withdrawn_by = by.to_owned();
        Ok(self)
    }
}

/// What is filled in for a consent. Nothing is ticked beforehand.
#[derive(Clone, Debug, Default)]
pub struct NewConsent {
    pub purpose: String,
    pub parts: Vec<String>,
    pub channels: Vec<String>,
    pub giver: String,
    pub manner: String,
    pub given_on: String,
    /// The last day; empty until it is withdrawn.
    pub until: String,
}

/// What is wrong with a new consent, every field at once; its purpose when nothing is.
pub fn check(new: &NewConsent, today: &str) -> Result<Purpose> {
    let purpose = Purpose::from_code(&new.purpose);
    let known = |all: &[&str], told: &str| all.contains(&told);
    let some = |all: &[&str], told: &[String]| !told.is_empty() && told.iter().all(|one| known(all, one));
    let checks = [
        ("purpose", "consent-purpose-missing", purpose.is_some()),
        ("parts", "consent-parts-missing", some(&PARTS, &new.parts)),
        ("channels", "consent-channels-missing", some(&CHANNELS, &new.channels)),
        ("giver", "consent-giver-missing", known(&GIVERS, &new.giver)),
        ("manner", "consent-manner-missing", known(&MANNERS, &new.manner)),
        ("given_on", "consent-day-unfit", !new.given_on.is_empty() && new.given_on.as_str() <= today),
        ("until", "consent-end-missing", !new.until.is_empty() || purpose.is_none_or(|p| !p.must_end())),
        ("until", "consent-end-early", new.until.is_empty() || new.until > new.given_on),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    match purpose {
        Some(purpose) if faults.is_empty() => Ok(purpose),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// The last day of a form as the exclusive end that is kept.
pub fn end_of(until: &str) -> String {
    let next = until.parse::<jiff::civil::Date>().ok().and_then(|day| day.tomorrow().ok());
    next.map_or_else(|| OPEN.to_owned(), |day| day.to_string())
}

/// Does any of these consents stand for a purpose on a day?
pub fn any_stands(consents: &[Consent], purpose: Purpose, on: &str) -> bool {
    consents.iter().any(|consent| consent.purpose == purpose && consent.stands(on))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consent(given_on: &str, to_on: &str, withdrawn_on: &str) -> Consent {
        let text = str::to_owned;
        Consent {
            province: text("25"),
            id: text("c"),
            person_id: text("p"),
            pin_id: text("x"),
            purpose: Purpose::Story,
            text_version: 1,
            parts: vec![text("name")],
            channels: vec![text("portal")],
            giver: text("self"),
            manner: text("paper"),
            given_on: text(given_on),
            to_on: text(to_on),
            recorded_by: text("a"),
            recorded_at: String::new(),
            withdrawn_on: text(withdrawn_on),
            withdrawn_by: String::new(),
        }
    }

    #[test]
    fn a_consent_stands_from_its_day_until_it_ends_or_is_withdrawn() {
        let day = "2026-05-10";
        for (given, to, withdrawn, state) in [
            ("2026-05-10", OPEN, "", "standing"),
            ("2026-05-11", OPEN, "", "later"),
            ("2026-01-01", "2026-05-10", "", "over"),
            ("2026-01-01", OPEN, "2026-05-10", "withdrawn"),
            ("2026-01-01", OPEN, "2026-05-11", "standing"),
        ] {
            let consent = consent(given, to, withdrawn);
            assert_eq!(consent.state(day), state, "{given} {to} {withdrawn}");
            assert_eq!(any_stands(&[consent], Purpose::Story, day), state == "standing");
        }
        assert!(!any_stands(&[consent("2026-01-01", OPEN, "")], Purpose::Portrait, day), "each purpose by itself");
    }

    #[test]
    fn silence_and_ticks_that_nobody_made_are_no_consent() {
        let today = "2026-11-23";
        let empty = NewConsent::default();
        let Err(Error::Invalid(faults)) = check(&empty, today) else { panic!("an empty form is no consent") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["purpose", "parts", "channels", "giver", "manner", "given_on"]);
    }

    #[test]
    fn a_picture_is_shown_until_a_day_that_is_named() {
        let filled = |purpose: &str, until: &str, given_on: &str| NewConsent {
            purpose: purpose.into(),
            parts: vec!["picture".into()],
            channels: vec!["portal".into()],
            giver: "self".into(),
            manner: "paper".into(),
            given_on: given_on.into(),
            until: until.into(),
        };
        let holds = |purpose, until, given_on| check(&filled(purpose, until, given_on), "2026-11-23").is_ok();
        assert!(holds("story", "", "2026-11-23") && holds("portrait", "2027-11-23", "2026-11-23"));
        assert!(!holds("portrait", "", "2026-11-23"), "without an end");
        assert!(!holds("story", "2026-11-22", "2026-11-23"), "over before it was given");
        assert!(!holds("story", "", "2026-11-24"), "given tomorrow");
        assert_eq!((end_of("2026-12-31"), end_of("")), ("2027-01-01".to_owned(), OPEN.to_owned()));
    }

    #[test]
    fn a_consent_is_withdrawn_once_and_not_before_it_was_given() {
        let given = consent("2026-05-10", OPEN, "");
        let today = "2026-11-23";
        assert!(given.clone().withdraw("2026-05-09", today, "a").is_err());
        assert!(given.clone().withdraw("2026-11-24", today, "a").is_err());
        let gone = given.withdraw("2026-11-23", today, "a").unwrap();
        assert!(!gone.stands(today) && gone.stands("2026-11-22"));
        assert!(gone.withdraw("2026-11-23", today, "a").is_err());
    }
}
