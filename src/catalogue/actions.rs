//! What a provincial officer does with the catalogue: give a scheme another name, merge two names, mark what the
//! Ministry spread.

use crate::catalogue::effect::Effect;
use crate::catalogue::store::{self, Merger};
use crate::error::{Error, Result};
use crate::history::Told;
use crate::papers::actions::refuse_alike;
use crate::papers::paper::{self, Demand, PaperRef};
use crate::papers::store::use_named;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::work::{Thing, Work};

/// A scheme as deeds and papers name it: it belongs to its province.
fn thing<'a>(scheme: &'a Scheme, province: &'a Place) -> Thing<'a> {
    Thing { province: &scheme.province, kind: "scheme", id: &scheme.id, pin: province.pin_id() }
}

fn scheme_for(work: &mut Work, province: &Place, named: &str) -> Result<Scheme> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    schemes::scheme(work, &province.code, named)
}

/// Gives a scheme another name, under which lists and forms find it from now on.
pub fn add_alias(work: &mut Work, province: &Place, named: &str, alias: &str) -> Result<()> {
    let scheme = scheme_for(work, province, named)?;
    let alias = fold::clean(alias);
    if fold::key(&alias).is_empty() {
        return Err(Error::field("alias", "alias-missing", ""));
    }
    let key = fold::key(&alias);
    let taken = schemes::names(work, &scheme.province)?.into_iter().find(|(name, _)| fold::key(name) == key);
    if let Some((_, owner)) = taken {
        let owner = schemes::scheme(work, &scheme.province, &owner)?.name;
        return Err(Error::field("alias", "alias-taken", owner));
    }
    store::insert_alias(work, &scheme, &alias)?;
    keep_findable(work, province, &scheme.id)?;
    let thing = thing(&scheme, province);
    let told = Told::of(&thing).text(work, "alias", &alias)?;
    work.journal("scheme.alias-added", &thing, &told.body())
}

fn keep_findable(work: &mut Work, province: &Place, id: &str) -> Result<()> {
    let scheme = schemes::scheme(work, &province.code, id)?;
    store::keep_findable(work, &scheme, &province.id)
}

/// The two names of a merger: what is given up, what stays.
fn both(work: &mut Work, province: &Place, named: &str, into: &str) -> Result<(Scheme, Scheme)> {
    let from = scheme_for(work, province, named)?;
    if into.is_empty() {
        return Err(Error::field("into", "merger-into-missing", ""));
    }
    let into =
        schemes::scheme(work, &province.code, into).map_err(|_| Error::field("into", "merger-into-missing", into))?;
    if into.id == from.id {
        return Err(Error::field("into", "merger-same", into.name));
    }
    Ok((from, into))
}

/// What merging a scheme into another would do: today, and at the ends of the last two years.
pub fn effect(work: &mut Work, province: &Place, named: &str, into: &str) -> Result<(Scheme, Effect)> {
    let (from, into) = both(work, province, named, into)?;
    let year = work.moment.today.year();
    let days = [work.today(), format!("{}-12-31", year - 1), format!("{}-12-31", year - 2)];
    let told = store::effect(work, &from, &into, &days)?;
    Ok((into, told))
}

/// Why and by which paper two names come together.
pub struct Decision {
    pub reason: String,
    pub paper: Option<PaperRef>,
    /// The effect on C1 was shown and confirmed.
    pub confirmed: bool,
}

/// Merges a scheme into another: everything that bears the former name goes on under the other, and the former name
/// is an alias from now on. Returns the scheme that stays.
pub fn merge(work: &mut Work, province: &Place, (named, into): (&str, &str), decision: &Decision) -> Result<Scheme> {
    let (from, into) = both(work, province, named, into)?;
    let mut faults = paper::faults(decision.paper.as_ref(), Demand::Needed, &work.today());
    if decision.reason.is_empty() {
        faults.push(crate::error::FieldError { field: "reason", key: "merger-reason-missing", value: String::new() });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !decision.confirmed {
        return Err(Error::field("confirmed", "merger-unconfirmed", ""));
    }
    let Some(paper) = &decision.paper else { return Err(Error::field("paper_number", "paper-missing", "")) };
    refuse_alike(work, &from.province, paper)?;
    let points = store::points_of(work, &from)?;
    let paper_id = use_named(work, &thing(&from, province), paper, "scheme_merged")?;
    store::merge(work, &from, &into)?;
    let merger = Merger {
        name: from.name.clone(),
        merged_on: work.today(),
        paper: paper.clone(),
        reason: decision.reason.clone(),
        n_points: i64::try_from(points.len()).unwrap_or(i64::MAX),
    };
    store::insert_merger(work, (&from.province, &from.id, &into.id), &merger, &paper_id)?;
    crate::search::forget(work, &from.id)?;
    keep_findable(work, province, &into.id)?;
    tell_merger(work, province, (&from, &into), &merger)?;
    for (id, pin) in &points {
        let point = Thing { province: &from.province, kind: "point", id, pin };
        let told = Told::of(&point).change("scheme", from.id.as_str(), into.id.as_str());
        work.journal("point.scheme-merged", &point, &told.body())?;
    }
    Ok(into)
}

/// It stands in the history of both.
fn tell_merger(work: &mut Work, province: &Place, (from, into): (&Scheme, &Scheme), merger: &Merger) -> Result<()> {
    for (one, other, deed) in [(from, into, "scheme.merged"), (into, from, "scheme.took-over")] {
        let thing = thing(one, province);
        let told = Told::of(&thing)
            .fact("scheme", other.id.as_str())
            .fact("n_points", merger.n_points)
            .text(work, "reason", &merger.reason)?
            .paper(work, &merger.paper.number, &merger.paper.issued_on, &merger.paper.issuer)?;
        work.journal(deed, &thing, &told.body())?;
    }
    Ok(())
}

/// Marks that the Ministry spread the experience of a scheme, by a paper.
pub fn mark_spread(work: &mut Work, province: &Place, named: &str, paper: Option<&PaperRef>) -> Result<()> {
    let scheme = scheme_for(work, province, named)?;
    let faults = paper::faults(paper, Demand::Needed, &work.today());
    let Some(paper) = paper.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    refuse_alike(work, &scheme.province, paper)?;
    let thing = thing(&scheme, province);
    let paper_id = use_named(work, &thing, paper, "scheme_spread")?;
    store::insert_spread(work, &scheme, &paper_id, &paper.issued_on)?;
    let told = Told::of(&thing).paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    work.journal("scheme.spread", &thing, &told.body())
}
