//! How findings are shown.

use askama::Template;

use crate::checks::actions;
use crate::checks::finding::{Check, Finding};
use crate::error::Result;
use crate::places::place::Place;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::Shell;
use crate::words::Words;
use crate::work::Work;

/// So many of one check are shown; the number tells how many there are.
const MOST_SHOWN: usize = 50;

/// What a finding says.
pub fn sentence(finding: &Finding, w: &Words) -> String {
    let (a, b) = finding.numbers;
    let blanks = [("a", fold::show_count(a)), ("b", fold::show_count(b))];
    w.fill(&format!("check-{}-found", finding.check.code()), &blanks)
}

#[derive(Template)]
#[template(path = "checks/views/findings.html")]
struct FindingsPage {
    s: Shell,
    place: Place,
    checks: Vec<CheckPart>,
}

struct CheckPart {
    check: Check,
    n: i64,
    shown: Vec<(Finding, String)>,
}

/// What the checks find in a place.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let found = actions::findings(work, &place)?;
    let w = ask.words();
    let part = |check: Check| {
        let of: Vec<&Finding> = found.iter().filter(|finding| finding.check == check).collect();
        let shown = of.iter().take(MOST_SHOWN).map(|finding| ((*finding).clone(), sentence(finding, w))).collect();
        CheckPart { check, n: of.len() as i64, shown }
    };
    let checks = Check::ALL.into_iter().map(part).collect();
    let s = Shell::new(work, ask, "checks", w.t("nav-checks"));
    Reply::html(&FindingsPage { s, place, checks })
}
