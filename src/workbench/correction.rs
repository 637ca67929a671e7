//! Correcting a record of a place that was wrong from the beginning: a name, a kind, a parent, a code, a line. It is no
//! reorganisation: the map of the same days is told otherwise afterwards. Before it is done it says which numbers on
//! which maps it alters.

use std::collections::{BTreeMap, BTreeSet};

use gazetteer::{History, RollupRow};
use serde_json::{Value as Json, json};
use store::Value;

use crate::envelopes::Owner;
use crate::error::{Error, Result};
use crate::history;
use crate::permissions::Verb;
use crate::places::place::{Level, NATION, OPEN, Place, Version};
use crate::places::reorganisation::{Decision, kinds};
use crate::places::taking_effect::{facts_are_shown_elsewhere, follow, short_name, show_names_of};
use crate::places::{store as places, tree};
use crate::search;
use crate::work::{Thing, Work};

/// What is corrected, and to what.
#[derive(Clone, Debug, PartialEq)]
pub enum Correction {
    /// How a place was called and where it stood from a day on.
    Version {
        from_on: String,
        name: String,
        kind: String,
        parent: String,
    },
    Code {
        code: String,
    },
    /// Where a line leads, and how much of the source it carries.
    Line {
        id: String,
        target: String,
        part: bool,
        people: String,
    },
}

/// A line as it is kept.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: String,
    pub target_id: String,
    pub target: String,
    pub on_date: String,
    pub part: bool,
    pub people: String,
    pub legal_basis: String,
    pub confidence: String,
}

impl Line {
    /// Whether the shipped data have it from no primary paper.
    pub fn is_uncertain(&self) -> bool {
        ["secondary", "inferred"].contains(&self.confidence.as_str())
    }
}

/// So many facts are shown elsewhere on the maps of some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Altered {
    pub from_on: String,
    pub to_on: String,
    pub before: String,
    pub after: String,
    pub n_points: i64,
    pub n_teams: i64,
    pub n_exemplars: i64,
}

/// A correction computed and not done.
pub struct Proposal {
    pub before: Vec<(&'static str, String)>,
    pub after: Vec<(&'static str, String)>,
    pub altered: Vec<Altered>,
    rows: (BTreeSet<RollupRow>, BTreeSet<RollupRow>),
}

/// The lines that lead on from a place.
pub fn lines(work: &mut Work, id: &str) -> Result<Vec<Line>> {
    let sql = "select l.id, coalesce(l.target_id, ''), coalesce(t.name, ''), l.on_date, l.part, l.people, l.legal_basis, \
               l.confidence from place_line l left join place t on t.id = l.target_id where l.source_id = $1 \
               order by l.on_date, l.id";
    let rows = work.query(sql, &[id.into()])?;
    Ok(rows
        .iter()
        .map(|row| Line {
            id: row.text(0),
            target_id: row.text(1),
            target: row.text(2),
            on_date: row.text(3),
            part: row.yes(4),
            people: row.text(5),
            legal_basis: row.text(6),
            confidence: row.text(7),
        })
        .collect())
}

/// A version with the ids of what is above it.
pub struct Kept {
    pub version: Version,
    pub kind: String,
    pub parent_id: String,
}

/// The versions of a place with their kinds and parents.
pub fn versions(work: &mut Work, id: &str) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for version in places::versions(work, id)? {
        let sql = "select kind, coalesce(parent_id, '') from place_version where place_id = $1 and from_on = $2";
        let row = work.first(sql, &[id.into(), Value::from(&version.from_on)])?.ok_or(Error::NotFound)?;
        kept.push(Kept { version, kind: row.text(0), parent_id: row.text(1) });
    }
    Ok(kept)
}

/// Loads a place to be corrected.
pub fn place_for(work: &mut Work, id: &str) -> Result<Place> {
    let place = places::by_code(work, id)?;
    work.demand(Verb::CorrectPlace, Verb::CorrectPlace, place.pin_id())?;
    Ok(place)
}

/// What a correction would alter.
pub fn propose(work: &mut Work, place: &Place, correction: &Correction) -> Result<Proposal> {
    let mut concerned = BTreeSet::from([place.id.clone()]);
    let mut above = BTreeSet::new();
    let (before, after) = match correction {
        Correction::Version { from_on, name, kind, parent } => {
            let kept = version_of(work, place, from_on)?;
            check_version(place, correction)?;
            if *parent != kept.parent_id {
                check_parent(work, place, from_on, parent)?;
            }
            above.insert(parent.clone());
            (
                vec![("name", kept.version.name), ("kind", kept.kind), ("parent", kept.parent_id)],
                vec![("name", name.clone()), ("kind", kind.clone()), ("parent", parent.clone())],
            )
        }
        Correction::Code { code } => {
            check_code(work, place, code)?;
            (vec![("code", place.code.clone())], vec![("code", code.clone())])
        }
        Correction::Line { id, target, part, people } => {
            let line = line_of(work, place, id)?;
            check_line(work, place, &line, target)?;
            concerned.insert(target.clone());
            concerned.insert(line.target_id.clone());
            let told = |part: bool| if part { "part" } else { "whole" }.to_owned();
            (
                vec![("target", line.target_id), ("extent", told(line.part)), ("people", line.people)],
                vec![("target", target.clone()), ("extent", told(*part)), ("people", people.clone())],
            )
        }
    };
    // An own place without a history of its own has no rows; it is shown where its commune is.
    if place.is_within_its_pin() {
        return Ok(Proposal { before, after, altered: Vec::new(), rows: Default::default() });
    }
    concerned.remove("");
    let around = tree::around(work, &concerned, &above)?;
    let kept = tree::kept(work, &around.touched)?;
    let made = tree::made(&mended(around.history, place, correction, work)?, &around.touched);
    let altered = altered(work, &kept, &made)?;
    Ok(Proposal { before, after, altered, rows: (kept, made) })
}

fn version_of(work: &mut Work, place: &Place, from_on: &str) -> Result<Kept> {
    versions(work, &place.id)?.into_iter().find(|kept| kept.version.from_on == from_on).ok_or(Error::NotFound)
}

fn line_of(work: &mut Work, place: &Place, id: &str) -> Result<Line> {
    lines(work, &place.id)?.into_iter().find(|line| line.id == id).ok_or(Error::NotFound)
}

fn check_version(place: &Place, correction: &Correction) -> Result<()> {
    let Correction::Version { name, kind, .. } = correction else { return Ok(()) };
    if name.is_empty() {
        return Err(Error::field("name", "reorganisation-name-missing", ""));
    }
    if !kinds(place.level).contains(&kind.as_str()) {
        return Err(Error::field("kind", "reorganisation-kind-unfit", name));
    }
    Ok(())
}

/// Another parent stands on the day from which it is one, and is of a level above. Of an own place nobody knows since
/// when it has been there; its parent may be younger.
fn check_parent(work: &mut Work, place: &Place, from_on: &str, parent: &str) -> Result<()> {
    let above =
        places::by_id(work, parent).map_err(|_| Error::field("parent", "reorganisation-parent-missing", parent))?;
    let (fits, stands) = if place.level >= Level::Area {
        (above.level == Level::Commune, above.to_on.as_str() > from_on)
    } else {
        (above.level < place.level, above.from_on.as_str() <= from_on && from_on < above.to_on.as_str())
    };
    if !fits || !stands {
        return Err(Error::field("parent", "reorganisation-parent-unfit", above.name));
    }
    Ok(())
}

fn check_code(work: &mut Work, place: &Place, code: &str) -> Result<()> {
    if !matches!(place.level, Level::District | Level::Commune) {
        return Err(Error::field("code", "correction-code-fixed", &place.code));
    }
    let sql = "select id from place where code = $1 and id <> $2 and level <= 3 and from_on < $4 and to_on > $3";
    let values = [code.into(), Value::from(&place.id), Value::from(&place.from_on), Value::from(&place.to_on)];
    match work.first(sql, &values)? {
        Some(_) => Err(Error::field("code", "reorganisation-code-taken", code)),
        None => Ok(()),
    }
}

/// The target stands on the line's day and is of the same sort.
fn check_line(work: &mut Work, place: &Place, line: &Line, target: &str) -> Result<()> {
    let found =
        places::by_id(work, target).map_err(|_| Error::field("target", "reorganisation-place-unknown", target))?;
    if found.from_on > line.on_date || found.to_on <= line.on_date || found.id == place.id {
        return Err(Error::field("target", "reorganisation-not-standing", found.name));
    }
    if (found.level >= Level::Area) != (place.level >= Level::Area) {
        return Err(Error::field("target", "reorganisation-levels-differ", found.name));
    }
    Ok(())
}

/// The history as it should have been told.
fn mended(mut history: History, place: &Place, correction: &Correction, work: &mut Work) -> Result<History> {
    match correction {
        Correction::Version { from_on, parent, .. } => {
            let spans =
                history.places.iter_mut().filter(|known| known.id == place.id).flat_map(|known| &mut known.spans);
            for span in spans.filter(|span| span.from == *from_on) {
                span.parent = Some(parent.clone()).filter(|id| id != NATION);
            }
        }
        Correction::Code { .. } => {}
        Correction::Line { id, target, people, .. } => {
            let line = line_of(work, place, id)?;
            let known = history
                .links
                .iter_mut()
                .find(|link| link.source == place.id && link.target == line.target_id && link.on == line.on_date);
            if let Some(link) = known {
                link.target.clone_from(target);
                link.land_only = people == "none";
            }
        }
    }
    Ok(history)
}

/// The lowest unit, down to a commune, under which a place is shown on a day.
fn lowest<'a>(rows: &[&'a RollupRow], day: &str) -> Option<&'a str> {
    let alive = rows.iter().filter(|row| row.from.as_str() <= day && day < row.to.as_str() && row.ancestor_level <= 3);
    alive.max_by_key(|row| row.ancestor_level).map(|row| row.ancestor.as_str())
}

/// From and to which day, from and to which place.
type Shift = [String; 4];

/// What is pinned to places that are shown elsewhere, by the maps and units between which it moves.
fn altered(work: &mut Work, before: &BTreeSet<RollupRow>, after: &BTreeSet<RollupRow>) -> Result<Vec<Altered>> {
    let moved: BTreeSet<&str> = before.symmetric_difference(after).map(|row| row.place.as_str()).collect();
    let mut sums: BTreeMap<Shift, (i64, i64, i64)> = BTreeMap::new();
    for place in moved {
        let of = |rows: &BTreeSet<RollupRow>| rows.iter().filter(|row| row.place == place).cloned().collect::<Vec<_>>();
        let (was, is) = (of(before), of(after));
        let (was, is): (Vec<&RollupRow>, Vec<&RollupRow>) = (was.iter().collect(), is.iter().collect());
        let days: BTreeSet<&str> = was.iter().chain(&is).flat_map(|row| [row.from.as_str(), row.to.as_str()]).collect();
        let days: Vec<&str> = days.into_iter().collect();
        let facts = facts(work, place)?;
        for pair in days.windows(2) {
            let (old, new) = (lowest(&was, pair[0]), lowest(&is, pair[0]));
            if old != new && facts != (0, 0, 0) {
                let shift = [pair[0], pair[1], old.unwrap_or(NATION), new.unwrap_or(NATION)].map(str::to_owned);
                let sum = sums.entry(shift).or_default();
                *sum = (sum.0 + facts.0, sum.1 + facts.1, sum.2 + facts.2);
            }
        }
    }
    let mut told = Vec::new();
    for ([from_on, to_on, old, new], (n_points, n_teams, n_exemplars)) in sums {
        let (before, after) = (places::by_id(work, &old)?.name, places::by_id(work, &new)?.name);
        told.push(Altered { from_on, to_on, before, after, n_points, n_teams, n_exemplars });
    }
    Ok(told)
}

/// Active points, their teams, standing exemplars that are pinned to a place.
fn facts(work: &mut Work, pin: &str) -> Result<(i64, i64, i64)> {
    let sql = "select count(*), cast(coalesce(sum((select count(*) from team t where t.province = f.province \
               and t.point_id = f.id and t.to_on = '9999-12-31')), 0) as bigint) from rollup r \
               join place g on g.pin_id = r.place_id join point f on f.place_id = g.id and f.state = 'active' \
               where r.place_id = $1 and r.level = 0 and r.to_on = '9999-12-31'";
    let points = work.first(sql, &[pin.into()])?.map_or((0, 0), |row| (row.int(0), row.int(1)));
    let sql = "select count(*) from rollup r join place g on g.pin_id = r.place_id join exemplar e on e.place_id = g.id \
               and e.withdrawn_on = '9999-12-31' where r.place_id = $1 and r.level = 0 and r.to_on = '9999-12-31'";
    let exemplars = work.first(sql, &[pin.into()])?.map_or(0, |row| row.int(0));
    Ok((points.0, points.1, exemplars))
}

/// Why something is corrected, and by which paper if there is one.
pub struct Reason<'a> {
    pub reason: &'a str,
    pub decision: Option<&'a Decision>,
}

/// Corrects a record; tells in the journal what it was, what it is, and what it altered.
pub fn correct(work: &mut Work, id: &str, correction: &Correction, why: &Reason) -> Result<()> {
    let place = place_for(work, id)?;
    if why.reason.is_empty() {
        return Err(Error::field("reason", "correction-reason-missing", ""));
    }
    let proposal = propose(work, &place, correction)?;
    if proposal.before == proposal.after {
        return Err(Error::Refused("correction-changes-nothing"));
    }
    match correction {
        Correction::Version { from_on, name, kind, parent } => {
            let sql =
                "update place_version set name = $3, kind = $4, parent_id = $5 where place_id = $1 and from_on = $2";
            let values: [Value; 5] = [Value::from(&place.id), from_on.into(), name.into(), kind.into(), parent.into()];
            work.execute(sql, &values)?;
            correct_remembered(work, &place, &[from_on.as_str(), name.as_str(), kind.as_str(), parent.as_str()])?;
            // Of an own place that is shown as its commune, the commune is the pin.
            if place.is_within_its_pin() {
                work.execute("update place set pin_id = $2 where id = $1", &[Value::from(&place.id), parent.into()])?;
                follow(work, &place.id, &parent.into())?;
                facts_are_shown_elsewhere(work, parent)?;
            }
            rename_last(work, &place)?;
        }
        Correction::Code { code } => {
            work.execute("update place set code = $2 where id = $1", &[Value::from(&place.id), code.into()])?;
            search::retitle_with(work, &place.id, &place.name, code)?;
        }
        Correction::Line { id, target, part, people } => {
            let sql =
                "update place_line set target_id = $2, part = $3, people = $4, confidence = 'corrected' where id = $1";
            work.execute(sql, &[id.into(), target.into(), (*part).into(), people.into()])?;
        }
    }
    tree::save(work, &proposal.rows.0, &proposal.rows.1)?;
    journal(work, &place, &proposal, why)
}

/// Lists show a place under its present name, or under its last one.
fn rename_last(work: &mut Work, place: &Place) -> Result<()> {
    show_names_of(work, &BTreeSet::from([place.id.as_str()]))?;
    if place.to_on == OPEN {
        return Ok(());
    }
    let sql = "select name, kind, coalesce(parent_id, '') from place_version where place_id = $1 order by from_on desc limit 1";
    let row = work.first(sql, &[Value::from(&place.id)])?.ok_or(Error::NotFound)?;
    let short = short_name(row.str(0), place.level);
    let sql = "update place set name = $2, short_name = $3, sort_key = $4, fold = $5, kind = $6, parent_id = $7 where id = $1";
    let values: [Value; 7] = [
        Value::from(&place.id),
        row.str(0).into(),
        short.into(),
        fold::sort_key(short).into(),
        fold::key(row.str(0)).into(),
        row.str(1).into(),
        row.str(2).into(),
    ];
    work.execute(sql, &values)?;
    search::retitle(work, &place.id, row.str(0))
}

fn journal(work: &mut Work, place: &Place, proposal: &Proposal, why: &Reason) -> Result<()> {
    let province = places::province_of(work, place.pin_id()).unwrap_or_else(|_| NATION.to_owned());
    let mut told = history::Told::about(Owner { province: &province, id: &place.id });
    for ((field, before), (_, after)) in proposal.before.iter().zip(&proposal.after) {
        told = match *field {
            "name" => told.rewrite(work, field, before, after)?,
            _ => told.change(field, before.as_str(), after.as_str()),
        };
    }
    let altered: Vec<Json> = proposal
        .altered
        .iter()
        .map(|altered| json!([altered.from_on, altered.to_on, altered.n_points, altered.n_teams, altered.n_exemplars]))
        .collect();
    told = told.fact("altered", altered).text(work, "why", why.reason)?;
    if let Some(paper) = why.decision {
        told = told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    }
    let thing = Thing { province: NATION, kind: "place", id: &place.id, pin: place.pin_id() };
    work.journal("place.corrected", &thing, &told.body())
}

/// What a reorganisation would put back when it is taken back is corrected too.
fn correct_remembered(work: &mut Work, place: &Place, version: &[&str; 4]) -> Result<()> {
    let [from_on, name, kind, parent] = *version;
    let sql = "select reorganisation_id, before from reorganisation_place where place_id = $1 and before <> ''";
    for row in work.query(sql, &[Value::from(&place.id)])? {
        let mut before: Json = serde_json::from_str(row.str(1)).map_err(anyhow::Error::new)?;
        for kept in before["versions"].as_array_mut().into_iter().flatten().filter(|kept| kept[0] == from_on) {
            // Name, kind and parent stand after the two days.
            (kept[2], kept[3], kept[4]) = (name.into(), kind.into(), parent.into());
        }
        let sql = "update reorganisation_place set before = $3 where reorganisation_id = $1 and place_id = $2";
        work.execute(sql, &[row.str(0).into(), Value::from(&place.id), before.to_string().into()])?;
    }
    Ok(())
}
