//! How places are asked for and shown: search, the tree on a day, one place through time.

use std::collections::HashMap;

use askama::Template;

use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::{Level, Place, Relation, Version};
use crate::places::sizes::{self, Size, Sized};
use crate::places::store;
use crate::search as index;
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::Shell;
use crate::work::Work;

const MOST_FOUND: usize = 50;

#[derive(Template)]
#[template(path = "places/views/search.html")]
struct SearchPage {
    s: Shell,
    text: String,
    lines: Vec<FoundLine>,
}

struct FoundLine {
    kind: String,
    title: String,
    detail: String,
    href: String,
    now: String,
}

/// What a fragment finds; a vanished place says what it lies in now.
pub fn search(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let text = ask.query("q").to_owned();
    let mut lines = Vec::new();
    for found in index::find(work, &text, MOST_FOUND)? {
        let now = if found.thing == "place" { lies_in(work, &found.thing_id)? } else { String::new() };
        let folder = match found.thing.as_str() {
            "place" => "places",
            "scheme" => "schemes",
            "exemplar" => "exemplars",
            _ => "points",
        };
        let href = format!("/{folder}/{}", found.thing_id);
        lines.push(FoundLine {
            kind: format!("found-{}", found.thing),
            title: found.title,
            detail: found.detail,
            href,
            now,
        });
    }
    let s = Shell::new(work, ask, "", ask.words().t("search-title"));
    Reply::html(&SearchPage { s, text, lines })
}

/// The nearest unit of today in which a vanished place lies; empty when the place still stands.
fn lies_in(work: &mut Work, id: &str) -> Result<String> {
    let place = store::by_id(work, id)?;
    let today = work.today();
    if !place.has_ended(&today) {
        return Ok(String::new());
    }
    let sql = "select p.name from rollup r join place p on p.id = r.ancestor_id where r.place_id = $1 \
               and r.from_on <= $2 and r.to_on > $2 order by r.level desc limit 1";
    Ok(work.first(sql, &[place.pin_id().into(), today.into()])?.map_or_else(String::new, |row| row.text(0)))
}

#[derive(Template)]
#[template(path = "places/views/tree.html")]
struct Tree {
    s: Shell,
    place: Place,
    at: String,
    counts: Vec<(&'static str, i64)>,
    children: Vec<Place>,
    /// How many residential areas each commune has, for those who may see them.
    n_areas: HashMap<String, i64>,
    /// The country and its provinces on that day.
    offered: Vec<Place>,
}

impl Tree {
    fn n_areas(&self, place: &Place) -> i64 {
        self.n_areas.get(&place.id).copied().unwrap_or_default()
    }

    fn is_offered(&self) -> bool {
        self.offered.iter().any(|known| known.id == self.place.id)
    }
}

/// The places below one, on a day.
pub fn tree(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    // A tree is a map and no fact: a cut-off alone means the map of that day.
    let at = if ask.query("boundaries").is_empty() { dates.at.clone() } else { dates.boundaries.clone() };
    let place = match ask.query("place") {
        "" => ask.place(work)?,
        code => store::by_code_on(work, code, &at)?,
    };
    let seen = place.level > Level::Nation && work.reaches(Verb::ReadPoint, place.pin_id())?;
    let deepest = if seen { Level::Institution } else { Level::Commune };
    let counts =
        store::count_below(work, &place.id, &at, deepest)?.into_iter().map(|(level, n)| (level.word(), n)).collect();
    let children = children(work, &place, &at)?;
    let mut offered = vec![store::by_id(work, "VN")?];
    offered.extend(store::children(work, "VN", &at)?);
    let s = Shell::new(work, ask, "places", ask.words().t("nav-places"));
    let place = store::as_called(work, place, &at)?;
    let n_areas = if seen { sizes::n_areas(work, &place, &at)? } else { HashMap::new() };
    Reply::html(&Tree { s, place, at, counts, children, n_areas, offered })
}

/// The places directly below; a province's own only where they may be seen.
fn children(work: &mut Work, place: &Place, at: &str) -> Result<Vec<Place>> {
    let seen = work.reaches(Verb::ReadPoint, place.pin_id())?;
    let mut children = store::children(work, &place.id, at)?;
    children.retain(|child| child.level < Level::Area || seen);
    Ok(children)
}

#[derive(Template)]
#[template(path = "places/views/place.html")]
struct PlacePage {
    s: Shell,
    place: Place,
    above: Vec<Place>,
    versions: Vec<Version>,
    sources: Vec<Relation>,
    targets: Vec<Relation>,
    children: Vec<Place>,
    /// The residential areas and institutions of a commune, with their last size.
    areas: Vec<Sized>,
    /// The last size of an own place.
    size: Size,
    now: String,
    has_ended: bool,
    map: String,
    history: Option<History>,
    reached: bool,
    may_correct: bool,
}

impl PlacePage {
    /// Households and people of all areas that a list told of.
    fn sums(&self) -> (i64, i64) {
        let sum = |part: fn(&Sized) -> Option<i64>| self.areas.iter().filter_map(part).sum();
        (sum(|area| area.size.n_households), sum(|area| area.size.n_people))
    }

    fn n_points(&self) -> i64 {
        self.areas.iter().map(|area| area.n_points).sum()
    }
}

/// One place: its names and parents over time, what it came from and became, its map, what lies below.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = store::by_code(work, ask.param("id"))?;
    let reached = work.reaches(Verb::ReadPoint, place.pin_id())?;
    if place.level >= Level::Area && !reached {
        return Err(Error::NotFound);
    }
    let today = work.today();
    let above = store::above(work, &place, &today)?;
    let province = above.iter().find(|up| up.level == Level::Province).map(|up| up.code.clone());
    let map = match (&place.level, province) {
        (Level::Commune, Some(code)) if !place.has_ended(&today) => {
            crate::web::map::locator(&place.code, &code).unwrap_or_default()
        }
        _ => String::new(),
    };
    let on = place.day_on_the_map(&today);
    let id = place.id.clone();
    let is_own = place.level >= Level::Area;
    let areas = if place.level == Level::Commune && reached { sizes::below(work, &place, &on)? } else { Vec::new() };
    let page = PlacePage {
        s: Shell::new(work, ask, "places", place.name.clone()),
        versions: store::versions(work, &place.id)?,
        sources: store::sources(work, &place.id)?,
        targets: store::targets(work, &place.id)?,
        children: if areas.is_empty() { children(work, &place, &on)? } else { Vec::new() },
        areas,
        size: if is_own { sizes::known_on(work, &id, &today)? } else { Size::default() },
        now: lies_in(work, &place.id)?,
        has_ended: place.has_ended(&today),
        may_correct: work.reaches(Verb::CorrectPlace, place.pin_id())?,
        place,
        above,
        map,
        history: if reached { Some(history::of_thing(work, ask.words(), &id)?) } else { None },
        reached,
    };
    Reply::html(&page)
}
