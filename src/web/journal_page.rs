//! The journal for those who audit: who did what, where and when, who looked at what; filtered, searched, paged by
//! key, as a file with the chain's hashes, and its lines to be printed day by day.

use std::collections::BTreeSet;

use askama::Template;
use serde_json::json;
use store::Value;

use crate::error::{Error, Result};
use crate::history::{self, Entry};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::schemes::pages::same_query;
use crate::search;
use crate::web::ask::Ask;
use crate::web::history::{Line, Teller, deed_key};
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::Shell;
use crate::words::Words;
use crate::work::{Thing, Work};

#[derive(Template)]
#[template(path = "web/views/journal.html")]
struct Page {
    s: Shell,
    place: Place,
    filter: Filter,
    deeds: Vec<(String, String)>,
    lines: Vec<Shown>,
    next: String,
    query: String,
}

/// What the list is narrowed to, as it was asked.
struct Filter {
    who: String,
    deed: String,
    from: String,
    to: String,
    origin: String,
    place: String,
    q: String,
    thing: String,
    reads: bool,
}

/// A deed on the page, with what it was done to.
struct Shown {
    x: Line,
    place: String,
    href: String,
}

const PAGE: i64 = 100;
const MOST_EXPORTED: i64 = 100_000;
/// So many things that bear a searched name are looked for.
const MOST_FOUND: usize = 50;
const ORIGINS: [&str; 5] = ["page", "api", "command", "import", "demo"];

/// The deeds in a place, latest first. Looking at the journal is itself noted.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    work.demand(Verb::ReadJournal, Verb::ReadJournal, place.pin_id())?;
    let filter = filter(ask);
    if !ask.query("format").is_empty() {
        return export(work, ask, &place, &filter);
    }
    let mut entries = entries(work, ask, &place, PAGE + 1)?;
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let query = same_query(ask);
    let next = match entries.last() {
        Some(last) if more => format!("/journal?{query}after={}~{}~{}~{}", last.at, last.chain, last.day, last.seq),
        Some(_) | None => String::new(),
    };
    let w = ask.words();
    let mut teller = Teller::new(w);
    let lines = entries.iter().map(|entry| shown(&mut teller, work, entry)).collect::<Result<Vec<_>>>()?;
    let page = Page {
        s: Shell::new(work, ask, "journal", w.t("nav-journal")),
        deeds: deeds(work, w)?,
        filter,
        lines,
        next,
        query,
        place,
    };
    saw(work, "journal.read", &page.place)?;
    Reply::html(&page)
}

/// The place that was typed by code or by its name, or else the one of the address or one's own.
fn place_of(work: &mut Work, ask: &Ask) -> Result<Place> {
    let told = ask.query("where");
    if told.is_empty() {
        return ask.place(work);
    }
    if let Ok(place) = places::by_code(work, told) {
        return Ok(place);
    }
    let today = work.today();
    let found = places::standing_by_name(work, told, &today)?;
    let one = <[Place; 1]>::try_from(found).map_err(|_| Error::field("where", "account-place-missing", told))?;
    let [place] = one;
    Ok(place)
}

fn filter(ask: &Ask) -> Filter {
    let text = |name: &str| ask.query(name).to_owned();
    Filter {
        who: text("who"),
        deed: text("deed"),
        from: text("from"),
        to: text("to"),
        origin: text("origin"),
        place: text("where"),
        q: text("q"),
        thing: text("thing"),
        reads: ask.query("chain") == "reads",
    }
}

fn province_of(work: &mut Work, place: &Place) -> Result<String> {
    match places::province_of(work, place.pin_id()) {
        Ok(province) => Ok(province),
        Err(Error::NotFound) => Ok("VN".to_owned()),
        Err(error) => Err(error),
    }
}

fn saw(work: &mut Work, deed: &'static str, place: &Place) -> Result<()> {
    let province = province_of(work, place)?;
    work.saw(deed, &Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() })
}

/// Every kind of deed there is: the index gives one after the other.
fn deeds(work: &mut Work, w: &Words) -> Result<Vec<(String, String)>> {
    let sql = "with recursive d (deed) as (select min(deed) from journal union all \
               select (select min(j.deed) from journal j where j.deed > d.deed) from d where d.deed is not null) \
               select deed from d where deed is not null";
    let rows = work.query(sql, &[])?;
    let plain = |deed: &str| w.with(&deed_key(deed), "").trim().trim_end_matches(':').to_owned();
    Ok(rows.iter().map(|row| (row.text(0), plain(row.str(0)))).collect())
}

fn shown(teller: &mut Teller, work: &mut Work, entry: &Entry) -> Result<Shown> {
    let title = teller.title(work, &entry.thing, &entry.thing_id)?;
    Ok(Shown {
        x: teller.tell(work, entry, &title)?,
        place: teller.place(work, &entry.pin_id)?,
        href: address(&entry.thing, &entry.thing_id),
    })
}

/// The conditions of a list and what they bind.
struct Narrowed {
    sql: String,
    values: Vec<Value>,
}

impl Narrowed {
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        let blank = format!("${}", self.values.len());
        self.sql.push_str(&condition.replace('?', &blank));
    }

    fn any_of(&mut self, column: &str, ids: BTreeSet<String>) {
        // No name bears what was searched for: nothing is found.
        let from = self.values.len();
        self.values.extend(ids.into_iter().map(Value::from));
        let blanks: Vec<String> = (from + 1..=self.values.len()).map(|n| format!("${n}")).collect();
        let list = if blanks.is_empty() { "''".to_owned() } else { blanks.join(", ") };
        self.sql.push_str(&format!(" and {column} in ({list})"));
    }
}

fn entries(work: &mut Work, ask: &Ask, place: &Place, most: i64) -> Result<Vec<Entry>> {
    let today = work.today();
    let mut narrowed = Narrowed { sql: String::new(), values: vec![place.pin_id().into()] };
    narrowed.values.push(place.day_on_the_map(&today).into());
    let filter = filter(ask);
    narrowed.and(if filter.reads { " and j.province like ?" } else { " and j.province not like ?" }, "%.read");
    if !filter.who.is_empty() {
        narrowed.and(" and (a.user_name = ? or j.actor = ?)", fold::key(&filter.who));
    }
    if !filter.deed.is_empty() {
        narrowed.and(" and j.deed = ?", filter.deed);
    }
    if !filter.thing.is_empty() {
        narrowed.and(" and j.thing_id = ?", filter.thing);
    }
    if ORIGINS.contains(&filter.origin.as_str()) {
        narrowed.and(" and j.origin like ?", format!("{}%", filter.origin));
    }
    if !filter.from.is_empty() {
        narrowed.and(" and j.day >= ?", ask.date_or("from", work.moment.today)?);
    }
    if !filter.to.is_empty() {
        narrowed.and(" and j.day <= ?", ask.date_or("to", work.moment.today)?);
    }
    if !filter.q.is_empty() {
        let found = bearing(work, &filter.q)?;
        narrowed.any_of("j.thing_id", found);
    }
    if let [at, chain, day, seq] = ask.query("after").split('~').collect::<Vec<_>>()[..] {
        let n = narrowed.values.len();
        let sql = format!(" and (j.at, j.province, j.day, j.seq) < (${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4);
        let seq = seq.parse::<i64>().unwrap_or(0);
        narrowed.values.extend([at.into(), chain.into(), day.into(), seq.into()]);
        narrowed.sql.push_str(&sql);
    }
    narrowed.and("", most);
    let sql = format!(
        "select {} from journal j join rollup r on r.ancestor_id = $1 and r.place_id = j.pin_id and r.from_on <= $2 \
         and r.to_on > $2 left join account a on a.id = j.actor where 1 = 1{} \
         order by j.at desc, j.province desc, j.day desc, j.seq desc limit ${}",
        history::COLUMNS,
        narrowed.sql,
        narrowed.values.len()
    );
    Ok(work.query(&sql, &narrowed.values)?.iter().map(history::entry).collect())
}

/// The ids of things and accounts whose names hold a text.
fn bearing(work: &mut Work, text: &str) -> Result<BTreeSet<String>> {
    let mut ids: BTreeSet<String> =
        search::find(work, text, MOST_FOUND)?.into_iter().map(|found| found.thing_id).collect();
    let key = fold::key(text);
    for account in crate::accounts::store::all(work.tx)? {
        if fold::key(&format!("{} {}", account.user_name, account.name)).contains(&key) {
            ids.insert(account.id);
        }
    }
    Ok(ids)
}

/// The page of the thing that a deed was done to, where it has one of its own.
fn address(thing: &str, id: &str) -> String {
    let folder = match thing {
        "point" => "points",
        "exemplar" => "exemplars",
        "scheme" => "schemes",
        "commendation" => "commendations",
        "place" => "places",
        "account" => "accounts",
        "person" => "people",
        "request" => "requests",
        "incident" => "incidents",
        "reorganisation" => "reorganisations",
        "review" => "reviews",
        "sign-in-policy" => return "/policy".into(),
        "rules" => return "/rules".into(),
        _ => return String::new(),
    };
    format!("/{folder}/{id}")
}

fn export(work: &mut Work, ask: &Ask, place: &Place, filter: &Filter) -> Result<Reply> {
    let entries = entries(work, ask, place, MOST_EXPORTED)?;
    let w = ask.words();
    let mut teller = Teller::new(w);
    let rows = entries.iter().map(|entry| row(&mut teller, work, entry)).collect::<Result<Vec<_>>>()?;
    let province = province_of(work, place)?;
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() };
    work.took("journal.exported", &thing, json!({ "n_rows": rows.len(), "from_on": filter.from, "to_on": filter.to }));
    let headings = [
        "journal-chain",
        "journal-day",
        "journal-seq",
        "journal-at",
        "journal-who",
        "journal-deed",
        "journal-changes",
        "column-place",
        "journal-origin",
        "journal-hash",
    ];
    let table = sheets::Table {
        title_lines: vec![w.t("nav-journal").to_owned(), place.name.clone(), fold::show_date(work.moment.today)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    };
    table_reply(&table, ask.query("format"), "nhat-ky")
}

fn row(teller: &mut Teller, work: &mut Work, entry: &Entry) -> Result<Vec<sheets::OutCell>> {
    let told = shown(teller, work, entry)?;
    let mut changes: Vec<String> = told.x.changes.iter().map(|change| change.in_a_line()).collect();
    changes.extend((!told.x.paper.is_empty()).then(|| told.x.paper.clone()));
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    Ok(vec![
        text(&entry.chain),
        text(&entry.day),
        sheets::OutCell::Count(entry.seq),
        text(&entry.at),
        text(&told.x.who),
        text(&told.x.what),
        text(&changes.join("; ")),
        text(&told.place),
        text(&told.x.origin),
        text(&entry.hash),
    ])
}

#[derive(Template)]
#[template(path = "web/views/anchors.html")]
struct Anchors {
    s: Shell,
    place: Place,
    days: Vec<AnchorLine>,
}

/// Where a chain stood at the end of a day.
struct AnchorLine {
    day: String,
    reads: bool,
    seq: i64,
    line: String,
}

/// So many lines are on a sheet.
const ANCHORS: i64 = 62;

/// The lines that prove later that nothing before them was rewritten: one a day and chain, to be printed and kept.
pub fn anchors(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadJournal, Verb::ReadJournal, place.pin_id())?;
    let province = province_of(work, &place)?;
    let sql = "select j.province, j.day, j.seq, j.hash from journal j where j.province in ($1, $2) \
               and j.seq = (select max(k.seq) from journal k where k.province = j.province and k.day = j.day) \
               order by j.day desc, j.province limit $3";
    let chain = format!("{province}{}", crate::journal::READ);
    let rows = work.query(sql, &[province.as_str().into(), chain.into(), ANCHORS.into()])?;
    let days = rows
        .iter()
        .map(|row| AnchorLine {
            day: row.text(1),
            reads: crate::web::history::is_reading(row.str(0)),
            seq: row.int(2),
            line: format!("{} {} {} {}", row.str(0), row.str(1), row.int(2), row.str(3)),
        })
        .collect();
    let s = Shell::new(work, ask, "journal", ask.words().t("journal-anchors"));
    Reply::html(&Anchors { s, place, days })
}
