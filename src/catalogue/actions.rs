//! What a provincial officer does with the catalogue: give a scheme another name, merge two names, mark what the
//! Ministry spread.

use crate::catalogue::effect::{Effect, Parting};
use crate::catalogue::store::{self, Merger};
use crate::error::{Error, LONGEST_NAME, Result, too_long};
use crate::history::Told;
use crate::papers::actions::refuse_alike;
use crate::papers::paper::{self, Demand, PaperRef};
use crate::papers::store::use_named;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::names;
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

/// Takes another name back: the scheme is no longer found under it. A name that came by a merger goes with its parting.
pub fn remove_alias(work: &mut Work, province: &Place, named: &str, (alias, why): (&str, &str)) -> Result<()> {
    let scheme = scheme_for(work, province, named)?;
    if !scheme.aliases.iter().any(|known| known == alias) {
        return Err(Error::field("alias", "alias-unknown", alias));
    }
    if store::mergers(work, &scheme)?.iter().any(|merger| merger.name == alias) {
        return Err(Error::Refused("alias-of-merger"));
    }
    if why.is_empty() {
        return Err(Error::field("why", "undo-why-missing", ""));
    }
    store::delete_alias(work, &scheme, alias)?;
    keep_findable(work, province, &scheme.id)?;
    let thing = thing(&scheme, province);
    let told = Told::of(&thing).text(work, "alias", alias)?.text(work, "why", why)?;
    work.journal("scheme.alias-removed", &thing, &told.body())
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
        from_id: from.id.clone(),
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

/// What parting two names would do to C1: today, and at the ends of the last two years.
pub fn parting(work: &mut Work, province: &Place, named: &str, from_id: &str) -> Result<(Merger, Parting)> {
    let into = scheme_for(work, province, named)?;
    let merger = store::mergers(work, &into)?.into_iter().find(|merger| merger.from_id == from_id);
    let merger = merger.ok_or_else(|| Error::field("from", "part-unknown", ""))?;
    let year = work.moment.today.year();
    let days = [work.today(), format!("{}-12-31", year - 1), format!("{}-12-31", year - 2)];
    let told = store::parting(work, &into, &merger, &days)?;
    Ok((merger, told))
}

/// Why two names are parted again.
pub struct Undoing {
    pub why: String,
    /// The effect on C1 was shown and confirmed.
    pub confirmed: bool,
}

/// Parts two names again: what bore the former name and still bears the other goes back, with its other names. What was
/// registered since under the name that stays remains there. The merger stays to be read.
pub fn part(work: &mut Work, province: &Place, (named, from_id): (&str, &str), undoing: &Undoing) -> Result<Scheme> {
    let (merger, told) = parting(work, province, named, from_id)?;
    if undoing.why.is_empty() {
        return Err(Error::field("why", "undo-why-missing", ""));
    }
    if !undoing.confirmed {
        return Err(Error::field("confirmed", "merger-unconfirmed", ""));
    }
    let into = schemes::scheme(work, &province.code, named)?;
    let points = store::moved_points(work, &into, from_id)?;
    store::part(work, (&into, &merger), &undoing.why)?;
    let from = schemes::scheme(work, &province.code, from_id)?;
    keep_findable(work, province, &from.id)?;
    keep_findable(work, province, &into.id)?;
    for (one, other, deed) in [(&from, &into, "scheme.parted"), (&into, &from, "scheme.gave-back")] {
        let thing = thing(one, province);
        let body = Told::of(&thing)
            .fact("scheme", other.id.as_str())
            .fact("n_points", told.n_points)
            .text(work, "why", &undoing.why)?
            .body();
        work.journal(deed, &thing, &body)?;
    }
    for (id, pin) in &points {
        let point = Thing { province: &from.province, kind: "point", id, pin };
        let body = Told::of(&point).change("scheme", into.id.as_str(), from.id.as_str()).body();
        work.journal("point.scheme-parted", &point, &body)?;
    }
    Ok(from)
}

/// Takes back that a paper of the Ministry spread the experience of a scheme; the mark stays to be read with its reason.
pub fn withdraw_spread(work: &mut Work, province: &Place, named: &str, (paper_id, why): (&str, &str)) -> Result<()> {
    let scheme = scheme_for(work, province, named)?;
    let spread = store::spreads(work, &scheme)?.into_iter().find(|spread| spread.paper_id == paper_id);
    let spread = spread.filter(|spread| !spread.is_withdrawn());
    let spread = spread.ok_or_else(|| Error::field("paper", "spread-unknown", ""))?;
    if why.is_empty() {
        return Err(Error::field("why", "undo-why-missing", ""));
    }
    store::withdraw_spread(work, &spread, why)?;
    let thing = thing(&scheme, province);
    let told = Told::of(&thing).text(work, "why", why)?;
    let paper = &spread.paper;
    let told = told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    work.journal("scheme.spread-withdrawn", &thing, &told.body())
}

/// A scheme as an office adds it to the catalogue.
#[derive(Clone, Debug, Default)]
pub struct NewScheme {
    pub name: String,
    pub code: String,
    pub level: String,
    pub origin: String,
    pub sectors: Vec<String>,
    pub lead: String,
    pub purpose: String,
    pub contents: Vec<String>,
    pub legal_basis: String,
    /// Near names were shown, and it is another scheme all the same.
    pub is_another: bool,
}

/// The levels of a scheme; districts stand in history only.
pub const LEVELS: [&str; 2] = ["province", "commune"];

/// Adds a scheme to the catalogue. It counts for C1 once a point of it operates.
pub fn add_scheme(work: &mut Work, province: &Place, new: &NewScheme) -> Result<Scheme> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let name = fold::clean(&new.name);
    let known = schemes::names(work, &province.code)?;
    let code = fold::clean(&new.code).to_uppercase();
    let mut faults = Vec::new();
    let mut miss = |field, key, value: String| faults.push(crate::error::FieldError { field, key, value });
    let taken = known.iter().find(|(other, _)| fold::key(other) == fold::key(&name)).map(|(_, id)| id.clone());
    let near = names::alike(known.iter().map(|(name, _)| name.as_str()), &name);
    if fold::key(&name).is_empty() {
        miss("name", "scheme-name-missing", String::new());
    } else if let Some(long) = too_long("name", &name, LONGEST_NAME) {
        miss(long.field, long.key, long.value);
    } else if let Some(id) = &taken {
        let owner = schemes::scheme(work, &province.code, id)?.name;
        miss("name", "scheme-name-taken", owner);
    } else if !near.is_empty() && !new.is_another {
        miss("is_another", "scheme-name-near", near.join("; "));
    }
    let is_code = !code.is_empty() && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if !is_code || code.len() > LONGEST_CODE {
        miss("code", "scheme-code-missing", LONGEST_CODE.to_string());
    } else if store::is_code_taken(work, &province.code, &code)? {
        miss("code", "scheme-code-taken", code.clone());
    }
    if !LEVELS.contains(&new.level.as_str()) {
        miss("level", "scheme-level-missing", String::new());
    }
    let sectors = schemes::sectors(work)?;
    if new.sectors.is_empty() || new.sectors.iter().any(|code| !sectors.iter().any(|sector| sector.code == *code)) {
        miss("sectors", "scheme-sector-missing", String::new());
    }
    if new.lead.is_empty() {
        miss("lead", "scheme-lead-missing", String::new());
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let scheme = Scheme {
        province: province.code.clone(),
        id: crate::ids::new(),
        slug: store::free_slug(work, &province.code, &name)?,
        code,
        name,
        aliases: Vec::new(),
        sectors: new.sectors.clone(),
        purpose: new.purpose.clone(),
        described: !new.contents.is_empty(),
        contents: new.contents.clone(),
        origin: fold::clean(&new.origin),
        level: new.level.clone(),
        lead: fold::clean(&new.lead),
        legal_basis: fold::clean(&new.legal_basis),
        sample: false,
    };
    schemes::insert_scheme(work, &scheme)?;
    store::keep_findable(work, &scheme, &province.id)?;
    let thing = thing(&scheme, province);
    let told = Told::of(&thing)
        .fact("code", scheme.code.as_str())
        .fact("level", scheme.level.as_str())
        .fact("sectors", scheme.sectors.join(" "))
        .text(work, "name", &scheme.name)?
        .text(work, "lead", &scheme.lead)?
        .text(work, "basis_text", &scheme.legal_basis)?;
    work.journal("scheme.added", &thing, &told.body())?;
    Ok(scheme)
}

/// A code stands in the codes of its points.
const LONGEST_CODE: usize = 8;

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
