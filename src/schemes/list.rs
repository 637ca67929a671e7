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

const COLUMNS: &str = "p.id, p.code, p.name, c.name, l.name, coalesce(u.name, ''), p.area_kind, p.state, p.launched_on, \
    (select count(*) from team t where t.province = p.province and t.point_id = p.id and t.from_on <= $2 and t.to_on > $2), p.sort_key";

const JOINS: &str = "join scheme c on c.province = p.province and c.id = p.scheme_id join place l on l.id = p.place_id \
    left join place u on u.id = p.pin_id and u.id <> p.place_id";

/// The conditions of a list with the values they bind; only filters that are set become SQL.
struct Narrowed {
    sql: String,
    values: Vec<Value>,
}

impl Narrowed {
    fn new(place: &Place, filter: &Filter, today: &str) -> Narrowed {
        let day = place.day_on_the_map(today);
        let mut narrowed = Narrowed { sql: String::new(), values: vec![place.pin_id().into(), day.into()] };
        let exact = if place.is_within_its_pin() { place.id.as_str() } else { "" };
        narrowed.and("p.place_id = ", exact);
        narrowed.and("p.scheme_id = ", &filter.scheme_id);
        narrowed.and("p.state = ", &filter.state);
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
/// index until the page is full. The engines cannot know which is better, so there are two texts. The page
/// is cut before anything is joined to it.
pub fn page(work: &mut Work, place: &Place, filter: &Filter, after: &After, most: i64) -> Result<Vec<Line>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let mut narrowed = Narrowed::new(place, filter, &work.today());
    let (key, id) = (narrowed.bind(after.sort_key.as_str().into()), narrowed.bind(after.id.as_str().into()));
    let today = work.today();
    let wide = place.level <= Level::Province && !place.has_ended(&today);
    let from = if wide {
        let owners = owners(work, place, &today)?;
        let owned: Vec<String> = owners.iter().map(|code| narrowed.bind(code.as_str().into())).collect();
        let of_owners = match &owned[..] {
            [] => String::new(),
            // Of one owner, an index gives the order.
            [one] => format!("p.province = {one} and "),
            several => format!("p.province in ({}) and ", several.join(", ")),
        };
        format!(
            "from point p where {of_owners}exists (select 1 from place g join rollup r on r.place_id = g.pin_id \
             where g.id = p.place_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2)"
        )
    } else {
        format!("{INSIDE} where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2")
    };
    let most = narrowed.bind(most.into());
    let sql = format!(
        "select {COLUMNS} from (select p.* {from}{} and (p.sort_key, p.id) > ({key}, {id}) \
         order by p.sort_key, p.id limit {most}) p {JOINS} order by p.sort_key, p.id",
        narrowed.sql
    );
    Ok(work.query(&sql, &narrowed.values)?.iter().map(line).collect())
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

/// How many points the filter leaves; kept until something changes in the register.
pub fn count(app: &App, work: &mut Work, place: &Place, filter: &Filter) -> Result<i64> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let version = journal::version(work)?;
    let narrowed = Narrowed::new(place, filter, &work.today());
    let key = format!("points {version} {} {:?}", narrowed.sql, narrowed.values);
    let told = app.answers.get_or(key, || -> Result<String> {
        let sql = format!(
            "select count(*) {INSIDE} where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2{}",
            narrowed.sql
        );
        Ok(work.first(&sql, &narrowed.values)?.map_or(0, |row| row.int(0)).to_string())
    })?;
    Ok(told.parse().unwrap_or_default())
}
