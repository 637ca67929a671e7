//! Figures on pages: the list, one figure with its breakdown and map, and the rows behind it.

use askama::Template;

use crate::app::App;
use crate::error::{Error, Result};
use crate::figures::ask::{Asked, FigureRow, Figures, Group, Part};
use crate::figures::catalogue::{Aggregate, By, FIGURES, Figure, Kind, RowKind, by_code};
use crate::figures::proof::{Lines, Present, Proof};
use crate::groupings::actions::{chosen, owner};
use crate::groupings::grouping::Chosen;
use crate::groupings::store as groupings;
use crate::places::place::{NATION, Place};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::map::Choropleth;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::Shell;
use crate::words::Words;
use crate::work::{Thing, Work};

/// The place and dates of an address: cut-off today, from 1 January of that year, boundaries of today.
#[derive(Clone)]
pub struct Dated {
    pub place: Place,
    pub at: String,
    pub from: String,
    pub boundaries: String,
    pub today: String,
    /// One group of a grouping within the place; none for all of it.
    pub group: Option<Chosen>,
}

impl Dated {
    /// The same as a part of addresses.
    pub fn query(&self) -> String {
        let Dated { place, at, from, boundaries, .. } = self;
        let mut query = format!("place={}&at={at}&from={from}&boundaries={boundaries}", place.id);
        if let Some(chosen) = &self.group {
            query.push_str(&format!("&group={}", chosen.key()));
        }
        query
    }

    /// What is in no group has no name of its own.
    pub fn group_name(&self, w: &Words) -> Option<String> {
        let chosen = self.group.as_ref()?;
        let name = chosen.group.as_ref().map_or(w.t("group-none"), |group| group.name.as_str());
        Some(format!("{}: {name}", chosen.grouping.name))
    }

    /// The two dates alone.
    pub fn dates(&self) -> Dates {
        Dates { at: self.at.clone(), boundaries: self.boundaries.clone(), today: self.today.clone() }
    }
}

/// Reads the place and dates of an address. The place is called as it was on the map asked for.
pub fn dated(work: &mut Work, ask: &Ask) -> Result<Dated> {
    let Dates { at, boundaries, today } = Dates::of(work, ask)?;
    let year: i16 = at.get(..4).and_then(|year| year.parse().ok()).unwrap_or(work.moment.today.year());
    let from = ask.date_or("from", jiff::civil::date(year, 1, 1))?;
    if from > at {
        return Err(Error::field("from", "figure-period-backwards", from));
    }
    let place = ask.place(work)?;
    let group = chosen(work, &place, ask.query("group"))?;
    Ok(Dated { place: places::as_called(work, place, &boundaries)?, at, from, boundaries, today, group })
}

/// What an address asks of a figure.
pub fn asked(dated: &Dated) -> Asked {
    Asked {
        place: dated.place.clone(),
        at: dated.at.clone(),
        from: dated.from.clone(),
        boundaries: dated.boundaries.clone(),
        scheme_id: String::new(),
        group: dated.group.clone(),
    }
}

/// Is the figure a stock or a flow, as the words' key.
pub fn kind_word(figure: &Figure) -> &'static str {
    match figure.kind {
        Kind::Stock => "stock",
        Kind::Flow => "flow",
    }
}

#[derive(Template)]
#[template(path = "figures/views/list.html")]
struct List {
    s: Shell,
    d: Dated,
    lines: Vec<(&'static str, &'static str, i64)>,
}

/// Every figure of the catalogue, for a place and dates.
pub fn list(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let d = dated(work, ask)?;
    let asked = asked(&d);
    let mut figures = Figures::open(&app.kept, work)?;
    let mut lines = Vec::new();
    for figure in &FIGURES {
        lines.push((figure.code, kind_word(figure), figures.total(work, figure, &asked)?));
    }
    let s = Shell::new(work, ask, "figures", ask.words().t("nav-figures")).dated_from(ask, &d.dates(), &d.from);
    Reply::html(&List { s, d, lines })
}

#[derive(Template)]
#[template(path = "figures/views/figure.html")]
struct FigurePage {
    s: Shell,
    d: Dated,
    code: &'static str,
    kind: &'static str,
    value: i64,
    together: Vec<(&'static str, i64)>,
    by: String,
    /// Whether the lines are places or groups of them.
    is_of_places: bool,
    by_name: String,
    /// The words of addresses and what they are called.
    bys: Vec<(String, String)>,
    lines: Vec<Line>,
    n_lines: usize,
    /// Which page of the lines this is, and how many there are.
    page: usize,
    n_pages: usize,
    proof: Proof,
    map: Option<Choropleth>,
    query: String,
}

/// One line of a breakdown; where its rows lie in a place or a group, the address of the figure there.
struct Line {
    label: String,
    within: String,
    value: i64,
    href: String,
}

impl FigurePage {
    fn is_by(&self, word: &str) -> bool {
        self.by == word
    }

    fn is_code(&self, code: &str) -> bool {
        self.code == code
    }
}

fn figure_of(ask: &Ask) -> Result<&'static Figure> {
    by_code(ask.param("code")).ok_or(Error::NotFound)
}

/// The words of a group that is a code and not a name.
pub fn name_group(by: &By, group: &mut Group, w: &Words) {
    match by {
        By::Kind => group.label = w.t(&format!("kind-{}", group.key)).to_owned(),
        By::Reason => group.label = w.t(&format!("reason-{}", group.key)).to_owned(),
        By::Place | By::Level(_) if group.key.is_empty() => group.label = w.t("unallocated").to_owned(),
        By::Grouping(_) if group.label.is_empty() => group.label = w.t("group-none").to_owned(),
        By::Place | By::Level(_) | By::Grouping(_) | By::Scheme | By::Sector => {}
    }
}

/// One figure: the number with its rule and dates, broken down.
pub fn show(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let figure = figure_of(ask)?;
    let d = dated(work, ask)?;
    let asked = asked(&d);
    let by = By::from_word(ask.query("by")).unwrap_or(By::Place);
    let mut figures = Figures::open(&app.kept, work)?;
    let mut groups = figures.groups(work, figure, &asked, &by)?;
    let s = Shell::new(work, ask, "figures", ask.words().t(&format!("figure-{}", figure.code)));
    let s = s.dated_from(ask, &d.dates(), &d.from);
    for group in &mut groups {
        name_group(&by, group, s.w);
    }
    // The three numbers of the counting rule are never shown apart.
    let mut together = Vec::new();
    if ["C1", "C2", "C3"].contains(&figure.code) {
        for figure in &FIGURES[..3] {
            together.push((figure.code, figures.total(work, figure, &asked)?));
        }
    }
    let map = crate::web::dashboard::draw(work, &s, &asked, &by, &groups)?;
    let lines = if by.is_of_places() { Lines::of(figure, &groups) } else { None };
    let proof = Proof { lines, present: Present::of(&mut figures, work, figure, &asked)? };
    let bys = bys(&mut figures, work, figure, &asked, s.w)?;
    let by_word = by.word().into_owned();
    let page = ask.query("page").parse::<usize>().unwrap_or(1).clamp(1, groups.len().div_ceil(MOST_LINES).max(1));
    Reply::html(&FigurePage {
        value: figures.total(work, figure, &asked)?,
        by_name: bys.iter().find(|(word, _)| *word == by_word).map_or_else(String::new, |(_, name)| name.clone()),
        by: by_word,
        is_of_places: by.is_of_places(),
        n_lines: groups.len(),
        page,
        n_pages: groups.len().div_ceil(MOST_LINES).max(1),
        lines: groups
            .into_iter()
            .skip((page - 1) * MOST_LINES)
            .take(MOST_LINES)
            .map(|group| line(figure, &d, &by, group))
            .collect(),
        code: figure.code,
        kind: kind_word(figure),
        query: d.query(),
        bys,
        s,
        d,
        together,
        proof,
        map,
    })
}

/// What a figure may be broken down by at a place: the levels that its map has below, the groupings in force.
fn bys(
    figures: &mut Figures,
    work: &mut Work,
    figure: &Figure,
    asked: &Asked,
    w: &Words,
) -> Result<Vec<(String, String)>> {
    let named = |by: &By| (by.word().into_owned(), w.t(&format!("by-{}", by.word())).to_owned());
    let mut told = Vec::new();
    for by in figure.by {
        told.push(named(by));
        if *by != By::Place {
            continue;
        }
        let next = figures.level_below(work, &asked.place, &asked.boundaries)?;
        let deeper = places::levels_below(work, asked.place.pin_id(), &asked.boundaries)?;
        told.extend(deeper.into_iter().filter(|level| *level > next).map(|level| named(&By::Level(level))));
        let province = owner(work, &asked.place)?;
        for grouping in groupings::all(work, &province)? {
            if grouping.stands_on(&asked.boundaries) {
                told.push((By::Grouping(grouping.slug).word().into_owned(), grouping.name));
            }
        }
    }
    Ok(told)
}

fn line(figure: &Figure, d: &Dated, by: &By, group: Group) -> Line {
    let href = match by {
        By::Place | By::Level(_) if !group.key.is_empty() => {
            let there = format!("/figures/{}?place={}&at={}", figure.code, group.key, d.at);
            format!("{there}&from={}&boundaries={}", d.from, d.boundaries)
        }
        By::Grouping(_) => {
            let whole = Dated { group: None, ..d.clone() };
            format!("/figures/{}?{}&group={}", figure.code, whole.query(), group.key)
        }
        By::Place | By::Level(_) | By::Scheme | By::Sector | By::Kind | By::Reason => String::new(),
    };
    Line { label: group.label, within: group.within, value: group.value, href }
}

#[derive(Template)]
#[template(path = "figures/views/rows.html")]
struct RowsPage {
    s: Shell,
    d: Dated,
    code: &'static str,
    value: i64,
    lines: Vec<FigureRow>,
    n_lines: i64,
    href: &'static str,
    query: String,
    page: usize,
    more: bool,
}

const PAGE: usize = 200;

/// So many lines of a breakdown stand on a page: a country has some ten thousand communes.
const MOST_LINES: usize = 600;

/// The address under which the record of a row stands.
pub fn row_address(row: RowKind) -> &'static str {
    match row {
        RowKind::Scheme => "/schemes/",
        RowKind::Point | RowKind::Team | RowKind::Activity => "/points/",
        RowKind::Exemplar => "/exemplars/",
        RowKind::Commendation => "/commendations/",
    }
}

/// The rows behind exactly that number, as a page or a file.
pub fn rows(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let figure = figure_of(ask)?;
    let d = dated(work, ask)?;
    let asked = asked(&d);
    let mut figures = Figures::open(&app.kept, work)?;
    if !ask.query("format").is_empty() {
        let all = figures.rows(work, figure, &asked, Part::ALL)?;
        took(work, figure, &asked, all.len())?;
        let table = table(ask.words(), figure, &asked, &all);
        return table_reply(&table, ask.query("format"), &format!("{}-{}", figure.code, d.at));
    }
    let page = ask.query("page").parse::<usize>().unwrap_or(1).max(1);
    let part = Part { from: (page - 1) * PAGE, most: PAGE + 1 };
    let mut lines = figures.rows(work, figure, &asked, part)?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let value = figures.total(work, figure, &asked)?;
    let counted = every_row_counted(figure);
    let n_lines = figures.total(work, &counted, &asked)?;
    let query = d.query();
    let s = Shell::new(work, ask, "figures", ask.words().t(&format!("figure-{}", figure.code)));
    let s = s.dated_from(ask, &d.dates(), &d.from);
    let href = row_address(figure.row);
    Reply::html(&RowsPage { s, d, code: figure.code, value, lines, n_lines, href, query, page, more })
}

/// Rows that name people leave as a file under notice.
pub fn took(work: &mut Work, figure: &Figure, asked: &Asked, n_rows: usize) -> Result<()> {
    match figure.row {
        RowKind::Exemplar | RowKind::Commendation => {
            let place = &asked.place;
            let province = places::province_of(work, place.pin_id()).unwrap_or_else(|_| NATION.into());
            let thing = Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() };
            work.took("figure.exported", &thing, serde_json::json!({ "figure": figure.code, "n_rows": n_rows }));
        }
        RowKind::Scheme | RowKind::Point | RowKind::Team | RowKind::Activity => {}
    }
    Ok(())
}

/// The figure that counts another's rows.
fn every_row_counted(figure: &Figure) -> Figure {
    let aggregate = match figure.aggregate {
        Aggregate::Schemes => Aggregate::Schemes,
        Aggregate::Count | Aggregate::Sum => Aggregate::Count,
    };
    Figure { aggregate, ..*figure }
}

/// The rows as a table that carries the figure's code, rule and dates.
pub fn table(w: &Words, figure: &Figure, asked: &Asked, rows: &[FigureRow]) -> sheets::Table {
    let date = |iso: &str| iso.parse().map_or_else(|_| String::new(), fold::show_date);
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let code_or_empty = |family: &str, code: &str| {
        if code.is_empty() { sheets::OutCell::Empty } else { text(w.t(&format!("{family}-{code}"))) }
    };
    sheets::Table {
        title_lines: vec![
            format!("{} – {}", figure.code, w.t(&format!("figure-{}", figure.code))),
            match &asked.group {
                None => asked.place.name.clone(),
                Some(chosen) => {
                    let group = chosen.group.as_ref().map_or(w.t("group-none"), |group| group.name.as_str());
                    format!("{} – {}: {group}", asked.place.name, chosen.grouping.name)
                }
            },
            w.t(&format!("figure-{}-rule", figure.code)).to_owned(),
            format!(
                "{} {}; {} {}; {} {}",
                w.t("cut-off"),
                date(&asked.at),
                w.t("from-day"),
                date(&asked.from),
                w.t("boundaries"),
                date(&asked.boundaries)
            ),
        ],
        headings: ["column-title", "column-place", "area-kind", "reason", "column-date", "column-value"]
            .iter()
            .map(|key| w.t(key).to_owned())
            .collect(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    text(&row.title),
                    text(&row.place),
                    code_or_empty("kind", &row.kind),
                    code_or_empty("reason", &row.reason),
                    row.on_date.parse().map_or(sheets::OutCell::Empty, sheets::OutCell::Date),
                    sheets::OutCell::Count(row.value),
                ]
            })
            .collect(),
    }
}
