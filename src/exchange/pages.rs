//! A list on its way in, on pages: send the file, read the verdict, apply it.

use askama::Template;
use serde_json::json;

use crate::error::{Error, Result};
use crate::exchange::{self, Checked};
use crate::ids;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::{Thing, Work};

#[derive(Template)]
#[template(path = "exchange/views/form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    place: Place,
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
    Reply::html(&FormPage { s, faults, place })
}

/// Checks the list that was sent and keeps the verdict; nothing else is changed.
pub fn check(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let Some(upload) = ask.upload.as_ref().filter(|upload| !upload.bytes.is_empty()) else {
        return Err(Error::field("file", "import-page-file-missing", ""));
    };
    let place = match ask.field("place").as_str() {
        "" => ask.place(work)?,
        code => places::by_code(work, code)?,
    };
    work.demand(Verb::Import, Verb::ReadPlace, place.pin_id())?;
    let sheets = exchange::read_sheets(&upload.file_name, &upload.bytes)?;
    let checked = exchange::check(work, &place, &sheets)?;
    let id = ids::new();
    let body = serde_json::to_string(&checked).map_err(anyhow::Error::new)?;
    let sql = "insert into import_run (id, account_id, kind, place_id, file_name, at, body) values ($1, $2, 'points', $3, $4, $5, $6)";
    let (account, now) = (work.actor.account_id.clone(), work.moment.now.clone());
    let name = fold::clean(&upload.file_name);
    work.execute(
        sql,
        &[id.as_str().into(), account.into(), place.id.as_str().into(), name.as_str().into(), now.into(), body.into()],
    )?;
    let province = places::province_of(work, place.pin_id())?;
    let thing = Thing { province: &province, kind: "import", id: &id, pin: place.pin_id() };
    work.journal("import.checked", &thing, &json!({ "name": name, "rows": checked.rows }))?;
    Ok(Reply::see(&format!("/import/{id}")))
}

struct Run {
    file_name: String,
    applied: bool,
    checked: Checked,
}

/// Only the account that sent a list may see or apply it.
fn run(work: &mut Work, id: &str) -> Result<Run> {
    let sql = "select file_name, applied_at, body from import_run where id = $1 and account_id = $2";
    let account = work.actor.account_id.clone();
    let row = work.first(sql, &[id.into(), account.into()])?.ok_or(Error::NotFound)?;
    let checked = serde_json::from_str(row.str(2)).map_err(anyhow::Error::new)?;
    Ok(Run { file_name: row.text(0), applied: row.text_or_null(1).is_some(), checked })
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
    may_apply: bool,
}

/// The verdict on a list.
pub fn checked(work: &mut Work, ask: &Ask) -> Result<Reply> {
    checked_page(work, ask, Faults::default())
}

fn checked_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let id = ask.param("id").to_owned();
    let run = run(work, &id)?;
    let w = ask.words();
    let c = &run.checked;
    let counts = vec![
        ("cli-rows", c.rows as i64),
        ("cli-new", c.new as i64),
        ("cli-changed", c.changed as i64),
        ("cli-unchanged", c.unchanged as i64),
        ("cli-rejected", c.rejected as i64),
    ];
    let lines = c.errors.iter().map(|e| (e.sheet.clone(), e.cell.clone(), w.with(&e.reason, &e.value))).collect();
    let may_apply = !run.applied && c.new + c.changed > 0;
    let s = Shell::new(work, ask, "import", w.t("import-page-checked"));
    Reply::html(&CheckedPage { s, faults, id, run, counts, lines, may_apply })
}

/// Applies what was good in a list, once.
pub fn apply(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let id = ask.param("id").to_owned();
    let run = run(work, &id)?;
    if !run.applied {
        work.actor.origin = format!("import:{id}");
        exchange::apply(work, &run.checked)?;
        let now = work.moment.now.clone();
        work.execute("update import_run set applied_at = $2 where id = $1", &[id.as_str().into(), now.into()])?;
    }
    Ok(Reply::see(&format!("/import/{id}")))
}

/// The verdict again, with what stopped its being applied.
pub fn apply_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    checked_page(work, ask, Faults::of(error, ask.words()))
}
