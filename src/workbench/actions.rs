//! What people do with reorganisations: draft, change, drop, sign, take back; and what the day itself does.

use std::collections::BTreeSet;

use store::Tx;

use crate::envelopes::Owner;
use crate::error::{Error, FieldError, Result};
use crate::history;
use crate::ids;
use crate::permissions::Verb;
use crate::places::effects::Fault;
use crate::places::events::{self, Kept};
use crate::places::place::{Level, NATION};
use crate::places::reorganisation::{Decision, Reorganisation, State, refuse_signer};
use crate::places::store as places;
use crate::places::taking_effect::{self, Origin};
use crate::work::{Thing, Work};
use crate::workbench::allocation;
use crate::workbench::annex::Annex;

/// What a draftsman fills in.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub title: String,
    pub on: String,
    pub decision: Decision,
    pub annex: Annex,
}

/// The only way to load a reorganisation: for a verb. A draft is seen by those who draft or sign there; what was signed
/// by everyone, but that of residential areas and institutions where points are seen.
pub fn kept_for(work: &mut Work, verb: Verb, id: &str) -> Result<Kept> {
    let kept = events::by_id(work, id)?;
    let is_draft = matches!(kept.state, State::Drafted | State::Dropped);
    let drafts = work.reaches(Verb::DraftReorganisation, &kept.pin_id)?;
    let seen = drafts
        || work.reaches(Verb::SignReorganisation, &kept.pin_id)?
        || !is_draft && (!kept.of_own || work.reaches(Verb::ReadPoint, &kept.pin_id)?);
    if !seen {
        return Err(Error::NotFound);
    }
    let reached = verb == Verb::ReadPoint || work.reaches(verb, &kept.pin_id)?;
    if reached { Ok(kept) } else { Err(Error::Forbidden(verb)) }
}

/// Those of a place that this person may see.
pub fn seen_under(work: &mut Work, place_id: &str) -> Result<Vec<Kept>> {
    let today = work.today();
    let mut seen = Vec::new();
    for kept in events::under(work, place_id, &today)? {
        if kept_for(work, Verb::ReadPoint, &kept.id).is_ok() {
            seen.push(kept);
        }
    }
    Ok(seen)
}

/// Begins a draft below a place.
pub fn draft(work: &mut Work, told: &Told) -> Result<Kept> {
    check(told)?;
    let scope = places::by_id(work, &told.annex.scope_id)?;
    work.demand(Verb::DraftReorganisation, Verb::ReadPlace, scope.pin_id())?;
    let actor = work.actor.account_id.clone();
    let kept = Kept {
        id: ids::new(),
        province: places::province_of(work, scope.pin_id()).unwrap_or_else(|_| NATION.to_owned()),
        pin_id: scope.pin_id().to_owned(),
        title: String::new(),
        of_own: false,
        decision: Decision::default(),
        state: State::Drafted,
        told: Reorganisation::default(),
        annex: String::new(),
        drafted_by: actor.clone(),
        drafted_at: work.moment.now.clone(),
        edited_by: actor,
        signed_by: String::new(),
        signed_at: String::new(),
        ended_by: String::new(),
        ended_at: String::new(),
        end_reason: String::new(),
        version: 1,
    };
    let kept = filled(work, kept, told)?;
    events::insert(work, &kept)?;
    journal(work, "reorganisation.drafted", &kept)?;
    Ok(kept)
}

fn check(told: &Told) -> Result<()> {
    let mut missing = Vec::new();
    let mut miss = |field, key| missing.push(FieldError { field, key, value: String::new() });
    if told.title.is_empty() {
        miss("title", "reorganisation-title-missing");
    }
    if told.on.parse::<jiff::civil::Date>().is_err() {
        miss("on_date", "reorganisation-day-missing");
    }
    if told.annex.lines.is_empty() {
        miss("text", "reorganisation-annex-missing");
    }
    if missing.is_empty() { Ok(()) } else { Err(Error::Invalid(missing)) }
}

/// Takes over what was told, with the names matched anew.
fn filled(work: &mut Work, kept: Kept, told: &Told) -> Result<Kept> {
    let mut annex = told.annex.clone();
    annex.name_units();
    let resolved = annex.resolve(work, &told.on)?;
    let is_own = |id: &String| resolved.names.level(id) >= Some(Level::Area);
    let of_own = resolved.told.deeds.iter().any(|deed| deed.unit().is_some_and(|unit| unit.level >= Level::Area as u8))
        || resolved.told.named().iter().any(is_own);
    Ok(Kept {
        title: fold::clean(&told.title),
        decision: told.decision.clone(),
        of_own,
        annex: serde_json::to_string(&annex).map_err(anyhow::Error::new)?,
        told: resolved.told,
        edited_by: work.actor.account_id.clone(),
        ..kept
    })
}

/// The annex that a reorganisation was drafted from.
pub fn annex_of(kept: &Kept) -> Result<Annex> {
    Ok(serde_json::from_str(&kept.annex).map_err(anyhow::Error::new)?)
}

/// Changes a draft.
pub fn edit(work: &mut Work, id: &str, version: i64, told: &Told) -> Result<Kept> {
    let kept = kept_for(work, Verb::DraftReorganisation, id)?;
    kept.state.refuse_edit()?;
    check(told)?;
    let annex = Annex { scope_id: annex_of(&kept)?.scope_id, ..told.annex.clone() };
    let changed = filled(work, Kept { version, ..kept }, &Told { annex, ..told.clone() })?;
    events::save(work, &changed)?;
    journal(work, "reorganisation.edited", &changed)?;
    Ok(changed)
}

/// Lays a draft aside.
pub fn lay_aside(work: &mut Work, id: &str) -> Result<()> {
    let kept = kept_for(work, Verb::DraftReorganisation, id)?;
    kept.state.refuse_edit()?;
    let dropped = ended(work, kept, State::Dropped, "");
    events::save(work, &dropped)?;
    journal(work, "reorganisation.dropped", &dropped)
}

fn ended(work: &Work, kept: Kept, state: State, reason: &str) -> Kept {
    let (ended_by, ended_at) = (work.actor.account_id.clone(), work.moment.now.clone());
    Kept { state, ended_by, ended_at, end_reason: reason.to_owned(), ..kept }
}

/// Everything that a reorganisation names must lie within the reach of whoever does this.
fn demand_all(work: &mut Work, verb: Verb, told: &Reorganisation) -> Result<()> {
    for id in told.named() {
        let place = places::by_id(work, &id)?;
        work.demand(verb, Verb::ReadPlace, place.pin_id())?;
    }
    Ok(())
}

/// What is wrong with a reorganisation, as a form tells it.
pub fn told_faults(faults: Vec<Fault>) -> Error {
    let one = |fault: Fault| FieldError { field: "lines", key: fault.key, value: fault.value };
    Error::Invalid(faults.into_iter().map(one).collect())
}

/// Signs a draft that another person made: from its day on it is the map.
pub fn sign(work: &mut Work, id: &str, version: i64) -> Result<Kept> {
    let kept = kept_for(work, Verb::SignReorganisation, id)?;
    kept.state.refuse_edit()?;
    refuse_signer(&kept.drafted_by, &kept.edited_by, &work.actor.account_id)?;
    let today = work.today();
    kept.decision.check(&today)?;
    let resolved = annex_of(&kept)?.resolve(work, &kept.told.on)?;
    if !resolved.is_settled() {
        return Err(Error::Refused("reorganisation-open-lines"));
    }
    let told = resolved.told;
    demand_all(work, Verb::SignReorganisation, &told)?;
    let moves = allocation::moves(work, &kept, &told)?;
    let told = Reorganisation { deeds: [told.deeds, moves].concat(), ..told };
    let change = taking_effect::prepare(work, &told)?.map_err(told_faults)?;
    let origin = Origin { reorganisation_id: &kept.id, decree: &kept.decision.number };
    taking_effect::put(work, &change, &origin)?;
    let state = if told.on <= today { State::InForce } else { State::Signed };
    let (signed_by, signed_at) = (work.actor.account_id.clone(), work.moment.now.clone());
    let signed = Kept { told, state, signed_by, signed_at, version, ..kept };
    events::save(work, &signed)?;
    journal_map(work, "reorganisation.signed", &signed)?;
    if signed.state == State::InForce {
        allocation::apply_due(work, &signed)?;
    }
    Ok(signed)
}

/// What stands in the way of taking a reorganisation back.
#[derive(Debug, Default)]
pub struct Dependence {
    /// Later reorganisations of the same places.
    pub later: Vec<Kept>,
}

impl Dependence {
    /// May it be taken back?
    pub fn is_none(&self) -> bool {
        self.later.is_empty()
    }
}

/// What rests on a reorganisation. Issued reports will be told here too, once there are any.
pub fn depends_on(work: &mut Work, kept: &Kept) -> Result<Dependence> {
    Ok(Dependence { later: events::resting_on(work, kept)? })
}

/// Takes a reorganisation back: the tree, and with it every figure, is as it was before.
pub fn reverse(work: &mut Work, id: &str, reason: &str) -> Result<Kept> {
    let kept = kept_for(work, Verb::SignReorganisation, id)?;
    kept.state.refuse_reversal()?;
    if reason.is_empty() {
        return Err(Error::field("reason", "reorganisation-reason-missing", ""));
    }
    demand_all(work, Verb::SignReorganisation, &kept.told)?;
    if !depends_on(work, &kept)?.is_none() {
        return Err(Error::Refused("reorganisation-rested-on"));
    }
    work.in_consequence(|work| allocation::undo(work, &kept))?;
    let in_use = in_use(work, &kept.id)?;
    taking_effect::take_back(work, &kept.id, &in_use)?;
    let reversed = ended(work, kept, State::Reversed, reason);
    events::save(work, &reversed)?;
    journal_map(work, "reorganisation.reversed", &reversed)?;
    Ok(reversed)
}

/// The places that a reorganisation founded and to which something is pinned meanwhile.
fn in_use(work: &mut Work, id: &str) -> Result<BTreeSet<String>> {
    let sql = "select x.place_id from reorganisation_place x where x.reorganisation_id = $1 and x.before = '' and (\
               exists (select 1 from point f where f.place_id = x.place_id or f.first_place_id = x.place_id) \
               or exists (select 1 from point_span f where f.place_id = x.place_id) \
               or exists (select 1 from exemplar f where f.place_id = x.place_id) \
               or exists (select 1 from commendation f where f.place_id = x.place_id) \
               or exists (select 1 from account_grant f where f.place_id = x.place_id) \
               or exists (select 1 from place f where f.parent_id = x.place_id and f.level >= 4))";
    Ok(work.query(sql, &[id.into()])?.iter().map(|row| row.text(0)).collect())
}

/// Is there anything that becomes true by itself?
pub fn is_due(tx: &mut Tx, today: &str) -> Result<bool> {
    let sql = "select 1 from reorganisation where state = 'signed' and on_date <= $1";
    Ok(tx.first(sql, &[today.into()])?.is_some())
}

/// What becomes true on a day by itself: reorganisations whose day has come show their names.
pub fn daybreak(work: &mut Work) -> Result<()> {
    let today = work.today();
    for due in events::due(work, &today)? {
        taking_effect::show_names(work, &due.id)?;
        let in_force = Kept { state: State::InForce, ..due };
        events::save(work, &in_force)?;
        journal_map(work, "reorganisation.took-effect", &in_force)?;
        allocation::apply_due(work, &in_force)?;
    }
    Ok(())
}

/// What every deed of a reorganisation tells; what was typed lies in its envelope, whichever chain tells it.
fn told(work: &mut Work, kept: &Kept) -> Result<serde_json::Value> {
    let decision = &kept.decision;
    let told = history::Told::about(Owner { province: &kept.province, id: &kept.id })
        .fact("on", kept.told.on.as_str())
        .fact("n_deeds", kept.told.deeds.len())
        .text(work, "name", &kept.title)?
        .text(work, "why", &kept.end_reason)?
        .paper(work, &decision.number, &decision.issued_on, &decision.issuer)?;
    Ok(told.body())
}

fn journal(work: &mut Work, deed: &str, kept: &Kept) -> Result<()> {
    let body = told(work, kept)?;
    let thing = Thing { province: &kept.province, kind: "reorganisation", id: &kept.id, pin: &kept.pin_id };
    work.journal(deed, &thing, &body)
}

/// A change of the map stands in the nation's ledger, under whose version all maps are kept.
fn journal_map(work: &mut Work, deed: &str, kept: &Kept) -> Result<()> {
    let thing = Thing { province: NATION, kind: "reorganisation", id: &kept.id, pin: &kept.pin_id };
    let body = told(work, kept)?;
    work.journal(deed, &thing, &body)
}
