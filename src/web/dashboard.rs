//! The dashboard of a place: one sentence, the figures with their change, map, trend, what needs attention.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;

use crate::accounts::reviews as account_reviews;
use crate::app::App;
use crate::error::Result;
use crate::figures::ask::{Asked, Figures, Group};
use crate::figures::catalogue::{By, by_code};
use crate::figures::pages::{Dated, asked, dated};
use crate::groupings::actions::owner;
use crate::groupings::grouping::key;
use crate::groupings::{on_map, store as groupings};
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::schemes::list::{self, After, Filter, Line};
use crate::schemes::point::State;
use crate::web::ask::Ask;
use crate::web::chart::{self, Quarter};
use crate::web::map::{self, Choropleth, Tint};
use crate::web::reply::Reply;
use crate::web::shell::Shell;
use crate::work::Work;

#[derive(Template)]
#[template(path = "web/views/dashboard.html")]
struct Dashboard {
    s: Shell,
    place: Place,
    at: String,
    from: String,
    boundaries: String,
    is_standing: bool,
    lead: String,
    strip: Vec<Strip>,
    map: Option<Choropleth>,
    by_place: Vec<Group>,
    trend: String,
    quarters: Vec<Quarter>,
    top: Vec<TopScheme>,
    others: i64,
    others_points: i64,
    total_points: i64,
    total_teams: i64,
    attention: Option<Vec<Attention>>,
}

struct Strip {
    code: &'static str,
    value: i64,
    change: i64,
    fallen: i64,
}

struct TopScheme {
    id: String,
    name: String,
    points: i64,
    teams: i64,
}

struct Attention {
    key: &'static str,
    n: i64,
    href: String,
    /// The first few of them.
    points: Vec<Line>,
}

const EXAMPLES: usize = 2;

const STRIP: [&str; 5] = ["C1", "C2", "C3", "C4", "F1"];

/// The dashboard; kept while nothing changed.
pub fn show(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let d = dated(work, ask)?;
    let dates = d.dates();
    let asked = asked(&d);
    let Dated { place, at, from, boundaries, today, .. } = d;
    let mut figures = Figures::open(&app.kept, work)?;
    let strip = strip(&mut figures, work, &asked)?;
    let by_place = figures.groups(work, point_figure(), &asked, &By::Place)?;
    let s = Shell::new(work, ask, "dashboard", place.name.clone()).dated(ask, &dates);
    let map = draw(work, &s, &asked, &By::Place, &by_place)?;
    let quarters = quarters(&mut figures, work, &asked)?;
    let trend = chart::trend(&quarters, s.t("dashboard-trend"), s.t("dashboard-reform"));
    let (top, others) = top_schemes(&mut figures, work, &asked)?;
    let lead = lead(&s, &asked, &strip);
    let attention = attention(app, work, &place)?;
    let total_points = strip[1].value;
    let others_points = total_points - top.iter().map(|line| line.points).sum::<i64>();
    let total_teams = strip[2].value;
    let is_standing = !place.has_ended(&today);
    Reply::html(&Dashboard {
        s,
        is_standing,
        place,
        at,
        from,
        boundaries,
        lead,
        strip,
        map,
        by_place,
        trend,
        quarters,
        top,
        others,
        others_points,
        total_points,
        total_teams,
        attention,
    })
}

fn point_figure() -> &'static crate::figures::catalogue::Figure {
    by_code("C2").expect("the catalogue has C2")
}

fn strip(figures: &mut Figures, work: &mut Work, asked: &Asked) -> Result<Vec<Strip>> {
    let before = Asked { at: asked.from.clone(), ..asked.clone() };
    let mut strip = Vec::new();
    for code in STRIP {
        let figure = by_code(code).expect("the strip's figures are in the catalogue");
        let value = figures.total(work, figure, asked)?;
        let change = value - figures.total(work, figure, &before)?;
        strip.push(Strip { code, value, change, fallen: -change });
    }
    Ok(strip)
}

fn lead(s: &Shell, asked: &Asked, strip: &[Strip]) -> String {
    s.w.fill(
        "dashboard-lead",
        &[
            ("at", s.date(&asked.at)),
            ("place", asked.place.name.clone()),
            ("schemes", s.n(&strip[0].value)),
            ("points", s.n(&strip[1].value)),
            ("teams", s.n(&strip[2].value)),
            ("exemplars", s.n(&strip[4].value)),
        ],
    )
}

/// The first day of the communes and provinces whose borders are at hand.
const DRAWN_SINCE: &str = "2025-07-01";

/// The map of a breakdown by places or groups; nothing where the borders of that map are not known. Communes of
/// today are drawn together into former provinces and into groups, which is exact: none lies in two of them.
pub fn draw(work: &mut Work, s: &Shell, asked: &Asked, by: &By, groups: &[Group]) -> Result<Option<Choropleth>> {
    let is_old = asked.boundaries.as_str() < DRAWN_SINCE;
    let province = asked.place.code.as_str();
    let drawn = match (asked.place.level, by, is_old) {
        (Level::Nation, By::Place | By::Level(Level::Province), false) => map::of("VN"),
        (Level::Nation, By::Place | By::Level(Level::Province), true) => map::of(map::OLD_COUNTRY),
        (Level::Province, By::Place | By::Level(Level::Commune), false) => map::of(province),
        (Level::Province, By::Place | By::Level(Level::Province), true) if !asked.place.has_ended(DRAWN_SINCE) => {
            let former = former_provinces(work, &asked.place, &asked.boundaries)?;
            gazetteer::dissolved(province, |code| former.get(code).cloned()).map(Arc::new)
        }
        (Level::Province, By::Grouping(slug), false) => {
            let members = group_of_communes(work, asked, slug)?;
            gazetteer::dissolved(province, |code| members.get(code).cloned()).map(Arc::new)
        }
        _ => None,
    };
    let Some(map) = drawn else { return Ok(None) };
    let counts: HashMap<&str, &Group> =
        groups.iter().filter(|g| !g.key.is_empty()).map(|g| (g.key.split('@').next().unwrap_or(""), g)).collect();
    let tints: Vec<Tint> = map
        .shapes
        .iter()
        .map(|shape| {
            let group = counts.get(shape.id.as_str());
            let n = group.map_or_else(|| s.t("map-none").to_owned(), |g| s.n(&g.value));
            let name = group.map_or(shape.name.as_str(), |g| g.label.as_str());
            Tint { code: shape.id.clone(), value: group.map(|g| g.value), title: format!("{name}: {n}") }
        })
        .collect();
    Ok(Some(map::choropleth(&map, &tints, s.t("dashboard-map-desc"))))
}

/// Code and name of the province of a day in which each of a province's communes of today lay.
fn former_provinces(work: &mut Work, province: &Place, on: &str) -> Result<HashMap<String, (String, String)>> {
    let today = work.today();
    let sql = "select c.code, u.code, u.name from rollup t join place c on c.id = t.place_id and c.level = 3 \
               and c.from_on <= $2 and c.to_on > $2 join rollup o on o.place_id = c.id and o.level = 1 \
               and o.from_on <= $3 and o.to_on > $3 join place u on u.id = o.ancestor_id \
               where t.ancestor_id = $1 and t.from_on <= $2 and t.to_on > $2";
    let rows = work.query(sql, &[province.id.as_str().into(), today.into(), on.into()])?;
    Ok(rows.iter().map(|row| (row.text(0), (row.text(1), row.text(2)))).collect())
}

/// Key and name of the group of each commune on the map.
fn group_of_communes(work: &mut Work, asked: &Asked, slug: &str) -> Result<HashMap<String, (String, String)>> {
    let province = owner(work, &asked.place)?;
    let grouping = groupings::by_name(work, &province, slug)?;
    let found = on_map::find(work, &grouping, &asked.boundaries)?;
    let told = |placed: on_map::Placed| {
        let group = &found.groups[placed.group];
        let code = placed.place_id.split('@').next().unwrap_or("").to_owned();
        (code, (key(&grouping.slug, &group.id), group.name.clone()))
    };
    Ok(found.placed.iter().filter(|placed| placed.level == Level::Commune).cloned().map(told).collect())
}

/// The quarters from the beginning of 2022 to the cut-off.
fn quarters(figures: &mut Figures, work: &mut Work, asked: &Asked) -> Result<Vec<Quarter>> {
    let mut quarters = Vec::new();
    let last: i16 = asked.at.get(..4).and_then(|year| year.parse().ok()).unwrap_or(2025);
    let endings = by_code("C12").expect("the catalogue has C12");
    let launched = [by_code("C6"), by_code("C7")];
    for year in (last - 4).max(2022)..=last {
        for quarter in 1..=4_i8 {
            let first_day = format!("{year}-{:02}-01", quarter * 3 - 2);
            if first_day > asked.at {
                break;
            }
            let end = ["03-31", "06-30", "09-30", "12-31"][quarter as usize - 1];
            let last_day = format!("{year}-{end}").min(asked.at.clone());
            let then = Asked { at: last_day.clone(), from: first_day, ..asked.clone() };
            let mut n_launched = 0;
            for figure in launched.into_iter().flatten() {
                n_launched += figures.total(work, figure, &then)?;
            }
            quarters.push(Quarter {
                label: format!("{}/{:02}", ["I", "II", "III", "IV"][quarter as usize - 1], year % 100),
                last_day,
                active: figures.total(work, point_figure(), &then)?,
                launched: n_launched,
                ended: figures.total(work, endings, &then)?,
            });
        }
    }
    Ok(quarters)
}

fn top_schemes(figures: &mut Figures, work: &mut Work, asked: &Asked) -> Result<(Vec<TopScheme>, i64)> {
    let mut points = figures.groups(work, point_figure(), asked, &By::Scheme)?;
    let teams = figures.groups(work, by_code("C3").expect("the catalogue has C3"), asked, &By::Scheme)?;
    points.sort_by_key(|group| -group.value);
    let n = points.len().min(10);
    let others = (points.len() - n) as i64;
    let top = points
        .into_iter()
        .take(n)
        .map(|group| TopScheme {
            teams: teams.iter().find(|t| t.key == group.key).map_or(0, |t| t.value),
            id: group.key,
            name: group.label,
            points: group.value,
        })
        .collect();
    Ok((top, others))
}

/// Nothing for who may read figures of the place but not its points.
fn attention(app: &App, work: &mut Work, place: &Place) -> Result<Option<Vec<Attention>>> {
    if !work.reaches(Verb::ReadPoint, place.pin_id())? {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for (key, state) in [
        ("attention-suspended", State::Suspended),
        ("attention-approved", State::Approved),
        ("attention-surveyed", State::Surveyed),
        ("attention-proposed", State::Proposed),
    ] {
        let filter = Filter { state: state.code().into(), ..Filter::default() };
        let n = list::count(app, work, place, &filter)?;
        if n > 0 {
            let points = list::page(app, work, place, &filter, &After::default(), EXAMPLES)?;
            let href = format!("/points?place={}&status={}", place.id, state.code());
            lines.push(Attention { key, n, href, points });
        }
    }
    let n_overdue = if work.actor.may(Verb::ManageAccounts) { account_reviews::n_overdue(work)? } else { 0 };
    if n_overdue > 0 {
        let href = "/accounts/reviews".to_owned();
        lines.push(Attention { key: "attention-account-reviews", n: n_overdue, href, points: Vec::new() });
    }
    Ok(Some(lines))
}
