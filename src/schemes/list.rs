//! Lists of points: filters, Vietnamese order, pages of fifty by key.

use store::{Row, Value};

use crate::app::App;
use crate::error::Result;
use crate::journal;
use crate::permissions::Verb;
use crate::places::maps::Units;
use crate::places::place::{Level, NATION, Place};
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

    /// The day whose map is used.
    fn map_of(&self, work: &Work) -> String {
        if self.boundaries.is_empty() { work.today() } else { self.boundaries.clone() }
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
        "p.id, p.code, p.name, p.province, p.scheme_id, l.name, l.pin_id, p.area_kind, {stands}, \
         case when p.launched_on <= $1 then p.launched_on end, (select count(*) from team t \
         where t.point_id = p.id and t.province = p.province and t.from_on <= $1 and t.to_on > $1), p.sort_key"
    )
}

/// The conditions of a list with the values they bind; only filters that are set become SQL.
struct Narrowed {
    sql: String,
    values: Vec<Value>,
}

impl Narrowed {
    /// Binds the cut-off.
    fn new(work: &Work, place: &Place, filter: &Filter) -> Narrowed {
        let at = if filter.at.is_empty() { work.today() } else { filter.at.clone() };
        let mut narrowed = Narrowed { sql: String::new(), values: vec![at.into()] };
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
        narrowed
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// A page of so many after a line, in the order of the list; to be said after all conditions.
    fn page(&mut self, after: &After, most: usize) -> String {
        let (key, id) = (self.bind(after.sort_key.as_str().into()), self.bind(after.id.as_str().into()));
        let most = self.bind((most as i64).into());
        format!(" and (p.sort_key, p.id) > ({key}, {id}) order by p.sort_key, p.id limit {most}")
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
const INSIDE: &str = "from rollup r join point p on p.pin_id = r.place_id";

/// The same on another day: where their steps had put them by then.
const INSIDE_THEN: &str = "from rollup r join place g on g.pin_id = r.place_id \
    join point_span s on s.place_id = g.id and s.from_on <= $1 and s.to_on > $1 \
    join point p on p.province = s.province and p.id = s.point_id";

/// The points below a place on the day of its map that the filter leaves.
fn inside(narrowed: &mut Narrowed, filter: &Filter, (place, day): (&Place, &str)) -> String {
    let from = if filter.at.is_empty() { INSIDE } else { INSIDE_THEN };
    let (ancestor, day) = (narrowed.bind(place.pin_id().into()), narrowed.bind(day.into()));
    format!("{from} where r.ancestor_id = {ancestor} and r.from_on <= {day} and r.to_on > {day}{}", narrowed.sql)
}

/// All points of some ledgers, one by one in the order of an index. `cross` fixes for SQLite what follows what;
/// PostgreSQL chooses for itself.
const WIDE: &str = "from point p cross join place l where l.id = p.place_id";

/// The same on another day: where their steps had put them by then.
const WIDE_THEN: &str = "from point p cross join point_span s cross join place l where s.province = p.province \
    and s.point_id = p.id and s.from_on <= $1 and s.to_on > $1 and l.id = s.place_id";

/// The ledgers in which points of a province may stand.
fn ledgers(work: &mut Work, province: &Place) -> Result<Vec<String>> {
    let sql = "select o.province from rollup r join place_owner o on o.place_id = r.ancestor_id \
               join ledger g on g.province = o.province \
               where r.place_id = $1 and r.level = 1 and r.from_on <= $2 and r.to_on > $2 order by o.province";
    let today = work.today();
    Ok(work.query(sql, &[province.pin_id().into(), today.into()])?.iter().map(|row| row.text(0)).collect())
}

/// A page of points in a place, in Vietnamese order, within reach.
///
/// A small place is read by its pins and then sorted; a province or the country is read in the order of an
/// index until the page is full. The engines cannot know which is better, so there are two texts.
pub fn page(
    app: &App,
    work: &mut Work,
    place: &Place,
    filter: &Filter,
    after: &After,
    most: usize,
) -> Result<Vec<Line>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let (today, boundaries) = (work.today(), filter.map_of(work));
    let day = places::day_of_pin(work, place, &boundaries)?;
    let version = journal::version_of(work, NATION)?;
    let rows = if place.level <= Level::Province && !place.has_ended(&today) {
        let below = app.kept.maps.under(work, place.pin_id(), &day, version)?;
        wide(work, place, |row| app.kept.maps.holds(&below, row.str(PIN)), filter, (after, most))?
    } else {
        narrow(work, (place, &day), filter, after, most)?
    };
    let communes = app.kept.maps.units(work, Level::Commune, &boundaries, version)?;
    named(app, work, rows, &communes)
}

/// Where some of the columns stand.
const PROVINCE: usize = 3;
const SCHEME: usize = 4;
const PIN: usize = 6;
const SORT_KEY: usize = 11;

/// A ledger may hold points that are shown in another province: `is_below` tells which are shown here.
fn wide(
    work: &mut Work,
    place: &Place,
    is_below: impl Fn(&Row) -> bool,
    filter: &Filter,
    (after, most): (&After, usize),
) -> Result<Vec<Row>> {
    let mut narrowed = Narrowed::new(work, place, filter);
    if place.level != Level::Nation {
        let ledgers = ledgers(work, place)?;
        let bound: Vec<String> = ledgers.iter().map(|code| narrowed.bind(code.as_str().into())).collect();
        match &bound[..] {
            [] => return Ok(Vec::new()),
            // Of one ledger, an index gives the order.
            [one] => narrowed.sql.push_str(&format!(" and p.province = {one}")),
            several => narrowed.sql.push_str(&format!(" and p.province in ({})", several.join(", "))),
        }
    }
    let (from, stands) = if filter.at.is_empty() { (WIDE, "p.state") } else { (WIDE_THEN, "s.state") };
    let page = narrowed.page(after, most);
    let sql = format!("select {} {from}{}{page}", columns(stands), narrowed.sql);
    let mut found = Vec::new();
    loop {
        let rows = work.query(&sql, &narrowed.values)?;
        let next = rows.last().filter(|_| rows.len() == most).map(|last| [last.text(SORT_KEY), last.text(0)]);
        found.extend(rows.into_iter().filter(&is_below).take(most - found.len()));
        let (Some([key, id]), true) = (next, found.len() < most) else { return Ok(found) };
        let at = narrowed.values.len() - 3;
        narrowed.values[at..at + 2].clone_from_slice(&[key.into(), id.into()]);
    }
}

/// The page is cut before anything is joined to it.
fn narrow(work: &mut Work, shown: (&Place, &str), filter: &Filter, after: &After, most: usize) -> Result<Vec<Row>> {
    let mut narrowed = Narrowed::new(work, shown.0, filter);
    let page = narrowed.page(after, most);
    let at = if filter.at.is_empty() { "p" } else { "s" };
    let (inside, columns) = (inside(&mut narrowed, filter, shown), columns("p.stands"));
    let sql = format!(
        "select {columns} from (select p.province, p.id, p.code, p.name, p.scheme_id, p.area_kind, p.launched_on, \
         p.sort_key, {at}.state as stands, {at}.place_id as shown_at {inside}{page}) p \
         join place l on l.id = p.shown_at order by p.sort_key, p.id"
    );
    work.query(&sql, &narrowed.values)
}

/// Names come from memory: of the communes under which points are shown on the map, as they were called then, and of
/// schemes.
fn named(app: &App, work: &mut Work, rows: Vec<Row>, communes: &Units) -> Result<Vec<Line>> {
    let mut schemes = app.scheme_names.open();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let scheme = schemes.name(work, row.str(PROVINCE), row.str(SCHEME))?;
        let commune = app.kept.maps.unit_of(communes, row.str(PIN)).map(|unit| unit.name.clone());
        lines.push(line(row, scheme, commune));
    }
    Ok(lines)
}

fn line(mut row: Row, scheme: String, commune: Option<String>) -> Line {
    Line {
        id: row.take(0),
        code: row.take(1),
        name: row.take(2),
        scheme,
        place: row.take(5),
        is_allocated: commune.is_some(),
        commune: commune.unwrap_or_default(),
        area_kind: row.take(7),
        state: row.take(8),
        launched_on: row.text_or_null(9),
        n_teams: row.int(10),
        sort_key: row.take(SORT_KEY),
    }
}

/// How many points the filter leaves; kept until something changes in the register.
pub fn count(app: &App, work: &mut Work, place: &Place, filter: &Filter) -> Result<i64> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let day = places::day_of_pin(work, place, &filter.map_of(work))?;
    let mut narrowed = Narrowed::new(work, place, filter);
    let inside = inside(&mut narrowed, filter, (place, &day));
    let key = format!("points {} {inside} {:?}", journal::version(work)?, narrowed.values);
    let told = app.answers.get_or(key, || -> Result<String> {
        let sql = format!("select count(*) {inside} and $1 <> ''");
        Ok(work.first(&sql, &narrowed.values)?.map_or(0, |row| row.int(0)).to_string())
    })?;
    Ok(told.parse().unwrap_or_default())
}
