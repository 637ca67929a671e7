//! The points of a place as one list, in the columns that the import reads: to send it in again
//! unchanged changes nothing, because every row bears its code.

use std::collections::HashMap;

use sheets::{OutCell, Table};

use crate::error::Result;
use crate::exchange::known::{self, KnownPoint};
use crate::papers::paper::PaperRef;
use crate::permissions::Verb;
use crate::places;
use crate::places::place::Place;
use crate::schemes::point::State;
use crate::words::{Lang, Words, words};
use crate::work::Work;

/// The words' keys of the headings, in the order of the columns.
pub const HEADINGS: [&str; 20] = [
    "import-column-ordinal",
    "import-column-code",
    "import-column-district",
    "import-column-commune",
    "import-column-area-kind",
    "import-column-area",
    "import-column-scheme",
    "import-column-launched-on",
    "import-column-paper",
    "import-column-paper-on",
    "import-column-issuer",
    "import-column-teams",
    "import-column-members",
    "import-column-households",
    "import-column-units",
    "import-column-commitments",
    "import-column-state",
    "import-column-reason",
    "import-column-ended-on",
    "import-column-end-paper",
];

/// What the steps of a point add to its row.
#[derive(Default)]
struct Papers {
    approval: Option<PaperRef>,
    closing: Option<PaperRef>,
    reason: String,
    ended_on: String,
}

/// All points within reach under a place, one row each. A list is in Vietnamese, whoever asks for it.
pub fn export_points(work: &mut Work, scope: &Place) -> Result<Table> {
    let words = words(Lang::Vi);
    let day = scope.day_on_the_map(&work.today());
    let communes = texts(work, COMMUNES, &[scope.pin_id().into(), day.into()])?;
    let today = work.today();
    let (mut schemes, mut papers) = (HashMap::new(), HashMap::new());
    for owner in places::store::owners(work, scope.pin_id(), &today)? {
        let sql = "select id, name, '' from scheme where province = $1";
        schemes.extend(texts(work, sql, &[owner.as_str().into()])?);
        papers.extend(self::papers(work, &owner)?);
    }
    let mut reach: HashMap<String, bool> = HashMap::new();
    let mut rows = Vec::new();
    for point in known::points(work, scope)? {
        let pin = &point.same.pin_id;
        let may = match reach.get(&point.shown_pin) {
            Some(may) => *may,
            None => work.reaches(Verb::ReadPoint, &point.shown_pin)?,
        };
        reach.insert(point.shown_pin.clone(), may);
        if may {
            let (commune, district) = communes.get(pin).cloned().unwrap_or_default();
            let scheme = schemes.get(&point.same.scheme_id).map(|s| s.0.clone()).unwrap_or_default();
            let named = Named { commune, district, scheme, n: i64::try_from(rows.len() + 1).unwrap_or(i64::MAX) };
            rows.push(row(words, &point, named, papers.get(&point.id)));
        }
    }
    Ok(Table {
        title_lines: vec![words.with("import-export-title", &scope.name)],
        headings: HEADINGS.iter().map(|key| words.t(key).to_owned()).collect(),
        rows,
    })
}

/// The names in a row, and its number.
struct Named {
    n: i64,
    commune: String,
    district: String,
    scheme: String,
}

fn row(words: &Words, point: &KnownPoint, named: Named, papers: Option<&Papers>) -> Vec<OutCell> {
    let none = Papers::default();
    let papers = papers.unwrap_or(&none);
    let approval = papers.approval.as_ref();
    let paper = |part: fn(&PaperRef) -> &str| approval.map(part).unwrap_or_default();
    let state = point.state;
    let has_closed = state.is_over() || state == State::Suspended;
    let closed = |told: &str| if has_closed { told.to_owned() } else { String::new() };
    let reason = closed(&papers.reason);
    vec![
        OutCell::Count(named.n),
        plain(&point.code),
        plain(&named.district),
        plain(&named.commune),
        plain(words.t(&format!("import-area-{}", point.area_kind.replace('_', "-")))),
        plain(&point.area_name),
        plain(&named.scheme),
        day(point.same.launched_on.as_deref().unwrap_or_default()),
        plain(paper(|p| &p.number)),
        day(paper(|p| &p.issued_on)),
        plain(paper(|p| &p.issuer)),
        OutCell::Count(point.n_teams),
        OutCell::Count(point.n_members),
        OutCell::Count(point.n_households),
        OutCell::Count(point.n_units),
        OutCell::Count(point.n_commitments),
        plain(words.t(&format!("import-state-{}", state.code().replace('_', "-")))),
        plain(words.plain_of("import-reason", &reason.replace('_', "-"), "")),
        day(&closed(&papers.ended_on)),
        plain(&closed(papers.closing.as_ref().map(|p| p.number.as_str()).unwrap_or_default())),
    ]
}

fn plain(told: &str) -> OutCell {
    if told.is_empty() { OutCell::Empty } else { OutCell::Text(told.to_owned()) }
}

fn day(iso: &str) -> OutCell {
    iso.parse().map_or(OutCell::Empty, OutCell::Date)
}

const COMMUNES: &str = "select p.id, p.name, case when up.level = 2 then up.name else '' end from rollup r \
                        join place p on p.id = r.place_id left join place up on up.id = p.parent_id \
                        where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2";

/// Two texts by an id.
fn texts(work: &mut Work, sql: &str, values: &[store::Value]) -> Result<HashMap<String, (String, String)>> {
    Ok(work.query(sql, values)?.iter().map(|row| (row.text(0), (row.text(1), row.text(2)))).collect())
}

fn papers(work: &mut Work, province: &str) -> Result<HashMap<String, Papers>> {
    let sql = "select s.point_id, s.kind, s.on_date, s.reason, a.number, a.issued_on, a.issuer from step s \
               left join paper a on a.province = s.province and a.id = s.paper_id where s.province = $1 \
               and s.kind in ('approved', 'suspended', 'ended', 'struck_off', 'merged') order by s.on_date, s.entered_at, s.id";
    let mut by_point: HashMap<String, Papers> = HashMap::new();
    for row in work.query(sql, &[province.into()])? {
        let papers = by_point.entry(row.text(0)).or_default();
        let paper = row.text_or_null(4).map(|number| PaperRef { number, issued_on: row.text(5), issuer: row.text(6) });
        if row.str(1) == "approved" {
            papers.approval = paper;
        } else {
            papers.closing = paper;
            papers.reason = row.text(3);
            papers.ended_on = row.text(2);
        }
    }
    Ok(by_point)
}
