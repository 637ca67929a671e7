//! What is kept for a time, and for how long. The periods are the province's own; those of the programme are a start.

use jiff::ToSpan;
use jiff::civil::Date;

/// What has a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// Failed sign-ins: account, address, moment.
    SignInFailures,
    /// Sessions that are over: address, browser.
    EndedSessions,
    /// Keys to the API that are over.
    EndedKeys,
    /// Keys by which a form that is sent twice acts once.
    FormKeys,
    /// What was read from lists, for looking at and undoing.
    ImportBodies,
    /// What people wrote in requests that were closed.
    ClosedRequests,
    /// People all of whose exemplars and commendations are withdrawn.
    WithdrawnPeople,
    /// Whose a disabled account was.
    DisabledAccounts,
}

impl Thing {
    /// Everything, in the order in which it is listed and erased.
    pub const ALL: [Thing; 8] = [
        Thing::SignInFailures,
        Thing::EndedSessions,
        Thing::EndedKeys,
        Thing::FormKeys,
        Thing::ImportBodies,
        Thing::ClosedRequests,
        Thing::WithdrawnPeople,
        Thing::DisabledAccounts,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Thing::SignInFailures => "sign-in-failures",
            Thing::EndedSessions => "ended-sessions",
            Thing::EndedKeys => "ended-keys",
            Thing::FormKeys => "form-keys",
            Thing::ImportBodies => "import-bodies",
            Thing::ClosedRequests => "closed-requests",
            Thing::WithdrawnPeople => "withdrawn-people",
            Thing::DisabledAccounts => "disabled-accounts",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<Thing> {
        Thing::ALL.into_iter().find(|thing| thing.code() == code)
    }
}

/// For how long a thing is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub thing: Thing,
    pub n_days: i64,
    pub legal_basis: String,
    pub from_on: String,
    /// Exclusive.
    pub to_on: String,
    /// The province's own, not the one that comes with the programme.
    pub is_own: bool,
}

impl Period {
    /// What ended before this day is kept no longer.
    pub fn kept_since(&self, today: Date) -> Date {
        today.saturating_sub(self.n_days.days())
    }
}

/// The period that holds for a thing on a day: the province's own, or else the programme's.
pub fn in_force(periods: &[Period], thing: Thing, on: &str) -> Option<Period> {
    let holding = periods.iter().filter(|p| p.thing == thing && p.from_on.as_str() <= on && on < p.to_on.as_str());
    holding.max_by_key(|period| (period.is_own, period.from_on.clone())).cloned()
}

/// Ten thousand years would be a mistyped number.
const MOST_DAYS: i64 = 36_500;

/// May a period be so long?
pub fn is_fit(n_days: i64) -> bool {
    (1..=MOST_DAYS).contains(&n_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(n_days: i64, from_on: &str, is_own: bool) -> Period {
        let (thing, legal_basis) = (Thing::FormKeys, String::new());
        Period { thing, n_days, legal_basis, from_on: from_on.into(), to_on: "9999-12-31".into(), is_own }
    }

    #[test]
    fn the_provinces_own_period_stands_over_the_programmes() {
        let periods = [period(30, "0001-01-01", false), period(60, "2026-06-01", true), period(90, "2027-01-01", true)];
        let days = |on| in_force(&periods, Thing::FormKeys, on).map(|period| period.n_days);
        assert_eq!([days("2026-05-31"), days("2026-06-01"), days("2027-01-01")], [Some(30), Some(60), Some(90)]);
        assert_eq!(in_force(&periods, Thing::EndedKeys, "2026-06-01"), None);
    }

    #[test]
    fn what_ended_on_the_day_itself_is_still_kept() {
        let today = jiff::civil::date(2026, 11, 23);
        assert_eq!(period(30, "0001-01-01", false).kept_since(today), jiff::civil::date(2026, 10, 24));
        assert!(is_fit(1) && !is_fit(0) && !is_fit(36_501));
    }
}
