//! The page on which an administrator of a province sets its rules of signing in, and everyone who audits reads them.

use askama::Template;

use crate::accounts::policy::{Demand, NUMBERS, Number, Policy};
use crate::accounts::settings::{self, Kept, New};
use crate::error::{Error, FieldError, Result};
use crate::permissions::{Role, Verb};
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

#[derive(Template)]
#[template(path = "web/views/policy.html")]
struct Page {
    s: Shell,
    faults: Faults,
    place: Place,
    /// What is in force now, which the form was filled in over; empty before anything was set.
    version: String,
    groups: Vec<Group>,
    roles: Vec<(Role, Demand)>,
    basis: String,
    history: Vec<(Kept, String)>,
    may_set: bool,
    has_flags: bool,
    no_passkeys: bool,
}

struct Group {
    title: &'static str,
    lines: Vec<Line>,
}

/// One number of the form.
struct Line {
    field: &'static str,
    label: String,
    hint: String,
    value: String,
}

/// How the numbers are grouped on the page.
const GROUPS: [(&str, std::ops::Range<usize>); 3] =
    [("policy-sessions", 0..3), ("policy-passwords", 4..8), ("policy-accounts", 8..9)];
/// Stands among the accounts, though it is told with the sessions.
const UNUSED_DAYS: usize = 3;

/// The rules of the own province.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

/// The province of the place that is told; the nation where that is told.
fn province(work: &mut Work, ask: &Ask) -> Result<Place> {
    let told = ask.field("place");
    let place = if told.is_empty() { ask.place(work)? } else { places::by_code(work, &told)? };
    if place.level <= Level::Province {
        return Ok(place);
    }
    let code = places::province_of(work, place.pin_id())?;
    places::by_code(work, &code)
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = province(work, ask)?;
    let history = settings::history(work.tx, &place.id)?;
    let policy = history.first().map(|kept| kept.policy.clone()).unwrap_or_default();
    let typed = !ask.form.is_empty();
    let s = Shell::new(work, ask, "accounts", ask.words().t("policy"));
    let roles = Role::ALL.into_iter().map(|role| (role, if typed { told_of(ask, role) } else { policy.of_role(role) }));
    let page = Page {
        faults,
        version: history.first().map(|kept| kept.id.clone()).unwrap_or_default(),
        groups: groups(&s, ask, &policy),
        roles: roles.collect(),
        basis: if typed { ask.field("basis") } else { history.first().map(|k| k.basis.clone()).unwrap_or_default() },
        may_set: work.reaches(Verb::SetPolicy, &place.id)?,
        has_flags: ask.flags.any(),
        no_passkeys: ask.flags.no_passkeys,
        history: history.into_iter().map(|kept| told(&s, kept)).collect(),
        place,
        s,
    };
    Reply::html(&page)
}

fn groups(s: &Shell, ask: &Ask, policy: &Policy) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (title, range) in GROUPS {
        let lines = NUMBERS[range].iter().map(|number| line(s, ask, policy, number)).collect();
        groups.push(Group { title, lines });
    }
    if let Some(last) = groups.last_mut() {
        last.lines.insert(0, line(s, ask, policy, &NUMBERS[UNUSED_DAYS]));
    }
    groups
}

fn line(s: &Shell, ask: &Ask, policy: &Policy, number: &Number) -> Line {
    let key = if number.least == 0 { "policy-hint-zero" } else { "policy-hint" };
    let blanks = [
        ("least", number.least.to_string()),
        ("most", number.most.to_string()),
        ("default", (number.of)(&mut Policy::default()).to_string()),
    ];
    let hint = s.w.fill(key, &blanks);
    let note = s.w.plain_of("policy", number.field, "-note");
    let kept = (number.of)(&mut policy.clone()).to_string();
    Line {
        field: number.field,
        label: s.code("policy", number.field),
        hint: format!("{hint} {note}").trim_end().to_owned(),
        value: if ask.form.is_empty() { kept } else { ask.field(number.field) },
    }
}

/// What was set, in one line a value.
fn told(s: &Shell, mut kept: Kept) -> (Kept, String) {
    let mut parts: Vec<String> = Vec::new();
    for number in &NUMBERS {
        parts.push(format!("{}: {}", s.code("policy", number.field), (number.of)(&mut kept.policy)));
    }
    for (role, demand) in &kept.policy.demands {
        parts.push(format!("{}: {}", s.code("role", role.code()), s.code("demand", demand.code())));
    }
    (kept, parts.join("; "))
}

fn told_of(ask: &Ask, role: Role) -> Demand {
    Demand::from_code(&ask.field(&format!("demand-{}", role.code())))
}

/// Sets the rules.
pub fn set(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = province(work, ask)?;
    let mut policy = Policy::default();
    let mut faults = Vec::new();
    for number in &NUMBERS {
        match ask.field(number.field).parse() {
            Ok(told) => *(number.of)(&mut policy) = told,
            Err(_) => faults.push(FieldError {
                field: number.field,
                key: "policy-number-unfit",
                value: format!("{}–{}", number.least, number.most),
            }),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let demands = Role::ALL.into_iter().map(|role| (role, told_of(ask, role)));
    policy.demands = demands.filter(|(_, demand)| *demand != Demand::Nothing).collect();
    settings::set(work, &place.id, &ask.field("version"), &New { policy, basis: &ask.field("basis") })?;
    Ok(Reply::see(&format!("/policy?place={}", place.id)))
}
