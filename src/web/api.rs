//! The JSON API: the same questions as the pages, under `/api/v1`.

use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::figures::ask::{Asked, Figures, Part};
use crate::figures::catalogue::{By, FIGURES, by_code};
use crate::figures::pages::{asked as figures_asked, dated, took};
use crate::figures::told::told;
use crate::groupings::grouping::Chosen;
use crate::permissions::Verb;
use crate::places::place::Level;
use crate::places::store as places_store;
use crate::schemes::list;
use crate::schemes::pages::{after_of, filter_of, province_code};
use crate::schemes::store;
use crate::search as search_index;
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::reply::Reply;
use crate::work::Work;

/// The description of this API.
pub fn openapi(_: &App, _: &Ask) -> Result<Reply> {
    Ok(Reply::json(include_str!("openapi.json")))
}

fn asked(work: &mut Work, ask: &Ask) -> Result<Asked> {
    Ok(figures_asked(&dated(work, ask)?))
}

/// Figures; the answer is kept until something changes.
pub fn figures(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let asked = asked(work, ask)?;
    let codes = ask.query("codes");
    let by = By::from_word(ask.query("by"));
    let mut figures = Figures::open(&app.kept, work)?;
    let version = figures.version();
    let reach = work.actor.places_for(Verb::ReadFigure).join(",");
    let key = format!(
        "{version} {codes} {} {} {} {} {by:?} {} {reach}",
        asked.place.id,
        asked.at,
        asked.from,
        asked.boundaries,
        asked.group.as_ref().map_or_else(String::new, Chosen::key)
    );
    let answer = app.answers.get_or(key, || -> Result<String> {
        let mut list = Vec::new();
        for code in codes.split(',').filter(|code| !code.is_empty()) {
            let figure = by_code(code).ok_or_else(|| Error::field("codes", "figure-unknown", code))?;
            list.push(told(&mut figures, work, figure, &asked, by.as_ref())?);
        }
        if list.is_empty() {
            for figure in &FIGURES {
                list.push(told(&mut figures, work, figure, &asked, by.as_ref())?);
            }
        }
        Ok(serde_json::Value::Array(list).to_string())
    })?;
    Ok(Reply::json(answer.as_bytes().to_vec()))
}

/// The rows behind a figure.
pub fn rows(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let figure = by_code(ask.param("code")).ok_or(Error::NotFound)?;
    let asked = asked(work, ask)?;
    let rows = Figures::open(&app.kept, work)?.rows(work, figure, &asked, Part::ALL)?;
    took(work, figure, &asked, rows.len())?;
    Reply::json_of(&rows)
}

const MOST: usize = 200;

/// Points, in Vietnamese order, a page at a time; `next` is the `after` of the next page.
pub fn points(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let dates = Dates::of(work, ask)?;
    let filter = filter_of(work, ask, &province)?.dated(&dates.at, &dates.boundaries, &dates.today);
    let most = ask.query("limit").parse::<usize>().unwrap_or(50).clamp(1, MOST);
    let lines = list::page(app, work, &place, &filter, &after_of(ask), most)?;
    let next = match lines.last() {
        Some(last) if lines.len() == most => Some(format!("{}.{}", last.sort_key, last.id)),
        _ => None,
    };
    Reply::json_of(&PageOfPoints { points: lines, next })
}

/// What a page of points answers; written out at once, without a tree of values between.
#[derive(serde::Serialize)]
struct PageOfPoints {
    points: Vec<list::Line>,
    next: Option<String>,
}

/// One point with its life and teams.
pub fn point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let point = store::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let today = work.today();
    let steps = store::steps(work, &point)?;
    let teams = store::teams(work, &point, &today)?;
    let scale = store::scale(work, &point)?;
    Reply::json_of(&json!({
        "id": point.id, "code": point.code, "name": point.name, "state": point.state.code(),
        "scheme": point.scheme_id, "place": point.place_id, "pin": point.pin_id, "area_kind": point.area_kind,
        "launched_on": point.launched_on, "lead": point.lead, "version": point.version,
        "households": scale.n_households, "units": scale.n_units, "commitments": scale.n_commitments,
        "steps": steps.iter().map(|s| json!({ "kind": s.kind.code(), "on": s.on_date, "reason": s.reason, "note": s.note,
            "paper": s.paper.as_ref().map(|p| json!({ "number": p.number, "issued_on": p.issued_on, "issuer": p.issuer })) })).collect::<Vec<_>>(),
        "teams": teams.iter().map(|t| json!({ "id": t.id, "name": t.name, "members": t.n_members, "households": t.n_households })).collect::<Vec<_>>(),
    }))
}

/// Places of a level below a place on a day.
pub fn places(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let at = ask.date_or("at", work.moment.today)?;
    let level = Level::from_word(ask.query("level")).unwrap_or(Level::Commune);
    let under = if ask.query("under").is_empty() { "VN" } else { ask.query("under") };
    let under = places_store::by_code_on(work, under, &at)?;
    let found = places_store::below(work, &under.id, level, &at)?;
    let mut list = Vec::new();
    for place in found {
        if level >= Level::Area && !work.reaches(Verb::ReadPoint, place.pin_id())? {
            continue;
        }
        list.push(json!({ "id": place.id, "code": place.code, "name": place.name, "kind": place.kind, "parent": place.parent_id,
                          "from": place.from_on, "to": place.to_on }));
    }
    Reply::json_of(&list)
}

/// The schemes of the province of a place.
pub fn schemes(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let list: Vec<_> = store::schemes(work, &province)?
        .into_iter()
        .map(|s| json!({ "id": s.id, "code": s.code, "slug": s.slug, "name": s.name, "sectors": s.sectors, "lead": s.lead, "sample": s.sample }))
        .collect();
    Reply::json_of(&list)
}

/// What a fragment finds.
pub fn search(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let found = search_index::find(work, ask.query("q"), 20)?;
    Reply::json_of(&found)
}
