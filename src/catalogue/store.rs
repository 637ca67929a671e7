//! How names of schemes, their mergers and their spreading are kept.

use std::collections::BTreeSet;

use store::Value;

use crate::catalogue::effect::{self, Effect};
use crate::error::Result;
use crate::figures::relations::ACTIVE_POINTS;
use crate::papers::paper::PaperRef;
use crate::schemes::scheme::Scheme;
use crate::search::{self, Entry};
use crate::work::Work;

/// Keeps another name of a scheme.
pub fn insert_alias(work: &mut Work, scheme: &Scheme, alias: &str) -> Result<()> {
    let sql =
        "insert into scheme_alias (province, scheme_id, alias, fold) values ($1, $2, $3, $4) on conflict do nothing";
    work.execute(
        sql,
        &[scheme.province.as_str().into(), scheme.id.as_str().into(), alias.into(), fold::key(alias).into()],
    )?;
    Ok(())
}

/// Keeps a scheme findable under all its names.
pub fn keep_findable(work: &mut Work, scheme: &Scheme, province_id: &str) -> Result<()> {
    search::forget(work, &scheme.id)?;
    let also = format!("{} {}", scheme.code, scheme.aliases.join(" "));
    let entry = Entry {
        thing: "scheme",
        thing_id: &scheme.id,
        pin_id: "",
        place_id: province_id,
        title: &scheme.name,
        detail: &scheme.code,
        also: &also,
        weight: 4,
    };
    search::insert(work, &entry)
}

fn count(work: &mut Work, sql: &str, from: &Scheme) -> Result<i64> {
    let row = work.first(sql, &[from.province.as_str().into(), from.id.as_str().into()])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// What a merger would do; nothing is changed.
pub fn effect(work: &mut Work, from: &Scheme, into: &Scheme, days: &[String]) -> Result<Effect> {
    let mut told = Effect {
        n_points: count(work, "select count(*) from point where province = $1 and scheme_id = $2", from)?,
        n_active: count(
            work,
            "select count(*) from point where province = $1 and scheme_id = $2 and state = 'active'",
            from,
        )?,
        n_exemplars: count(work, "select count(*) from exemplar where province = $1 and scheme_id = $2", from)?,
        n_lessons: count(work, "select count(*) from lesson where province = $1 and scheme_id = $2", from)?,
        has_rule: count(work, "select count(*) from heartbeat_rule where province = $1 and scheme_id = $2", from)? > 0,
        aliases: std::iter::once(&from.name).chain(&from.aliases).cloned().collect(),
        counted: Vec::new(),
    };
    for day in days {
        let schemes = operating(work, &from.province, day)?;
        told.counted.push(effect::count(&schemes, (&from.id, &into.id), day));
    }
    Ok(told)
}

/// The schemes with an operating point on a day, from the very relation of C1.
fn operating(work: &mut Work, province: &str, on: &str) -> Result<BTreeSet<String>> {
    let sql = format!(
        "select distinct f.scheme_id from ({ACTIVE_POINTS}) f where f.province = $1 and f.from_on <= $2 and f.to_on > $2"
    );
    Ok(work.query(&sql, &[province.into(), on.into()])?.iter().map(|row| row.text(0)).collect())
}

/// Things of the former name, by the table that holds them.
const MOVED: [(&str, &str, &str); 3] = [
    (
        "point",
        "insert into scheme_moved (province, from_id, thing, thing_id) select province, scheme_id, 'point', id from point where province = $1 and scheme_id = $2",
        "update point set scheme_id = $3, version = version + 1 where province = $1 and scheme_id = $2",
    ),
    (
        "exemplar",
        "insert into scheme_moved (province, from_id, thing, thing_id) select province, scheme_id, 'exemplar', id from exemplar where province = $1 and scheme_id = $2",
        "update exemplar set scheme_id = $3 where province = $1 and scheme_id = $2",
    ),
    (
        "lesson",
        "insert into scheme_moved (province, from_id, thing, thing_id) select province, scheme_id, 'lesson', id from lesson where province = $1 and scheme_id = $2",
        "update lesson set scheme_id = $3 where province = $1 and scheme_id = $2",
    ),
];

/// Ids and pins of the points that bear a scheme.
pub fn points_of(work: &mut Work, scheme: &Scheme) -> Result<Vec<(String, String)>> {
    let sql = "select p.id, l.pin_id from point p join place l on l.id = p.place_id where p.province = $1 and p.scheme_id = $2 order by p.id";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// Moves everything that bears one name to the other, and keeps what it was.
pub fn merge(work: &mut Work, from: &Scheme, into: &Scheme) -> Result<()> {
    let key: [Value; 2] = [from.province.as_str().into(), from.id.as_str().into()];
    let both: [Value; 3] = [from.province.as_str().into(), from.id.as_str().into(), into.id.as_str().into()];
    for (_, keep, change) in MOVED {
        work.execute(keep, &key)?;
        work.execute(change, &both)?;
    }
    work.execute("update scheme_alias set scheme_id = $3 where province = $1 and scheme_id = $2", &both)?;
    insert_alias(work, into, &from.name)?;
    // Whoever was merged into the former name follows it.
    work.execute("update scheme set merged_into = $3 where province = $1 and merged_into = $2", &both)?;
    work.execute("update scheme set merged_into = $3, version = version + 1 where province = $1 and id = $2", &both)?;
    let today = work.today();
    let sql =
        "update heartbeat_rule set to_on = $3 where province = $1 and scheme_id = $2 and from_on < $3 and to_on > $3";
    work.execute(sql, &[key[0].clone(), key[1].clone(), today.into()])?;
    Ok(())
}

/// A merger as it is kept.
pub struct Merger {
    pub name: String,
    pub merged_on: String,
    pub paper: PaperRef,
    pub reason: String,
    pub n_points: i64,
}

/// Keeps that a merger was decided.
pub fn insert_merger(work: &mut Work, ids: (&str, &str, &str), merger: &Merger, paper_id: &str) -> Result<()> {
    let (province, from_id, into_id) = ids;
    let sql = "insert into scheme_merger (province, from_id, into_id, merged_on, paper_id, reason, n_points) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] = [
        province.into(),
        from_id.into(),
        into_id.into(),
        merger.merged_on.as_str().into(),
        paper_id.into(),
        merger.reason.as_str().into(),
        merger.n_points.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// The names that came together in a scheme, the latest first.
pub fn mergers(work: &mut Work, scheme: &Scheme) -> Result<Vec<Merger>> {
    let sql = "select s.name, m.merged_on, a.number, a.issued_on, a.issuer, m.reason, m.n_points from scheme_merger m \
               join scheme s on s.province = m.province and s.id = m.from_id \
               join paper a on a.province = m.province and a.id = m.paper_id \
               where m.province = $1 and s.merged_into = $2 order by m.merged_on desc, s.sort_key";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    let merger = |row: &store::Row| Merger {
        name: row.text(0),
        merged_on: row.text(1),
        paper: PaperRef { number: row.text(2), issued_on: row.text(3), issuer: row.text(4) },
        reason: row.text(5),
        n_points: row.int(6),
    };
    Ok(rows.iter().map(merger).collect())
}

/// Keeps by which paper the Ministry spread the experience of a scheme.
pub fn insert_spread(work: &mut Work, scheme: &Scheme, paper_id: &str, spread_on: &str) -> Result<()> {
    let sql = "insert into scheme_spread (province, scheme_id, paper_id, spread_on, entered_at) \
               values ($1, $2, $3, $4, $5) on conflict do nothing";
    let now = work.moment.now.clone();
    let values: [Value; 5] =
        [scheme.province.as_str().into(), scheme.id.as_str().into(), paper_id.into(), spread_on.into(), now.into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// When and by which papers the Ministry spread the experience of a scheme; also of the names merged into it.
pub fn spreads(work: &mut Work, scheme: &Scheme) -> Result<Vec<(String, PaperRef)>> {
    let sql = "select x.spread_on, a.number, a.issued_on, a.issuer from scheme_spread x \
               join scheme s on s.province = x.province and s.id = x.scheme_id \
               join paper a on a.province = x.province and a.id = x.paper_id \
               where x.province = $1 and (s.id = $2 or s.merged_into = $2) order by x.spread_on desc, a.number";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    let paper = |row: &store::Row| PaperRef { number: row.text(1), issued_on: row.text(2), issuer: row.text(3) };
    Ok(rows.iter().map(|row| (row.text(0), paper(row))).collect())
}
