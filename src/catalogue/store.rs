//! How names of schemes, their mergers and their spreading are kept.

use std::collections::BTreeSet;

use store::Value;

use crate::catalogue::effect::{self, Effect, Parting};
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

/// Takes another name of a scheme away.
pub fn delete_alias(work: &mut Work, scheme: &Scheme, alias: &str) -> Result<()> {
    let sql = "delete from scheme_alias where province = $1 and scheme_id = $2 and fold = $3";
    let values = [scheme.province.as_str().into(), scheme.id.as_str().into(), fold::key(alias).into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// Does a scheme of the province, also one that was merged, bear this code?
pub fn is_code_taken(work: &mut Work, province: &str, code: &str) -> Result<bool> {
    let sql = "select 1 from scheme where province = $1 and code = $2";
    Ok(work.first(sql, &[province.into(), code.into()])?.is_some())
}

/// An address for a name that no scheme of the province has.
pub fn free_slug(work: &mut Work, province: &str, name: &str) -> Result<String> {
    let plain = fold::key(name).split_whitespace().collect::<Vec<_>>().join("-");
    let (mut slug, mut n) = (plain.clone(), 1);
    let sql = "select 1 from scheme where province = $1 and slug = $2";
    // `new` is the address of the form.
    while slug == "new" || work.first(sql, &[province.into(), slug.as_str().into()])?.is_some() {
        n += 1;
        slug = format!("{plain}-{n}");
    }
    Ok(slug)
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
pub fn operating(work: &mut Work, province: &str, on: &str) -> Result<BTreeSet<String>> {
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
    // Other names, and names that were merged earlier, are remembered like everything that goes over.
    for keep in [
        "insert into scheme_moved (province, from_id, thing, thing_id) select province, scheme_id, 'alias', fold from scheme_alias where province = $1 and scheme_id = $2",
        "insert into scheme_moved (province, from_id, thing, thing_id) select province, merged_into, 'scheme', id from scheme where province = $1 and merged_into = $2",
    ] {
        work.execute(keep, &key)?;
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

/// The points that went over with a name and still bear the one that stays: ids and pins.
pub fn moved_points(work: &mut Work, into: &Scheme, from_id: &str) -> Result<Vec<(String, String)>> {
    let sql = "select p.id, l.pin_id from scheme_moved m join point p on p.province = m.province and p.id = m.thing_id \
               join place l on l.id = p.place_id where m.province = $1 and m.from_id = $3 and m.thing = 'point' \
               and p.scheme_id = $2 order by p.id";
    let rows = work.query(sql, &[into.province.as_str().into(), into.id.as_str().into(), from_id.into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// What parting two names would do; nothing is changed.
pub fn parting(work: &mut Work, into: &Scheme, merger: &Merger, days: &[String]) -> Result<Parting> {
    let back: BTreeSet<String> = moved_points(work, into, &merger.from_id)?.into_iter().map(|(id, _)| id).collect();
    let all = points_of(work, into)?.len();
    let mut told = Parting { n_points: back.len() as i64, n_staying: (all - back.len()) as i64, counted: Vec::new() };
    let sql = format!(
        "select distinct f.scheme_id, f.thing_id from ({ACTIVE_POINTS}) f where f.province = $1 and f.from_on <= $2 and f.to_on > $2"
    );
    for day in days {
        let rows = work.query(&sql, &[into.province.as_str().into(), day.as_str().into()])?;
        let points: Vec<(String, bool)> = rows.iter().map(|row| (row.text(0), back.contains(row.str(1)))).collect();
        told.counted.push(effect::count_parted(&points, (&merger.from_id, &into.id), day));
    }
    Ok(told)
}

/// Parts two names again and keeps that they were one.
pub fn part(work: &mut Work, (into, merger): (&Scheme, &Merger), why: &str) -> Result<()> {
    let (province, from_id) = (into.province.as_str(), merger.from_id.as_str());
    let both: [Value; 3] = [province.into(), from_id.into(), into.id.as_str().into()];
    let moved = "select m.thing_id from scheme_moved m where m.province = $1 and m.from_id = $2 and m.thing =";
    for (table, thing, version) in
        [("point", "point", ", version = version + 1"), ("exemplar", "exemplar", ""), ("lesson", "lesson", "")]
    {
        let sql = format!(
            "update {table} set scheme_id = $2{version} where province = $1 and scheme_id = $3 and id in ({moved} '{thing}')"
        );
        work.execute(&sql, &both)?;
    }
    let sql = format!(
        "update scheme_alias set scheme_id = $2 where province = $1 and scheme_id = $3 and fold in ({moved} 'alias')"
    );
    work.execute(&sql, &both)?;
    delete_alias(work, into, &merger.name)?;
    let sql = format!(
        "update scheme set merged_into = $2 where province = $1 and merged_into = $3 and id in ({moved} 'scheme')"
    );
    work.execute(&sql, &both)?;
    let key: [Value; 2] = [province.into(), from_id.into()];
    work.execute("update scheme set merged_into = '', version = version + 1 where province = $1 and id = $2", &key)?;
    let sql = "insert into scheme_parted (province, id, from_id, into_id, merged_on, paper_id, reason, n_points, parted_on, parted_why) \
               select province, $3, from_id, into_id, merged_on, paper_id, reason, n_points, $4, $5 from scheme_merger \
               where province = $1 and from_id = $2";
    let mut values = key.to_vec();
    values.extend([crate::ids::new().into(), work.today().into(), why.into()]);
    work.execute(sql, &values)?;
    work.execute("delete from scheme_merger where province = $1 and from_id = $2", &key)?;
    work.execute("delete from scheme_moved where province = $1 and from_id = $2", &key)?;
    Ok(())
}

/// Two names that were one for a time.
pub struct Parted {
    pub name: String,
    pub merged_on: String,
    pub parted_on: String,
    pub why: String,
}

/// The names that were parted from a scheme again, the latest first.
pub fn parted(work: &mut Work, scheme: &Scheme) -> Result<Vec<Parted>> {
    let sql = "select s.name, x.merged_on, x.parted_on, x.parted_why from scheme_parted x \
               join scheme s on s.province = x.province and s.id = x.from_id \
               where x.province = $1 and x.into_id = $2 order by x.parted_on desc, s.sort_key, x.id";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    let parted = |row: &store::Row| Parted {
        name: row.text(0),
        merged_on: row.text(1),
        parted_on: row.text(2),
        why: row.text(3),
    };
    Ok(rows.iter().map(parted).collect())
}

/// A merger as it is kept.
pub struct Merger {
    pub from_id: String,
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
    let sql = "select s.name, m.merged_on, a.number, a.issued_on, a.issuer, m.reason, m.n_points, m.from_id from scheme_merger m \
               join scheme s on s.province = m.province and s.id = m.from_id \
               join paper a on a.province = m.province and a.id = m.paper_id \
               where m.province = $1 and s.merged_into = $2 order by m.merged_on desc, s.sort_key";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    let merger = |row: &store::Row| Merger {
        from_id: row.text(7),
        name: row.text(0),
        merged_on: row.text(1),
        paper: PaperRef { number: row.text(2), issued_on: row.text(3), issuer: row.text(4) },
        reason: row.text(5),
        n_points: row.int(6),
    };
    Ok(rows.iter().map(merger).collect())
}

/// Keeps by which paper the Ministry spread the experience of a scheme; one that was taken back holds anew.
pub fn insert_spread(work: &mut Work, scheme: &Scheme, paper_id: &str, spread_on: &str) -> Result<()> {
    let sql = "insert into scheme_spread (province, scheme_id, paper_id, spread_on, entered_at) \
               values ($1, $2, $3, $4, $5) on conflict (province, scheme_id, paper_id) do update set withdrawn_on = '', withdrawn_why = ''";
    let now = work.moment.now.clone();
    let values: [Value; 5] =
        [scheme.province.as_str().into(), scheme.id.as_str().into(), paper_id.into(), spread_on.into(), now.into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps that a mark was taken back, and why.
pub fn withdraw_spread(work: &mut Work, spread: &Spread, why: &str) -> Result<()> {
    let sql = "update scheme_spread set withdrawn_on = $4, withdrawn_why = $5 where province = $1 and scheme_id = $2 and paper_id = $3";
    let today = work.today();
    let values: [Value; 5] = [
        spread.province.as_str().into(),
        spread.scheme_id.as_str().into(),
        spread.paper_id.as_str().into(),
        today.into(),
        why.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// A paper by which the Ministry spread the experience of a scheme.
pub struct Spread {
    pub province: String,
    pub scheme_id: String,
    pub paper_id: String,
    pub on: String,
    pub paper: PaperRef,
    /// Empty while the mark holds.
    pub withdrawn_on: String,
    pub withdrawn_why: String,
}

impl Spread {
    /// Was the mark taken back?
    pub fn is_withdrawn(&self) -> bool {
        !self.withdrawn_on.is_empty()
    }
}

/// When and by which papers the Ministry spread the experience of a scheme; also of the names merged into it.
pub fn spreads(work: &mut Work, scheme: &Scheme) -> Result<Vec<Spread>> {
    let sql = "select x.spread_on, a.number, a.issued_on, a.issuer, x.province, x.scheme_id, x.paper_id, x.withdrawn_on, \
               x.withdrawn_why from scheme_spread x join scheme s on s.province = x.province and s.id = x.scheme_id \
               join paper a on a.province = x.province and a.id = x.paper_id \
               where x.province = $1 and (s.id = $2 or s.merged_into = $2) order by x.spread_on desc, a.number";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    let spread = |row: &store::Row| Spread {
        province: row.text(4),
        scheme_id: row.text(5),
        paper_id: row.text(6),
        on: row.text(0),
        paper: PaperRef { number: row.text(1), issued_on: row.text(2), issuer: row.text(3) },
        withdrawn_on: row.text(7),
        withdrawn_why: row.text(8),
    };
    Ok(rows.iter().map(spread).collect())
}
