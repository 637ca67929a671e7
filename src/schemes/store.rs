//! How schemes, points, steps and teams are kept.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::ids;
use crate::papers::paper::PaperRef;
use crate::papers::store::use_named;
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::schemes::point::{Anchor, Origin, Point, Scale, Span, State, Step, StepKind};
use crate::schemes::scheme::Scheme;
use crate::work::{Thing, Work};

const SCHEME: &str = "s.province, s.id, s.code, s.slug, s.name, s.purpose, s.contents, s.origin, s.level, \
                      s.lead, s.legal_basis, s.described, s.sample";

/// The schemes of a province, in Vietnamese order, without aliases.
pub fn schemes(work: &mut Work, province: &str) -> Result<Vec<Scheme>> {
    let sql = format!("select {SCHEME} from scheme s where s.province = $1 and s.merged_into = '' order by s.sort_key");
    let rows = work.query(&sql, &[province.into()])?;
    let mut found: Vec<Scheme> = rows.iter().map(scheme_row).collect();
    let sql = "select scheme_id, sector from scheme_sector where province = $1 order by sector";
    for row in work.query(sql, &[province.into()])? {
        if let Some(scheme) = found.iter_mut().find(|s| s.id == row.str(0)) {
            scheme.sectors.push(row.text(1));
        }
    }
    Ok(found)
}

/// A scheme as a list of choices shows it.
pub struct SchemeName {
    pub id: String,
    pub slug: String,
    pub name: String,
}

/// The names of a province's schemes, in Vietnamese order.
pub fn scheme_names(work: &mut Work, province: &str) -> Result<Vec<SchemeName>> {
    let sql = "select id, slug, name from scheme where province = $1 and merged_into = '' order by sort_key";
    let rows = work.query(sql, &[province.into()])?;
    Ok(rows.iter().map(|row| SchemeName { id: row.text(0), slug: row.text(1), name: row.text(2) }).collect())
}

/// The id of a scheme by its id, slug or code in a province; of one that was merged, the scheme that it became.
pub fn scheme_id(work: &mut Work, province: &str, named: &str) -> Result<String> {
    let sql = "select id, merged_into from scheme where province = $1 and id = $2 \
               union all select id, merged_into from scheme where province = $1 and slug = $2 \
               union all select id, merged_into from scheme where province = $1 and code = $2 limit 1";
    let row = work.first(sql, &[province.into(), named.into()])?.ok_or(Error::NotFound)?;
    Ok(if row.str(1).is_empty() { row.text(0) } else { row.text(1) })
}

/// Every name of a province's schemes with the scheme it means: proper names first, then aliases.
pub fn names(work: &mut Work, province: &str) -> Result<Vec<(String, String)>> {
    let sql = "select name, id, 0 as rank from scheme where province = $1 and merged_into = '' union all \
               select alias, scheme_id, 1 as rank from scheme_alias where province = $1 order by 3, 1";
    Ok(work.query(sql, &[province.into()])?.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// One scheme whole, by its id, slug or code, in a province.
pub fn scheme(work: &mut Work, province: &str, named: &str) -> Result<Scheme> {
    let id = scheme_id(work, province, named)?;
    let sql = format!("select {SCHEME} from scheme s where s.province = $1 and s.id = $2");
    let row = work.first(&sql, &[province.into(), id.into()])?.ok_or(Error::NotFound)?;
    let mut scheme = scheme_row(&row);
    let key: [Value; 2] = [province.into(), scheme.id.as_str().into()];
    let sql = "select alias from scheme_alias where province = $1 and scheme_id = $2 order by alias";
    scheme.aliases = work.query(sql, &key)?.iter().map(|row| row.text(0)).collect();
    let sql = "select sector from scheme_sector where province = $1 and scheme_id = $2 order by sector";
    scheme.sectors = work.query(sql, &key)?.iter().map(|row| row.text(0)).collect();
    Ok(scheme)
}

fn scheme_row(row: &Row) -> Scheme {
    Scheme {
        province: row.text(0),
        id: row.text(1),
        code: row.text(2),
        slug: row.text(3),
        name: row.text(4),
        purpose: row.text(5),
        contents: row.str(6).lines().map(str::to_owned).collect(),
        origin: row.text(7),
        level: row.text(8),
        lead: row.text(9),
        legal_basis: row.text(10),
        described: row.yes(11),
        sample: row.yes(12),
        aliases: Vec::new(),
        sectors: Vec::new(),
    }
}

/// Keeps a new scheme with its aliases and sectors.
pub fn insert_scheme(work: &mut Work, scheme: &Scheme) -> Result<()> {
    let sql = "insert into scheme (province, id, code, slug, name, sort_key, fold, purpose, contents, origin, \
               level, lead, legal_basis, described, sample, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)";
    let values: [Value; 15] = [
        scheme.province.as_str().into(),
        scheme.id.as_str().into(),
        scheme.code.as_str().into(),
        scheme.slug.as_str().into(),
        scheme.name.as_str().into(),
        fold::sort_key(&scheme.name).into(),
        fold::key(&scheme.name).into(),
        scheme.purpose.as_str().into(),
        scheme.contents.join("\n").into(),
        scheme.origin.as_str().into(),
        scheme.level.as_str().into(),
        scheme.lead.as_str().into(),
        scheme.legal_basis.as_str().into(),
        scheme.described.into(),
        scheme.sample.into(),
    ];
    work.execute(sql, &values)?;
    for alias in &scheme.aliases {
        let sql = "insert into scheme_alias (province, scheme_id, alias, fold) values ($1, $2, $3, $4) on conflict do nothing";
        let values =
            [scheme.province.as_str().into(), scheme.id.as_str().into(), alias.into(), fold::key(alias).into()];
        work.execute(sql, &values)?;
    }
    for sector in &scheme.sectors {
        let sql = "insert into scheme_sector (province, scheme_id, sector) values ($1, $2, $3)";
        work.execute(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into(), sector.into()])?;
    }
    Ok(())
}

/// A sector of the catalogue.
pub struct Sector {
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
}

/// The sectors, in their order.
pub fn sectors(work: &mut Work) -> Result<Vec<Sector>> {
    let rows = work.query("select code, name_vi, name_en from sector order by position", &[])?;
    Ok(rows.iter().map(|row| Sector { code: row.text(0), name_vi: row.text(1), name_en: row.text(2) }).collect())
}

/// The pin is that of the point's place, which may have got a history of its own since the point was registered.
const POINT: &str = "p.province, p.id, p.code, p.scheme_id, p.place_id, l.pin_id, p.area_kind, p.name, p.lead, \
                     p.coordinating, p.contact_role, p.origin, p.from_point_id, p.state, p.launched_on, p.version, \
                     p.first_place_id, p.first_pin_id";

fn point_row(row: &Row) -> Point {
    Point {
        province: row.text(0),
        id: row.text(1),
        code: row.text(2),
        scheme_id: row.text(3),
        place_id: row.text(4),
        pin_id: row.text(5),
        area_kind: row.text(6),
        name: row.text(7),
        lead: row.text(8),
        coordinating: row.text(9),
        contact_role: row.text(10),
        origin: Origin::from_code(row.str(11)),
        from_point_id: row.text_or_null(12),
        state: State::from_code(row.str(13)).unwrap_or(State::Proposed),
        launched_on: row.text_or_null(14),
        version: row.int(15),
        first: Anchor { place_id: row.text(16), pin_id: row.text(17) },
    }
}

/// The only way to load a point: for a verb. 404 if it may not be seen, 403 if this may not be done.
pub fn point_for(work: &mut Work, verb: Verb, id: &str) -> Result<Point> {
    let sql = format!("select {POINT} from point p join place l on l.id = p.place_id where p.id = $1");
    let point = work.first(&sql, &[id.into()])?.map(|row| point_row(&row)).ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPoint, &point.pin_id)?;
    Ok(point)
}

/// The id of the point that bears a code; who may see it is asked afterwards.
pub fn point_id_by_code(work: &mut Work, province: &str, code: &str) -> Result<Option<String>> {
    let sql = "select id from point where province = $1 and code = $2";
    Ok(work.first(sql, &[province.into(), code.trim().into()])?.map(|row| row.text(0)))
}

/// What is asked of a point that another is said to come from.
pub struct Source {
    pub id: String,
    pub code: String,
    pub scheme_id: String,
    pub launched_on: Option<String>,
}

/// The point of this code; an officer names one of another commune without seeing more of it.
pub fn source(work: &mut Work, province: &str, code: &str) -> Result<Option<Source>> {
    let sql = "select id, code, scheme_id, launched_on from point where province = $1 and code = $2";
    Ok(work.first(sql, &[province.into(), code.into()])?.as_ref().map(source_row))
}

/// The launched points of a scheme below a place today whose names hold a text, with their names.
pub fn sources_named(
    work: &mut Work,
    place_id: &str,
    scheme_id: &str,
    text: &str,
    most: i64,
) -> Result<Vec<(Source, String)>> {
    let sql = "select p.id, p.code, p.scheme_id, p.launched_on, p.name from rollup r join point p on p.pin_id = r.place_id \
               where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 and p.scheme_id = $3 and p.fold like $4 \
               and p.launched_on is not null order by p.sort_key, p.id limit $5";
    let (today, held) = (work.today(), format!("%{}%", fold::key(text)));
    let values = [place_id.into(), today.into(), scheme_id.into(), held.into(), most.into()];
    Ok(work.query(sql, &values)?.iter().map(|row| (source_row(row), row.text(4))).collect())
}

fn source_row(row: &Row) -> Source {
    Source { id: row.text(0), code: row.text(1), scheme_id: row.text(2), launched_on: row.text_or_null(3) }
}

/// Where each point of a scheme comes from: id, code, the id of the other.
pub fn origins(work: &mut Work, province: &str, scheme_id: &str) -> Result<Vec<(String, String, Option<String>)>> {
    let sql = "select id, code, from_point_id from point where province = $1 and scheme_id = $2";
    let rows = work.query(sql, &[province.into(), scheme_id.into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1), row.text_or_null(2))).collect())
}

/// Keeps where a point comes from, or only that its lineage was told anew; `Conflict` when someone saved first.
pub fn update_origin(work: &mut Work, point: &Point) -> Result<()> {
    let sql = "update point set origin = $3, from_point_id = $4, version = version + 1 \
               where province = $1 and id = $2 and version = $5";
    let values: [Value; 5] = [
        point.province.as_str().into(),
        point.id.as_str().into(),
        point.origin.code().into(),
        point.from_point_id.clone().into(),
        point.version.into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// Points of the same scheme that are shown in a commune today: possible duplicates.
pub fn points_like(work: &mut Work, scheme_id: &str, pin_id: &str) -> Result<Vec<Point>> {
    let today = work.today();
    let sql = format!(
        "select {POINT} from rollup r join place l on l.pin_id = r.place_id join point p on p.place_id = l.id \
         where r.ancestor_id = $2 and r.from_on <= $3 and r.to_on > $3 and p.scheme_id = $1 order by p.sort_key"
    );
    Ok(work.query(&sql, &[scheme_id.into(), pin_id.into(), today.into()])?.iter().map(point_row).collect())
}

/// Keeps a new point.
pub fn insert_point(work: &mut Work, point: &Point) -> Result<()> {
    let sql = "insert into point (province, id, code, scheme_id, place_id, pin_id, area_kind, name, sort_key, fold, \
               lead, coordinating, contact_role, origin, from_point_id, state, launched_on, first_place_id, first_pin_id, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)";
    let values: [Value; 19] = [
        point.province.as_str().into(),
        point.id.as_str().into(),
        point.code.as_str().into(),
        point.scheme_id.as_str().into(),
        point.place_id.as_str().into(),
        point.pin_id.as_str().into(),
        point.area_kind.as_str().into(),
        point.name.as_str().into(),
        fold::sort_key(&point.name).into(),
        fold::key(&point.name).into(),
        point.lead.as_str().into(),
        point.coordinating.as_str().into(),
        point.contact_role.as_str().into(),
        point.origin.code().into(),
        point.from_point_id.clone().into(),
        point.state.code().into(),
        point.launched_on.clone().into(),
        point.first.place_id.as_str().into(),
        point.first.pin_id.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps what an officer changed in a point; `Conflict` when someone saved first.
pub fn update_point(work: &mut Work, point: &Point) -> Result<()> {
    let sql = "update point set name = $3, sort_key = $4, fold = $5, lead = $6, coordinating = $7, contact_role = $8, \
               version = version + 1 where province = $1 and id = $2 and version = $9";
    let values: [Value; 9] = [
        point.province.as_str().into(),
        point.id.as_str().into(),
        point.name.as_str().into(),
        fold::sort_key(&point.name).into(),
        fold::key(&point.name).into(),
        point.lead.as_str().into(),
        point.coordinating.as_str().into(),
        point.contact_role.as_str().into(),
        point.version.into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// Keeps the state that the steps made, and the stretches behind it.
pub fn save_life(work: &mut Work, point: &Point, spans: &[Span], launched_on: Option<&str>) -> Result<()> {
    let state = spans.last().map_or(State::Proposed, |span| span.state);
    let at = spans.last().map_or(&point.first, |span| &span.anchor);
    let sql = "update point set state = $3, launched_on = $4, place_id = $5, \
               pin_id = (select l.pin_id from place l where l.id = $5), version = version + 1 where province = $1 and id = $2";
    let key = [Value::from(&point.province), Value::from(&point.id)];
    let mut values = key.to_vec();
    values.extend([state.code().into(), launched_on.into(), Value::from(&at.place_id)]);
    work.execute(sql, &values)?;
    work.execute("delete from point_span where province = $1 and point_id = $2", &key)?;
    for span in spans {
        insert_span(work, &point.province, &point.id, span)?;
    }
    Ok(())
}

/// Keeps one stretch of a point's life.
pub fn insert_span(work: &mut Work, province: &str, point_id: &str, span: &Span) -> Result<()> {
    let sql = "insert into point_span (province, point_id, state, active, from_on, to_on, place_id, pin_id) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values: [Value; 8] = [
        province.into(),
        point_id.into(),
        span.state.code().into(),
        span.state.is_active().into(),
        span.from_on.as_str().into(),
        span.to_on.as_str().into(),
        span.anchor.place_id.as_str().into(),
        span.anchor.pin_id.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps how big a point is from a day on.
pub fn save_scale(work: &mut Work, province: &str, point_id: &str, from_on: &str, scale: &Scale) -> Result<()> {
    let sql = "delete from point_scale where province = $1 and point_id = $2 and from_on >= $3";
    work.execute(sql, &[province.into(), point_id.into(), from_on.into()])?;
    let sql = "update point_scale set to_on = $3 where province = $1 and point_id = $2 and to_on > $3";
    work.execute(sql, &[province.into(), point_id.into(), from_on.into()])?;
    let sql = "insert into point_scale (province, point_id, from_on, to_on, n_households, n_units, n_commitments) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] = [
        province.into(),
        point_id.into(),
        from_on.into(),
        OPEN.into(),
        scale.n_households.into(),
        scale.n_units.into(),
        scale.n_commitments.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// How big a point is now.
pub fn scale(work: &mut Work, point: &Point) -> Result<Scale> {
    let sql = "select n_households, n_units, n_commitments from point_scale \
               where province = $1 and point_id = $2 order by from_on desc limit 1";
    let row = work.first(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    Ok(row.map_or_else(Scale::default, |row| Scale {
        n_households: row.int(0),
        n_units: row.int(1),
        n_commitments: row.int(2),
    }))
}

/// A point as deeds and papers name it.
pub fn thing(point: &Point) -> Thing<'_> {
    Thing { province: &point.province, kind: "point", id: &point.id, pin: &point.pin_id }
}

/// Keeps a step.
pub fn insert_step(work: &mut Work, point: &Point, step: &Step) -> Result<()> {
    let paper_id = match &step.paper {
        Some(named) => Some(use_named(work, &thing(point), named, step.kind.code())?),
        None => None,
    };
    let entry = StepEntry { id: ids::new(), entered_at: work.moment.now.clone(), paper_id };
    write_step(work, point, step, &entry)
}

/// What the register itself adds to a step.
pub struct StepEntry {
    pub id: String,
    pub entered_at: String,
    pub paper_id: Option<String>,
}

/// Writes a step whose paper is kept already.
pub fn write_step(work: &mut Work, point: &Point, step: &Step, entry: &StepEntry) -> Result<()> {
    let sql = "insert into step (province, id, point_id, kind, on_date, entered_at, paper_id, reason, note, \
               place_id, pin_id, into_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let anchor = step.anchor.clone().unwrap_or_default();
    let values: [Value; 12] = [
        point.province.as_str().into(),
        entry.id.as_str().into(),
        point.id.as_str().into(),
        step.kind.code().into(),
        step.on_date.as_str().into(),
        entry.entered_at.as_str().into(),
        entry.paper_id.clone().into(),
        step.reason.as_str().into(),
        step.note.as_str().into(),
        anchor.place_id.into(),
        anchor.pin_id.into(),
        step.into_id.as_str().into(),
    ];
    work.execute(sql, &values)?;
    for heading in &step.headings {
        let sql = "insert into survey_heading (province, step_id, point_id, heading) values ($1, $2, $3, $4)";
        let values = [point.province.as_str(), entry.id.as_str(), point.id.as_str(), heading.as_str()].map(Value::from);
        work.execute(sql, &values)?;
    }
    Ok(())
}

/// What the survey plans of a point cover: codes of headings, and the day of the plan.
pub fn survey_headings(work: &mut Work, point: &Point) -> Result<Vec<(String, String)>> {
    let sql = "select h.heading, s.on_date from survey_heading h join step s on s.province = h.province and s.id = h.step_id \
               where h.province = $1 and h.point_id = $2 order by s.on_date, h.heading";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// The steps of a point, in order.
pub fn steps(work: &mut Work, point: &Point) -> Result<Vec<Step>> {
    let sql = "select s.kind, s.on_date, s.reason, s.note, a.number, a.issued_on, a.issuer, s.place_id, s.pin_id, s.into_id from step s \
               left join paper a on a.province = s.province and a.id = s.paper_id \
               where s.province = $1 and s.point_id = $2 order by s.on_date, s.entered_at, s.id";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    Ok(rows.iter().filter_map(step_row).collect())
}

fn step_row(row: &Row) -> Option<Step> {
    let paper = row.text_or_null(4).map(|number| PaperRef { number, issued_on: row.text(5), issuer: row.text(6) });
    Some(Step {
        kind: StepKind::from_code(row.str(0))?,
        on_date: row.text(1),
        paper,
        reason: row.text(2),
        note: row.text(3),
        anchor: (!row.str(7).is_empty()).then(|| Anchor { place_id: row.text(7), pin_id: row.text(8) }),
        into_id: row.text(9),
        headings: Vec::new(),
    })
}

/// A team that carries out a point.
#[derive(Clone, Debug)]
pub struct Team {
    pub id: String,
    pub name: String,
    pub n_members: i64,
    pub n_households: i64,
    pub leader_role: String,
    pub from_on: String,
    pub to_on: String,
}

/// The teams of a point that stand on a day, in Vietnamese order.
pub fn teams(work: &mut Work, point: &Point, on: &str) -> Result<Vec<Team>> {
    let sql = "select id, name, n_members, n_households, leader_role, from_on, to_on from team \
               where province = $1 and point_id = $2 and from_on <= $3 and to_on > $3 order by sort_key, id";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into(), on.into()])?;
    Ok(rows
        .iter()
        .map(|row| Team {
            id: row.text(0),
            name: row.text(1),
            n_members: row.int(2),
            n_households: row.int(3),
            leader_role: row.text(4),
            from_on: row.text(5),
            to_on: row.text(6),
        })
        .collect())
}

/// Keeps a new team of a point.
pub fn insert_team(work: &mut Work, province: &str, point_id: &str, team: &Team) -> Result<()> {
    let sql = "insert into team (province, id, point_id, name, sort_key, n_members, n_households, leader_role, from_on, \
               to_on, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";
    let values: [Value; 10] = [
        province.into(),
        team.id.as_str().into(),
        point_id.into(),
        team.name.as_str().into(),
        fold::sort_key(&team.name).into(),
        team.n_members.into(),
        team.n_households.into(),
        team.leader_role.as_str().into(),
        team.from_on.as_str().into(),
        team.to_on.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Ends the teams of a point on a day.
pub fn end_teams(work: &mut Work, province: &str, point_id: &str, on: &str) -> Result<()> {
    let sql = "update team set to_on = $3, version = version + 1 \
               where province = $1 and point_id = $2 and from_on <= $3 and to_on > $3";
    work.execute(sql, &[province.into(), point_id.into(), on.into()])?;
    Ok(())
}

/// How many points of a scheme a commune has had: the next number of a code.
pub fn n_points_coded(work: &mut Work, province: &str, prefix: &str) -> Result<i64> {
    let sql = "select count(*) from point where province = $1 and code like $2";
    let begins = format!("{prefix}%");
    Ok(work.first(sql, &[province.into(), begins.into()])?.map_or(0, |row| row.int(0)))
}
