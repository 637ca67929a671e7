//! The dry run: what a reorganisation touches, before anybody signs it. Nothing here changes anything.

use std::collections::{BTreeMap, BTreeSet};

use store::Row;

use crate::error::Result;
use crate::places::effects::Effect;
use crate::places::place::{Level, last_day};
use crate::places::reorganisation::{Extent, Reorganisation};
use crate::places::taking_effect::Change;
use crate::work::Work;

/// What is kept at a place or below it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub n_points: i64,
    /// Of them not launched yet.
    pub n_drafts: i64,
    pub n_teams: i64,
    pub n_exemplars: i64,
    pub n_commendations: i64,
    /// Residential areas and institutions.
    pub n_areas: i64,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.n_points += other.n_points;
        self.n_drafts += other.n_drafts;
        self.n_teams += other.n_teams;
        self.n_exemplars += other.n_exemplars;
        self.n_commendations += other.n_commendations;
        self.n_areas += other.n_areas;
    }
}

/// A place that is changed, what becomes of it, and what is kept there.
#[derive(Clone, Debug)]
pub struct Line {
    pub place_id: String,
    pub name: String,
    /// The places it goes to, with whether only a part of it does.
    pub goes_to: Vec<(String, bool)>,
    /// It is no more afterwards.
    pub ends: bool,
    pub counts: Counts,
}

/// A grant on a place that ends.
#[derive(Clone, Debug)]
pub struct Grant {
    pub account_id: String,
    pub user_name: String,
    pub role: String,
    pub place: String,
    /// Where it goes on by itself; none when the place is divided.
    pub follows: Option<String>,
}

/// The whole dry run.
#[derive(Debug, Default)]
pub struct Impact {
    pub lines: Vec<Line>,
    pub total: Counts,
    pub grants: Vec<Grant>,
    /// So many places are shown elsewhere on some map.
    pub n_shown_anew: usize,
}

impl Impact {
    /// The grants that lead nowhere by themselves.
    pub fn lost(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(|grant| grant.follows.is_none())
    }

    /// So many accounts hold a grant on a place that ends.
    pub fn n_accounts(&self) -> usize {
        self.grants.iter().map(|grant| grant.account_id.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// Finds what a reorganisation touches.
pub fn find(work: &mut Work, told: &Reorganisation, change: &Change) -> Result<Impact> {
    let eve = last_day(&told.on);
    let names = names(work, change)?;
    let mut fates: BTreeMap<&str, Vec<(String, bool)>> = BTreeMap::new();
    for effect in &change.effects {
        if let Effect::Join { source, target: Some(target), part, .. } = effect {
            let name = names.get(target.as_str()).cloned().unwrap_or_else(|| target.clone());
            fates.entry(source).or_default().push((name, *part));
        }
    }
    let ended = told.ended();
    let mut impact = Impact { n_shown_anew: shown_anew(change).len(), ..Impact::default() };
    let concerned: BTreeSet<&str> = change.changes().into_iter().chain(fates.keys().copied()).collect();
    let mut counted = BTreeSet::new();
    for id in concerned {
        let Some(level) = level_of(work, id)? else { continue };
        // What is above the communes is told by its communes.
        if level < Level::Commune {
            continue;
        }
        let counts = counts(work, id, &eve)?;
        if counted.insert(id.to_owned()) {
            impact.total.add(&counts);
        }
        impact.lines.push(Line {
            place_id: id.to_owned(),
            name: names.get(id).cloned().unwrap_or_default(),
            goes_to: fates.get(id).cloned().unwrap_or_default(),
            ends: ended.contains(id),
            counts,
        });
    }
    impact.lines.sort_by_key(|line| fold::sort_key(&line.name));
    impact.grants = grants(work, told, change, &names)?;
    Ok(impact)
}

fn shown_anew(change: &Change) -> BTreeSet<&str> {
    change.before.symmetric_difference(&change.after).map(|row| row.place.as_str()).collect()
}

/// The names of the places that effects speak of, new ones among them.
fn names(work: &mut Work, change: &Change) -> Result<BTreeMap<String, String>> {
    let mut names: BTreeMap<String, String> =
        change.begins().map(|(id, unit)| (id.to_owned(), unit.name.clone())).collect();
    let mut ids: BTreeSet<&str> = change.changes();
    for effect in &change.effects {
        if let Effect::Join { source, target, .. } = effect {
            ids.insert(source);
            ids.extend(target.as_deref());
        }
    }
    for id in ids {
        if let Some(row) = work.first("select name from place where id = $1", &[id.into()])? {
            names.insert(id.to_owned(), row.text(0));
        }
    }
    Ok(names)
}

fn level_of(work: &mut Work, id: &str) -> Result<Option<Level>> {
    let row = work.first("select level from place where id = $1", &[id.into()])?;
    Ok(row.map(|row| Level::from_number(row.int(0))))
}

/// What is kept at a place and below it on the eve.
fn counts(work: &mut Work, id: &str, eve: &str) -> Result<Counts> {
    let sql = "select p.pin_id from place p where p.id = $1";
    let is_pin = work.first(sql, &[id.into()])?.is_some_and(|row| row.str(0) == id);
    // A residential area without a history of its own is not in the roll-up: it is asked for itself.
    let inside = if is_pin {
        "from rollup r join place g on g.pin_id = r.place_id where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2"
    } else {
        "from place g join rollup r on r.place_id = g.pin_id and r.level = 0 and r.from_on <= $2 and r.to_on > $2 where g.id = $1"
    };
    let one = |work: &mut Work, sql: String| -> Result<Row> {
        let row = work.first(&sql, &[id.into(), eve.into()])?;
        row.ok_or_else(|| anyhow::anyhow!("a count gave no row").into())
    };
    let points = one(
        work,
        format!(
            "select count(*), cast(coalesce(sum(case when f.state in ('proposed', 'surveyed', 'approved') then 1 else 0 end), 0) \
             as bigint), cast(coalesce(sum((select count(*) from team t where t.province = f.province and t.point_id = f.id \
             and t.to_on > $2)), 0) as bigint) from point f join (select g.id {inside}) g on g.id = f.place_id \
             where f.state not in ('ended', 'struck_off', 'merged')"
        ),
    )?;
    let exemplars = one(
        work,
        format!(
            "select count(*) from exemplar f join (select g.id {inside}) g on g.id = f.place_id where f.withdrawn_on > $2"
        ),
    )?;
    let commendations =
        one(work, format!("select count(*) from commendation f join (select g.id {inside}) g on g.id = f.place_id"))?;
    let areas = one(work, format!("select count(*) {inside} and g.level >= 4 and g.to_on > $2 and g.id <> $1"))?;
    Ok(Counts {
        n_points: points.int(0),
        n_drafts: points.int(1),
        n_teams: points.int(2),
        n_exemplars: exemplars.int(0),
        n_commendations: commendations.int(0),
        n_areas: areas.int(0),
    })
}

/// The grants on places that end, each with where it goes on.
fn grants(
    work: &mut Work,
    told: &Reorganisation,
    change: &Change,
    names: &BTreeMap<String, String>,
) -> Result<Vec<Grant>> {
    let mut grants = Vec::new();
    for id in told.ended() {
        let sql = "select g.account_id, a.user_name, g.role, p.level, p.name from account_grant g \
                   join account a on a.id = g.account_id join place p on p.id = g.place_id \
                   where g.place_id = $1 and g.to_on > $2 order by a.user_name, g.id";
        for row in work.query(sql, &[id.into(), told.on.as_str().into()])? {
            let same_level = change.after.iter().find(|after| {
                after.place == id
                    && i64::from(after.ancestor_level) == row.int(3)
                    && after.from <= told.on
                    && told.on < after.to
            });
            let heir = same_level.map(|after| after.ancestor.as_str());
            grants.push(Grant {
                account_id: row.text(0),
                user_name: row.text(1),
                role: row.text(2),
                place: row.text(4),
                follows: heir.map(|heir| names.get(heir).cloned().unwrap_or_else(|| heir.to_owned())),
            });
        }
    }
    Ok(grants)
}

/// The places that are given away in parts, with the places or keys of new units that take them.
pub fn divided(told: &Reorganisation) -> BTreeMap<String, Vec<String>> {
    let mut divided: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for deed in &told.deeds {
        let target = deed.unit().map(|unit| unit.uid.clone()).or_else(|| deed.standing().map(str::to_owned));
        for share in deed.from().iter().filter(|share| share.extent == Extent::Part) {
            divided.entry(share.place_id.clone()).or_default().extend(target.clone());
        }
    }
    divided
}
