//! What people do with kits: begin a new version.

use crate::error::{Error, Result};
use crate::history::Told;
use crate::kits::kit::{self, Kit, Status};
use crate::kits::store;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::store as schemes;
use crate::work::{Thing, Work};

/// Begins a new version of a scheme's kit. A published one ends the version before it on its first day.
pub fn begin_version(work: &mut Work, province: &Place, slug: &str, new: Kit) -> Result<()> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let scheme = schemes::scheme(work, &province.code, slug)?;
    let known = store::all(work, &scheme)?;
    let last = known.iter().rev().find(|kit| !kit.is_draft());
    let faults = kit::faults(&new, last);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // The first own version follows the one that came with the programme, which stays to be read.
    if store::own(work, &scheme.province, &scheme.id)?.is_empty() {
        for kit in &known {
            store::insert(work, &scheme, kit)?;
        }
    }
    if new.status == Status::Published {
        store::end(work, &scheme, &new.from_on)?;
    }
    let number = known.iter().map(|kit| kit.number).max().unwrap_or_default() + 1;
    let new = Kit { number, ..new };
    store::insert(work, &scheme, &new)?;
    let thing = Thing { province: &scheme.province, kind: "scheme", id: &scheme.id, pin: province.pin_id() };
    let mut told = Told::of(&thing)
        .fact("kit_version", new.number)
        .fact("kit_status", new.status.code())
        .fact("from_on", new.from_on.as_str())
        .fact("n_members", new.n_members)
        .fact("kit_kinds", new.kinds.clone())
        .text(work, "source", &new.source)?;
    for (part, lines) in &new.parts {
        let before = last.map_or_else(String::new, |last| last.part(part).join("\n"));
        told = told.rewrite(work, &format!("kit_{part}"), &before, &lines.join("\n"))?;
    }
    work.journal("kit.version-begun", &thing, &told.body())
}
