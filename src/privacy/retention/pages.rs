//! What is kept for a time, on a page: what is over is listed before anything is erased.

use askama::Template;

use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::privacy::retention::run::{self, Over};
use crate::web::ask::Ask;
use crate::web::history::{Line, Teller};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

#[derive(Template)]
#[template(path = "privacy/views/retention.html")]
struct Page {
    s: Shell,
    faults: Faults,
    place: Place,
    list: Vec<Over>,
    n: i64,
    runs: Vec<Line>,
}

/// What is over.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

/// The place of a run: the one that was asked for or one's own.
fn place_of(work: &mut Work, ask: &Ask) -> Result<Place> {
    let told = if ask.is_write { ask.field("place") } else { String::new() };
    if told.is_empty() { ask.place(work) } else { places::by_code(work, &told) }
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let list = run::list(work, &place)?;
    let n = list.iter().map(|over| over.n).sum();
    let mut teller = Teller::new(ask.words());
    let entries = run::latest(work, &place)?;
    let runs = entries.iter().map(|entry| teller.tell(work, entry, "")).collect::<Result<_>>()?;
    let s = Shell::new(work, ask, "retention", ask.words().t("nav-retention"));
    Reply::html(&Page { s, faults, place, list, n, runs })
}

/// Erases what was listed.
pub fn erase(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let whole = places::whole_province(work, &place)?;
    work.demand(Verb::Retain, Verb::ReadPerson, whole.pin_id())?;
    if ask.field("sure") != "1" {
        return Err(Error::field("sure", "retention-unsure", ""));
    }
    run::erase(work, &place)?;
    Ok(Reply::see(&format!("/retention?place={}", place.id)))
}
