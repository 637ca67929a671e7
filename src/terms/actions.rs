//! What a provincial office does with its lists: word a term, end one.

use crate::envelopes::Owner;
use crate::error::{Error, Result};
use crate::history::Told;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::terms::store;
use crate::terms::term::{self, NewTerm, Term, Vocabulary};
use crate::work::{Thing, Work};

/// Words a term from a day on, or adds one. Before that day the former wording is valid.
pub fn save(work: &mut Work, province: &Place, list: Vocabulary, new: &NewTerm) -> Result<()> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let known = store::all(work, &province.code, list)?;
    let former = known.iter().rev().find(|term| term.code == new.code);
    if former.is_none() && !new.code.is_empty() {
        return Err(Error::NotFound);
    }
    let faults = term::faults(&known, new);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let last = known.iter().map(|term| term.position).max().unwrap_or_default();
    let term = Term {
        code: former.map_or_else(|| term::code_of(&new.name_vi), |former| former.code.clone()),
        name_vi: new.name_vi.clone(),
        name_en: if new.name_en.is_empty() { new.name_vi.clone() } else { new.name_en.clone() },
        basis: new.basis.clone(),
        from_on: new.from_on.clone(),
        to_on: OPEN.into(),
        position: former.map_or(last + 1, |former| former.position),
    };
    make_own(work, &province.code, list)?;
    store::end(work, &province.code, list, (&term.code, &term.from_on))?;
    store::insert(work, &province.code, list, &term)?;
    let id = id_of(list, &term.code);
    let of = Thing { province: &province.code, kind: "term", id: &id, pin: province.pin_id() };
    let told = Told::about(Owner { province: &province.code, id: &id })
        .fact("vocabulary", list.code())
        .fact("from_on", term.from_on.as_str())
        .text(work, "name", &term.name_vi)?
        .text(work, "basis_text", &term.basis)?;
    work.journal("term.saved", &of, &told.body())
}

/// Ends a term from a day on.
pub fn end(work: &mut Work, province: &Place, list: Vocabulary, (code, from_on): (&str, &str)) -> Result<()> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    if from_on.is_empty() {
        return Err(Error::field("from_on", "term-from-missing", ""));
    }
    let known = store::all(work, &province.code, list)?;
    let name = known.iter().rev().find(|term| term.code == code).ok_or(Error::NotFound)?.name_vi.clone();
    make_own(work, &province.code, list)?;
    if store::end(work, &province.code, list, (code, from_on))? == 0 {
        return Err(Error::Refused("term-over"));
    }
    let id = id_of(list, code);
    let of = Thing { province: &province.code, kind: "term", id: &id, pin: province.pin_id() };
    let told = Told::about(Owner { province: &province.code, id: &id })
        .fact("vocabulary", list.code())
        .fact("from_on", from_on)
        .text(work, "name", &name)?;
    work.journal("term.ended", &of, &told.body())
}

/// A list's term as the journal names it.
fn id_of(list: Vocabulary, code: &str) -> String {
    format!("{}-{code}", list.code())
}

/// A province that changes a default list for the first time goes on with a list of its own.
fn make_own(work: &mut Work, province: &str, list: Vocabulary) -> Result<()> {
    if store::own(work, province, list)?.is_empty() {
        for term in term::defaults(list) {
            store::insert(work, province, list, term)?;
        }
    }
    Ok(())
}
