//! A list on its way in, on pages: send the file, read the verdict, apply it.

use crate::error::{Error, Result};
use crate::exchange::runs::{self, Run};
use crate::exchange::told::{sentence, told};
use crate::exchange::{self, RowError};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::web::ask::{Ask, Upload};
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;
use askama::Template;

#[derive(Template)]
#[template(path = "exchange/views/form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    place: Place,
    runs: Vec<Run>,
}

/// The form to send a list.
pub fn form(work: &mut Work, ask: &Ask) -> Result<Reply> {
    form_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn form_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    form_page(work, ask, Faults::of(error, ask.words()))
}

fn form_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let s = Shell::new(work, ask, "import", ask.words().t("nav-import"));
    let runs = runs::latest(work, 20)?;
    Reply::html(&FormPage { s, faults, place, runs })
}

/// Checks the list that was sent and keeps the verdict; nothing else is changed.
pub fn check(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let Some(upload) = ask.upload().filter(|upload| !upload.bytes.is_empty()) else {
        return Err(Error::field("file", "import-page-file-missing", ""));
    };
    let place = match ask.field("place").as_str() {
        "" => ask.place(work)?,
        code => places::by_code(work, code)?,
    };
    let id = check_and_keep(work, &place, upload)?;
    Ok(Reply::see(&format!("/import/{id}")))
}

fn check_and_keep(work: &mut Work, place: &Place, upload: &Upload) -> Result<String> {
    work.demand(Verb::Import, Verb::ReadPlace, place.pin_id())?;
    let sheets = exchange::read_sheets(&upload.file_name, &upload.bytes)?;
    let checked = exchange::check(work, place, &sheets)?;
    runs::keep(work, place, &upload.file_name, &checked)
}

#[derive(Template)]
#[template(path = "exchange/views/checked.html")]
struct CheckedPage {
    s: Shell,
    faults: Faults,
    id: String,
    run: Run,
    counts: Vec<(&'static str, i64)>,
    lines: Vec<(String, String, String)>,
    notes: Vec<(String, String, String)>,
    may_apply: bool,
    may_undo: bool,
    history: History,
}

/// The verdict on a list.
pub fn checked(work: &mut Work, ask: &Ask) -> Result<Reply> {
    checked_page(work, ask, Faults::default())
}

fn checked_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let id = ask.param("id").to_owned();
    let run = runs::of(work, &id)?;
    let w = ask.words();
    let c = &run.checked;
    let counts = vec![
        ("cli-rows", c.rows as i64),
        ("cli-new", c.new as i64),
        ("cli-changed", c.changed as i64),
        ("cli-unchanged", c.unchanged as i64),
        ("cli-rejected", c.rejected as i64),
    ];
    let told = |errors: &[RowError]| -> Vec<(String, String, String)> {
        errors.iter().map(|e| (e.sheet.clone(), e.cell.clone(), sentence(e, w))).collect()
    };
    let (lines, notes) = (told(&c.errors), told(&c.notes));
    let may_apply = run.applied_at.is_none() && !c.drafts.is_empty();
    let may_undo = run.applied_at.is_some() && run.undone_at.is_none() && !run.is_trimmed;
    let history = history::of_thing(work, w, &id)?;
    let s = Shell::new(work, ask, "import", w.t("import-page-checked"));
    Reply::html(&CheckedPage { s, faults, id, run, counts, lines, notes, may_apply, may_undo, history })
}

/// Applies what was good in a list, once.
pub fn apply(work: &mut Work, ask: &Ask) -> Result<Reply> {
    runs::apply(work, ask.param("id"))?;
    Ok(Reply::see(&format!("/import/{}", ask.param("id"))))
}

/// Undoes a list that was applied.
pub fn undo(work: &mut Work, ask: &Ask) -> Result<Reply> {
    runs::undo(work, ask.param("id"))?;
    Ok(Reply::see(&format!("/import/{}", ask.param("id"))))
}

/// The verdict again, with what stopped its being applied or undone.
pub fn checked_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    checked_page(work, ask, Faults::of(error, ask.words()))
}

/// The API's import: the list is checked and, unless `check=1`, applied; the answer is the contract's counts.
pub fn import_by_api(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let Some(upload) = ask.upload() else { return Err(Error::field("file", "import-page-file-missing", "")) };
    let place = ask.place(work)?;
    let id = check_and_keep(work, &place, upload)?;
    let run = runs::of(work, &id)?;
    if ask.query("check") != "1" && run.checked.new + run.checked.changed > 0 {
        runs::apply(work, &id)?;
    }
    Reply::json_of(&told(&run.checked, Some(&id), ask.words()))
}

/// An API's refusal is its answer.
pub fn refused(_: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    Ok(crate::web::shell::trouble(ask, error))
}

/// The list of residential areas and institutions as a file that import reads back unchanged.
pub fn export_areas(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let table = exchange::export_areas(work, &place)?;
    let format = if ask.query("format") == "csv" { "csv" } else { "xlsx" };
    crate::web::reply::table_reply(&table, format, "khu-dan-cu")
}

/// The list of points as a file that import reads back unchanged.
pub fn export(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let table = exchange::export_points(work, &place)?;
    let format = if ask.query("format") == "csv" { "csv" } else { "xlsx" };
    crate::web::reply::table_reply(&table, format, "diem-mo-hinh")
}
