//! Lists of points: filters, Vietnamese order, pages of fifty by key.

use store::{Row, Value};

use crate::app::App;
use crate::error::Result;
use crate::journal;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::work::Work;

/// What a list is narrowed to. Empty text is no filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub scheme_id: String,
    pub sector: String,
    pub state: String,
    pub area_kind: String,
    pub text: String,
    /// The cut-off; empty for today. On another day a point stands as its steps had made it by then.
    pub at: String,
    /// The day whose map is used; empty for today's.
    pub boundaries: String,
}

impl Filter {
    /// The same filter for a page's dates.
    pub fn dated(self, at: &str, boundaries: &str, today: &str) -> Filter {
        let other = |day: &str| if day == today { String::new() } else { day.to_owned() };
        Filter { at: other(at), boundaries: other(boundaries), ..self }
    }
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
    /// Is it certain under which commune of the map it is shown?
    #[serde(skip)]
    pub is_allocated: bool,
}

/// What is read of each point; `stands` is the column of its state.
fn columns(stands: &str) -> String {
    format!(
        "p.id, p.code, p.name, c.name, l.name, coalesce(u.name, ''), p.area_kind, {stands}, \
         case when p.launched_on <= $3 then p.launched_on end, (select count(*) from team t \
         where t.province = p.province and t.point_id = p.id and t.from_on <= $3 and t.to_on > $3), p.sort_key, \
         coalesce(m.ancestor_id, '')"
    )
}

/// The commune is the one under which the point is shown on the map, by the name that it bore then.
const COMMUNE: &str = "left join rollup m on m.place_id = l.pin_id and m.level = 3 and m.from_on <= $4 and m.to_on > $4 \
    left join place_version u on u.place_id = m.ancestor_id and u.from_on <= $4 and u.to_on > $4";

/// The conditions of a list with the values they bind; only filters that are set become SQL.
struct Narrowed {
    sql: String,
    values: Vec<Value>,
}

impl Narrowed {
    /// Binds the place, its day on the map, the cut-off and the map.
    fn new(work: &mut Work, place: &Place, filter: &Filter) -> Result<Narrowed> {
        let today = work.today();
        let or_today = |day: &str| if day.is_empty() { today.clone() } else { day.to_owned() };
        let (at, boundaries) = (or_today(&filter.at), or_today(&filter.boundaries));
        let day = places::day_of_pin(work, place, &boundaries)?;
        let values = [place.pin_id(), &day, &at, &boundaries].map(Value::from).to_vec();
        let mut narrowed = Narrowed { sql: String::new(), values };
        let exact = if place.is_within_its_pin() { place.id.as_str() } else { "" };
        let (stood_at, stood) =
            if filter.at.is_empty() { ("p.place_id", "p.state") } else { ("s.place_id", "s.state") };
        narrowed.and(&format!("{stood_at} = "), exact);
        narrowed.and("p.scheme_id = ", &filter.scheme_id);
        narrowed.and(&format!("{stood} = "), &filter.state);
        narrowed.and("p.area_kind = ", &filter.area_kind);
        narrowed.and("p.fold like ", &text_pattern(&filter.text));
        if !filter.sector.is_empty() {
            let sector = narrowed.bind(filter.sector.as_str().into());
            narrowed.sql.push_str(&format!(
                " and exists (select 1 from scheme_sector x where x.province = p.province \
                 and x.scheme_id = p.scheme_id and x.sector = {sector})"
            ));
        }
        Ok(narrowed)
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str, value: &str) {
        if !value.is_empty() {
            let bound = self.bind(value.into());
            self.sql.push_str(&format!(" and {condition}{bound}"));
        }
    }
}

fn text_pattern(text: &str) -> String {
    let key = fold::key(text);
    if key.is_empty() { String::new() } else { format!("%{key}%") }
}

/// The points shown under a place, found by their places.
const INSIDE: &str = "from rollup r join place g on g.pin_id = r.place_id join point p on p.place_id = g.id";

/// The same on another day: where their steps had put them by then.
const INSIDE_THEN: &str = "from rollup r join place g on g.pin_id = r.place_id \
    join point_span s on s.place_id = g.id and s.from_on <= $3 and s.to_on > $3 \
    join point p on p.province = s.province and p.id = s.point_id";

fn inside(filter: &Filter) -> &'static str {
    if filter.at.is_empty() { INSIDE } else { INSIDE_THEN }
}

/// The points shown under a place, looked up one by one in the order of an index. `cross` fixes for SQLite what
/// follows what; PostgreSQL chooses for itself.
const WIDE: &str = "from point p cross join place l cross join rollup r cross join scheme c";
const WIDE_IS: &str = "l.id = p.place_id";

/// The same on another day: where their steps had put them by then.
const WIDE_THEN: &str =
    "from point p cross join point_span s cross join place l cross join rollup r cross join scheme c";
const WIDE_IS_THEN: &str = "s.province = p.province and s.point_id = p.id and s.from_on <= $3 and s.to_on > $3 \
    and l.id = s.place_id";

/// The ledgers in which points of a place may stand; none for all of them.
fn owners(work: &mut Work, place: &Place, today: &str) -> Result<Vec<String>> {
    if place.level == Level::Nation {
        return Ok(Vec::new());
    }
    let mut kept = Vec::new();
    for owner in places::owners(work, place.pin_id(), today)? {
        if work.first("select 1 from ledger where province = $1", &[owner.as_str().into()])?.is_some() {
            kept.push(owner);
        }
    }
    Ok(kept)
}

/// A page of points in a place, in Vietnamese order, within reach.
///
/// A small place is read by its pins and then sorted; a province or the country is read in the order of an
/// index until the page is full. The engines cannot know which is better, so there are two texts.
pub fn page(work: &mut Work, place: &Place, filter: &Filter, after: &After, most: i64) -> Result<Vec<Line>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let mut narrowed = Narrowed::new(work, place, filter)?;
    let (key, id) = (narrowed.bind(after.sort_key.as_str().into()), narrowed.bind(after.id.as_str().into()));
    narrowed.sql.push_str(&format!(" and (p.sort_key, p.id) > ({key}, {id})"));
    let today = work.today();
    let sql = if place.level <= Level::Province && !place.has_ended(&today) {
        let owners = owners(work, place, &today)?;
        wide(&mut narrowed, &owners, filter, most)
    } else {
        narrow(&mut narrowed, filter, most)
    };
    Ok(work.query(&sql, &narrowed.values)?.iter().map(line).collect())
}

fn wide(narrowed: &mut Narrowed, owners: &[String], filter: &Filter, most: i64) -> String {
    let owned: Vec<String> = owners.iter().map(|code| narrowed.bind(code.as_str().into())).collect();
    match &owned[..] {
        [] => {}
        // Of one owner, an index gives the order.
        [one] => narrowed.sql.push_str(&format!(" and p.province = {one}")),
        several => narrowed.sql.push_str(&format!(" and p.province in ({})", several.join(", "))),
    }
    let (from, is, stands) =
        if filter.at.is_empty() { (WIDE, WIDE_IS, "p.state") } else { (WIDE_THEN, WIDE_IS_THEN, "s.state") };
    let (columns, most) = (columns(stands), narrowed.bind(most.into()));
    format!(
        "select {columns} {from} {COMMUNE} where {is} and r.place_id = l.pin_id and r.ancestor_id = $1 \
         and r.from_on <= $2 and r.to_on > $2 and c.province = p.province and c.id = p.scheme_id{} \
         order by p.sort_key, p.id limit {most}",
        narrowed.sql
    )
}

/// The page is cut before anything is joined to it.
fn narrow(narrowed: &mut Narrowed, filter: &Filter, most: i64) -> String {
    let stands = if filter.at.is_empty() { "p.state as stands" } else { "s.state as stands" };
    let (from, columns, most) = (inside(filter), columns("p.stands"), narrowed.bind(most.into()));
    format!(
        "select {columns} from (select p.province, p.id, p.code, p.name, p.scheme_id, p.area_kind, p.launched_on, \
         p.sort_key, {stands}, g.id as shown_at {from} where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2{} \
         order by p.sort_key, p.id limit {most}) p join scheme c on c.province = p.province and c.id = p.scheme_id \
         join place l on l.id = p.shown_at {COMMUNE} order by p.sort_key, p.id",
        narrowed.sql
    )
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
        is_allocated: !row.str(11).is_empty(),
    }
}

/// How many points the filter leaves; kept until something changes in the register.
pub fn count(app: &App, work: &mut Work, place: &Place, filter: &Filter) -> Result<i64> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let version = journal::version(work)?;
    let narrowed = Narrowed::new(work, place, filter)?;
    let from = inside(filter);
    let key = format!("points {version} {from} {} {:?}", narrowed.sql, narrowed.values);
    let told = app.answers.get_or(key, || -> Result<String> {
        let sql = format!(
            "select count(*) {from} where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 and $3 <> '' and $4 <> ''{}",
            narrowed.sql
        );
        Ok(work.first(&sql, &narrowed.values)?.map_or(0, |row| row.int(0)).to_string())
    })?;
    Ok(told.parse().unwrap_or_default())
}
