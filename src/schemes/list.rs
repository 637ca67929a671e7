//! Lists of points: filters, Vietnamese order, pages of fifty by key.

use store::{Row, Value};

use crate::error::Result;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::work::Work;

/// What a list is narrowed to. Empty text is no filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub scheme_id: String,
    pub sector: String,
    pub state: String,
    pub area_kind: String,
    pub text: String,
}

/// The last row seen: its sort key and id. Empty at the beginning.
#[derive(Clone, Debug, Default)]
pub struct After {
    pub sort_key: String,
    pub id: String,
}

/// A line of the list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Line {
    pub id: String,
    pub code: String,
    pub name: String,
    pub scheme: String,
    pub place: String,
    pub commune: String,
    pub area_kind: String,
    pub state: String,
    pub launched_on: Option<String>,
    pub n_teams: i64,
    #[serde(skip)]
    pub sort_key: String,
}

const WHERE: &str = "where ($5 = '' or p.place_id = $5) and ($6 = '' or p.scheme_id = $6) and ($7 = '' or p.state = $7) \
    and ($8 = '' or p.area_kind = $8) and ($9 = '' or p.fold like $9) \
    and ($10 = '' or exists (select 1 from scheme_sector x where x.province = p.province and x.scheme_id = p.scheme_id and x.sector = $10))";

const COLUMNS: &str = "p.id, p.code, p.name, c.name, l.name, coalesce(u.name, ''), p.area_kind, p.state, p.launched_on, \
    (select count(*) from team t where t.province = p.province and t.point_id = p.id and t.from_on <= $4 and t.to_on > $4), p.sort_key";

const JOINS: &str = "join scheme c on c.province = p.province and c.id = p.scheme_id join place l on l.id = p.place_id \
    left join place u on u.id = p.pin_id and u.id <> p.place_id";

// A small place is read by its pins, a province in the order of its index: the engine cannot know which.
// `+` would tell SQLite but not PostgreSQL, so there are two texts.
fn by_name() -> String {
    format!(
        "select {COLUMNS} from point p join rollup r on r.place_id = p.pin_id and r.ancestor_id = $1 and r.from_on <= $4 \
         and r.to_on > $4 {JOINS} {WHERE} and (p.sort_key, p.id) > ($2, $3) order by p.sort_key, p.id limit $11"
    )
}

fn by_name_in_province() -> String {
    format!(
        "select {COLUMNS} from point p {JOINS} {WHERE} and p.province = $12 and (p.sort_key, p.id) > ($2, $3) \
         and exists (select 1 from rollup r where r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $4 and r.to_on > $4) \
         order by p.sort_key, p.id limit $11"
    )
}

fn text_pattern(text: &str) -> String {
    let key = fold::key(text);
    if key.is_empty() { String::new() } else { format!("%{key}%") }
}

fn values(place: &Place, filter: &Filter, after: &After, today: String) -> Vec<Value> {
    let exact = if place.level >= Level::Area { place.id.clone() } else { String::new() };
    vec![
        place.pin_id().into(),
        after.sort_key.as_str().into(),
        after.id.as_str().into(),
        today.into(),
        exact.into(),
        filter.scheme_id.as_str().into(),
        filter.state.as_str().into(),
        filter.area_kind.as_str().into(),
        text_pattern(&filter.text).into(),
        filter.sector.as_str().into(),
    ]
}

/// A page of points in a place, in Vietnamese order, within reach.
pub fn page(work: &mut Work, place: &Place, filter: &Filter, after: &After, most: i64) -> Result<Vec<Line>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let today = place.day_on_the_map(&work.today());
    let mut values = values(place, filter, after, today);
    values.push(most.into());
    let sql = if place.level == Level::Province && !place.has_ended() {
        values.push(place.code.as_str().into());
        by_name_in_province()
    } else {
        by_name()
    };
    Ok(work.query(&sql, &values)?.iter().map(line).collect())
}

fn line(row: &Row) -> Line {
    Line {
        id: row.text(0),
        code: row.text(1),
        name: row.text(2),
        scheme: row.text(3),
        place: row.text(4),
        commune: row.text(5),
        area_kind: row.text(6),
        state: row.text(7),
        launched_on: row.text_or_null(8),
        n_teams: row.int(9),
        sort_key: row.text(10),
    }
}

/// How many points the filter leaves.
pub fn count(work: &mut Work, place: &Place, filter: &Filter) -> Result<i64> {
    let today = place.day_on_the_map(&work.today());
    let values = values(place, filter, &After::default(), today);
    let sql = format!(
        "select count(*) from point p join rollup r on r.place_id = p.pin_id and r.ancestor_id = $1 and r.from_on <= $4 \
         and r.to_on > $4 {WHERE} and ($2 = '' or $3 = '' or 1 = 1)"
    );
    Ok(work.first(&sql, &values)?.map_or(0, |row| row.int(0)))
}
