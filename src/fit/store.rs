//! How traits of places and schemes are kept, and the points read that stand where they are borne.

use std::collections::{HashMap, HashSet};

use store::{Row, Value};

use crate::error::Result;
use crate::fit::likeness::{Bearer, Sited, Traits};
use crate::lineage::adaptation::Counts;
use crate::lineage::tree::{Leaf, Stretch};
use crate::places::place::{Level, OPEN, Place};
use crate::schemes::point::{Origin, State};
use crate::schemes::scheme::Scheme;
use crate::work::Work;

/// A trait of a place, from one day to another.
#[derive(Clone, Debug)]
pub struct Borne {
    pub place_id: String,
    pub code: String,
    pub from_on: String,
    pub to_on: String,
    pub basis: String,
}

/// The traits that a place had and has itself.
pub fn of_place(work: &mut Work, place_id: &str) -> Result<Vec<Borne>> {
    let sql =
        "select place_id, trait, from_on, to_on, basis from place_trait where place_id = $1 order by from_on, trait";
    let rows = work.query(sql, &[place_id.into()])?;
    let borne = |row: &Row| Borne {
        place_id: row.text(0),
        code: row.text(1),
        from_on: row.text(2),
        to_on: row.text(3),
        basis: row.text(4),
    };
    Ok(rows.iter().map(borne).collect())
}

/// Keeps a trait of a place from a day on.
pub fn insert(work: &mut Work, province: &str, borne: &Borne) -> Result<()> {
    let sql = "insert into place_trait (province, place_id, trait, from_on, to_on, basis, entered_at, entered_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (now, who) = (work.moment.now.clone(), work.actor.account_id.clone());
    let values: [Value; 8] = [
        province.into(),
        borne.place_id.as_str().into(),
        borne.code.as_str().into(),
        borne.from_on.as_str().into(),
        borne.to_on.as_str().into(),
        borne.basis.as_str().into(),
        now.into(),
        who.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Ends a trait of a place on a day; how many it were.
pub fn end(work: &mut Work, place_id: &str, code: &str, on: &str) -> Result<u64> {
    let sql = "update place_trait set to_on = $3 where place_id = $1 and trait = $2 and from_on <= $3 and to_on = $4";
    work.execute(sql, &[place_id.into(), code.into(), on.into(), OPEN.into()])
}

/// The places of a province that stand on a day and have traits of their own then, in their order.
pub fn bearers(work: &mut Work, province: &str, on: &str) -> Result<Vec<Bearer>> {
    let sql = "select b.id, b.name, b.level, b.pin_id, t.trait from place_trait t \
               join place b on b.id = t.place_id and b.from_on <= $2 and b.to_on > $2 \
               where t.province = $1 and t.from_on <= $2 and t.to_on > $2 order by b.level, b.sort_key, b.id, t.trait";
    let mut bearers: Vec<Bearer> = Vec::new();
    for row in work.query(sql, &[province.into(), on.into()])? {
        if bearers.last().is_none_or(|last| last.id != row.str(0)) {
            let level = Level::from_number(row.int(2));
            let (id, name, pin_id) = (row.text(0), row.text(1), row.text(3));
            bearers.push(Bearer { id, name, level, pin_id, traits: Traits::new() });
        }
        if let Some(bearer) = bearers.last_mut() {
            bearer.traits.insert(row.text(4));
        }
    }
    Ok(bearers)
}

/// For which traits each scheme of a province is meant; schemes without any are left out.
pub fn of_schemes(work: &mut Work, province: &str) -> Result<HashMap<String, Traits>> {
    let sql = "select scheme_id, trait from scheme_trait where province = $1";
    let mut traits: HashMap<String, Traits> = HashMap::new();
    for row in work.query(sql, &[province.into()])? {
        traits.entry(row.text(0)).or_default().insert(row.text(1));
    }
    Ok(traits)
}

/// For which traits a scheme is meant.
pub fn of_scheme(work: &mut Work, scheme: &Scheme) -> Result<Traits> {
    let sql = "select trait from scheme_trait where province = $1 and scheme_id = $2";
    let rows = work.query(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into()])?;
    Ok(rows.iter().map(|row| row.text(0)).collect())
}

/// Keeps for which traits a scheme is meant.
pub fn replace_of_scheme(work: &mut Work, (province, scheme_id): (&str, &str), traits: &Traits) -> Result<()> {
    let sql = "delete from scheme_trait where province = $1 and scheme_id = $2";
    work.execute(sql, &[province.into(), scheme_id.into()])?;
    for code in traits {
        let sql = "insert into scheme_trait (province, scheme_id, trait) values ($1, $2, $3)";
        work.execute(sql, &[province.into(), scheme_id.into(), code.as_str().into()])?;
    }
    Ok(())
}

const POINTS: &str = "select p.id, p.code, p.name, coalesce(u.name, g.name), coalesce(u.code, ''), p.origin, p.launched_on, \
    p.scheme_id, p.place_id, coalesce(u.id, '') from point p join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    left join rollup t on t.place_id = g.pin_id and t.level = 3 and t.from_on <= $2 and t.to_on > $2 \
    left join place u on u.id = t.ancestor_id \
    where p.province = $3 and p.launched_on <= $4 and ($5 = '' or p.scheme_id = $5) order by p.sort_key, p.id";

const STRETCHES: &str = "select s.point_id, s.state, s.from_on, s.to_on from point_span s \
    join point p on p.province = s.province and p.id = s.point_id join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where p.province = $3 and ($4 = '' or p.scheme_id = $4) order by s.point_id, s.from_on";

/// The points below a place that were launched by a day, of a scheme or of all, with what they have been.
pub fn points(work: &mut Work, (province, scheme_id): (&str, &str), scope: &Place, at: &str) -> Result<Vec<Sited>> {
    let day = scope.day_on_the_map(&work.today());
    let frame: [Value; 3] = [scope.pin_id().into(), day.into(), province.into()];
    let mut values = frame.to_vec();
    values.extend([at.into(), scheme_id.into()]);
    let mut points: Vec<Sited> = work.query(POINTS, &values)?.iter().map(sited).collect();
    let by_id: HashMap<String, usize> = points.iter().zip(0..).map(|(point, n)| (point.leaf.id.clone(), n)).collect();
    let mut values = frame.to_vec();
    values.push(scheme_id.into());
    for row in work.query(STRETCHES, &values)? {
        let Some(point) = by_id.get(row.str(0)).and_then(|n| points.get_mut(*n)) else { continue };
        let state = State::from_code(row.str(1)).unwrap_or(State::Proposed);
        point.leaf.stretches.push(Stretch { state, from_on: row.text(2), to_on: row.text(3) });
    }
    Ok(points)
}

fn sited(row: &Row) -> Sited {
    Sited {
        leaf: Leaf {
            id: row.text(0),
            code: row.text(1),
            name: row.text(2),
            place: row.text(3),
            commune_code: row.text(4),
            origin: Origin::from_code(row.str(5)),
            from_id: String::new(),
            launched_on: row.text(6),
            stretches: Vec::new(),
            counts: Counts::default(),
        },
        scheme_id: row.text(7),
        place_id: row.text(8),
        commune_id: row.text(9),
    }
}

/// The places below one on a day, by their ids: those that may be told where only a part is within reach.
pub fn ids_below(work: &mut Work, scope: &Place, on: &str) -> Result<HashSet<String>> {
    let day = scope.day_on_the_map(on);
    let sql = "select r.place_id from rollup r where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2";
    Ok(work.query(sql, &[scope.pin_id().into(), day.into()])?.iter().map(|row| row.text(0)).collect())
}
