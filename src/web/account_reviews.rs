//! The page on which accounts are gone through, and the same list as a file.

use askama::Template;

use crate::accounts::reviews::{self, Line, OUTCOMES, Review};
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::words::Words;
use crate::work::Work;

#[derive(Template)]
#[template(path = "web/views/account_reviews.html")]
struct Page {
    s: Shell,
    faults: Faults,
    lines: Vec<Told>,
    n_overdue: i64,
    outcomes: [&'static str; 2],
    outcome: String,
    note: String,
    picked: Vec<String>,
    may_manage: bool,
}

/// A line, and its grants in words.
struct Told {
    line: Line,
    grants: Vec<String>,
}

impl Told {
    fn second_step(&self) -> &'static str {
        match (self.line.has_phone, self.line.has_passkey) {
            (false, false) => "account-review-guard-none",
            (true, false) => "account-review-guard-phone",
            (false, true) => "account-review-guard-passkey",
            (true, true) => "account-review-guard-both",
        }
    }
}

impl Page {
    fn is_picked(&self, id: &str) -> bool {
        self.picked.iter().any(|picked| picked == id)
    }
}

/// Every account within reach, the overdue ones first.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let w = ask.words();
    let mut lines = Vec::new();
    for line in reviews::lines(work)? {
        lines.push(Told { grants: grants(work, w, &line)?, line });
    }
    lines.sort_by_key(|told| !told.line.is_overdue);
    if !ask.query("format").is_empty() {
        return table_reply(&table(work, w, &lines), ask.query("format"), "ra-soat-tai-khoan");
    }
    let n_overdue = lines.iter().filter(|told| told.line.is_overdue).count() as i64;
    let page = Page {
        s: Shell::new(work, ask, "accounts", w.t("accounts-review")),
        faults,
        lines,
        n_overdue,
        outcomes: OUTCOMES,
        outcome: ask.field("outcome"),
        note: ask.field("note"),
        picked: picked(ask),
        may_manage: work.actor.may(Verb::ManageAccounts),
    };
    Reply::html(&page)
}

fn grants(work: &mut Work, w: &Words, line: &Line) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for grant in &line.grants {
        let place = places::by_id(work, &grant.place_id)?.name;
        let role = w.t(&format!("role-{}", grant.role.code())).to_owned();
        let until = match grant.to_on.parse() {
            Ok(day) if grant.to_on != OPEN => w.with("account-review-until", fold::show_date(day)),
            Ok(_) | Err(_) => String::new(),
        };
        told.push(format!("{role} – {place}{until}"));
    }
    Ok(told)
}

fn table(work: &Work, w: &Words, lines: &[Told]) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let day =
        |iso: &str| iso.get(..10).and_then(|d| d.parse().ok()).map_or(sheets::OutCell::Empty, sheets::OutCell::Date);
    let headings = [
        "user-name",
        "account-name",
        "account-grants",
        "account-used",
        "account-review-second-step",
        "state",
        "account-review-last",
        "account-review-by",
        "account-review-outcome",
        "account-review-note",
        "account-review-overdue",
    ];
    let row = |told: &Told| {
        let (line, reviewed) = (&told.line, told.line.reviewed.as_ref());
        let state = if line.account.disabled_on.is_some() { "account-disabled" } else { "account-active" };
        vec![
            text(&line.account.user_name),
            text(&line.account.name),
            text(&told.grants.join("; ")),
            day(&line.account.used_on),
            text(w.t(told.second_step())),
            text(w.t(state)),
            reviewed.map_or(sheets::OutCell::Empty, |reviewed| day_here(&reviewed.at)),
            text(reviewed.map_or("", |reviewed| reviewed.by.as_str())),
            text(reviewed.map_or("", |reviewed| w.plain_of("account-review-outcome", &reviewed.outcome, ""))),
            text(reviewed.map_or("", |reviewed| reviewed.note.as_str())),
            text(if line.is_overdue { w.t("yes") } else { w.t("no") }),
        ]
    };
    sheets::Table {
        title_lines: vec![w.t("accounts-review").to_owned(), fold::show_date(work.moment.today)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows: lines.iter().map(row).collect(),
    }
}

/// The day of a moment as it is in Việt Nam, where a morning is still the day before by UTC.
fn day_here(utc: &str) -> sheets::OutCell {
    let here = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let at = utc.parse::<jiff::Timestamp>();
    at.map_or(sheets::OutCell::Empty, |at| sheets::OutCell::Date(at.to_zoned(here).date()))
}

fn picked(ask: &Ask) -> Vec<String> {
    ask.form.iter().filter(|(name, _)| name == "account").map(|(_, id)| id.clone()).collect()
}

/// Notes the accounts that were picked as looked at.
pub fn review(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (accounts, outcome, note) = (picked(ask), ask.field("outcome"), ask.field("note"));
    reviews::review(work, &Review { accounts: &accounts, outcome: &outcome, note: &note })?;
    Ok(Reply::see("/accounts/reviews"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_of_the_morning_is_of_that_day() {
        let day = jiff::civil::date(2026, 11, 26);
        assert!(matches!(day_here("2026-11-25T23:35:00.000000Z"), sheets::OutCell::Date(told) if told == day));
        assert!(matches!(day_here(""), sheets::OutCell::Empty));
    }
}
