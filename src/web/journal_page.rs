//! The journal for those who audit: who did what, where and when, filtered, paged by key, as a file.

use askama::Template;
use store::Value;

use crate::error::Result;
use crate::journal::summary;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::schemes::pages::same_query;
use crate::web::ask::Ask;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::Shell;
use crate::words::Words;
use crate::work::Work;

#[derive(Template)]
#[template(path = "web/views/journal.html")]
struct Page {
    s: Shell,
    place: Place,
    filter: Filter,
    deeds: Vec<(String, String)>,
    lines: Vec<Line>,
    next: String,
    query: String,
    /// Where the province's journal stands.
    anchor: String,
}

/// What the list is narrowed to; dates as they were typed.
struct Filter {
    who: String,
    deed: String,
    from: String,
    to: String,
}

struct Line {
    key: String,
    at: String,
    who: String,
    what: String,
    place: String,
    origin: String,
    href: Option<String>,
}

const PAGE: i64 = 100;
const MOST_EXPORTED: i64 = 100_000;

/// The deeds in a place, latest first.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadJournal, Verb::ReadJournal, place.pin_id())?;
    let w = ask.words();
    if !ask.query("format").is_empty() {
        let lines = lines(work, ask, &place, MOST_EXPORTED)?;
        return table_reply(&table(w, &place, &lines), ask.query("format"), "nhat-ky");
    }
    let mut lines = lines(work, ask, &place, PAGE + 1)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let query = same_query(ask);
    let next = match lines.last() {
        Some(last) if more => format!("/journal?{query}after={}", last.key),
        _ => String::new(),
    };
    let text = |name: &str| ask.query(name).to_owned();
    let filter = Filter { who: text("who"), deed: text("deed"), from: text("from"), to: text("to") };
    let deeds = work.query("select distinct deed from journal order by deed", &[])?;
    let deeds = deeds.iter().map(|row| (row.text(0), plain(w, row.str(0)))).collect();
    let s = Shell::new(work, ask, "journal", w.t("nav-journal"));
    let province = places::province_of(work, place.pin_id()).unwrap_or_else(|_| "VN".into());
    let anchor = crate::journal::anchor_of(work.tx, &province)?;
    Reply::html(&Page { s, place, filter, deeds, lines, next, query, anchor })
}

fn key_of(deed: &str) -> String {
    format!("deed-{}", deed.replace('.', "-"))
}

/// The kind of a deed without what it was done to.
fn plain(w: &Words, deed: &str) -> String {
    w.with(&key_of(deed), "").trim().trim_end_matches(':').to_owned()
}

fn lines(work: &mut Work, ask: &Ask, place: &Place, most: i64) -> Result<Vec<Line>> {
    let today = work.today();
    let mut values: Vec<Value> = vec![place.pin_id().into(), place.day_on_the_map(&today).into()];
    let mut sql = String::from(
        "select j.at, j.province, j.seq, coalesce(a.name, j.actor), j.deed, j.body, j.thing, j.thing_id, \
         coalesce(p.name, ''), j.origin from journal j \
         join rollup r on r.ancestor_id = $1 and r.place_id = j.pin_id and r.from_on <= $2 and r.to_on > $2 \
         left join account a on a.id = j.actor left join place p on p.id = j.pin_id where 1 = 1",
    );
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if !ask.query("who").is_empty() {
        and(" and (a.user_name = ? or j.actor = ?)", fold::key(ask.query("who")).into());
    }
    if !ask.query("deed").is_empty() {
        and(" and j.deed = ?", ask.query("deed").into());
    }
    if !ask.query("from").is_empty() {
        and(" and j.day >= ?", ask.date_or("from", work.moment.today)?.into());
    }
    if !ask.query("to").is_empty() {
        and(" and j.day <= ?", ask.date_or("to", work.moment.today)?.into());
    }
    if let [at, province, seq] = ask.query("after").split('~').collect::<Vec<_>>()[..] {
        values.extend([at.into(), province.into(), seq.parse::<i64>().unwrap_or(0).into()]);
        let n = values.len();
        sql.push_str(&format!(" and (j.at, j.province, j.seq) < (${}, ${}, ${n})", n - 2, n - 1));
    }
    values.push(most.into());
    sql.push_str(&format!(" order by j.at desc, j.province desc, j.seq desc limit ${}", values.len()));
    let w = ask.words();
    Ok(work
        .query(&sql, &values)?
        .iter()
        .map(|row| Line {
            key: format!("{}~{}~{}", row.str(0), row.str(1), row.int(2)),
            at: row.text(0),
            who: if row.str(3) == "command" { w.t("journal-command").to_owned() } else { row.text(3) },
            what: w.with(&key_of(row.str(4)), summary(row.str(5))),
            href: address(row.str(6), row.str(7)),
            place: row.text(8),
            origin: w.plain_of("origin", row.str(9).split(':').next().unwrap_or(""), "").to_owned(),
        })
        .collect())
}

/// The page of the thing that a deed was done to, where it has one of its own.
fn address(thing: &str, id: &str) -> Option<String> {
    match thing {
        "point" => Some(format!("/points/{id}")),
        "exemplar" => Some(format!("/exemplars/{id}")),
        "place" => Some(format!("/places/{id}")),
        "account" => Some(format!("/accounts/{id}")),
        "sign-in-policy" => Some("/policy".to_owned()),
        _ => None,
    }
}

fn table(w: &Words, place: &Place, lines: &[Line]) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    sheets::Table {
        title_lines: vec![w.t("nav-journal").to_owned(), place.name.clone()],
        headings: ["journal-at", "journal-who", "journal-deed", "column-place", "journal-origin"]
            .iter()
            .map(|key| w.t(key).to_owned())
            .collect(),
        rows: lines
            .iter()
            .map(|line| vec![text(&line.at), text(&line.who), text(&line.what), text(&line.place), text(&line.origin)])
            .collect(),
    }
}
