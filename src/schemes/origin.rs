//! The point from which another is replicated: found by its code or by a part of its name within reach, and such that
//! the lineage of a scheme stays a tree in time.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::schemes::store::{self, Source};
use crate::work::Work;

/// The point that comes from another; its id is empty before it is registered.
pub struct Child<'c> {
    pub province: &'c str,
    pub scheme_id: &'c str,
    pub point_id: &'c str,
    pub launched_on: Option<&'c str>,
}

/// So many names are told when several fit.
const MOST: i64 = 6;

/// The point that was typed, when the child may come from it. The exact code of a point of the province is taken from
/// anyone who may name it: offices tell it to each other; only what is within reach is looked for by name.
pub fn source(work: &mut Work, child: &Child, field: &'static str, typed: &str) -> Result<Source> {
    let source = named(work, child, field, typed)?;
    let refuse = |key| Err(Error::field(field, key, source.code.as_str()));
    if source.id == child.point_id {
        return refuse("lineage-from-itself");
    }
    if child.launched_on.is_some_and(|own| source.launched_on.as_deref() > Some(own)) {
        return refuse("lineage-from-later");
    }
    let origins = store::origins(work, child.province, child.scheme_id)?;
    let from: HashMap<&str, &str> =
        origins.iter().filter_map(|(id, _, from)| Some((id.as_str(), from.as_deref()?))).collect();
    if descends(&from, &source.id, child.point_id) {
        return refuse("lineage-from-circle");
    }
    Ok(source)
}

/// The point that was typed: of the same scheme and launched, so that there is something to learn from.
pub fn named(work: &mut Work, child: &Child, field: &'static str, typed: &str) -> Result<Source> {
    let code = typed.trim().to_uppercase();
    let found = match store::source(work, child.province, &code)? {
        Some(source) => source,
        None => by_name(work, child, field, typed)?,
    };
    let key = match (found.scheme_id == child.scheme_id, &found.launched_on) {
        (false, _) => "lineage-from-other-scheme",
        (true, None) => "lineage-from-not-launched",
        (true, Some(_)) => return Ok(found),
    };
    Err(Error::field(field, key, found.code))
}

fn by_name(work: &mut Work, child: &Child, field: &'static str, typed: &str) -> Result<Source> {
    let own: Vec<String> = work.actor.places_for(Verb::ReadPoint).iter().map(|id| (*id).to_owned()).collect();
    let mut found = Vec::new();
    for place in own.iter().filter(|_| !fold::key(typed).is_empty()) {
        found.extend(store::sources_named(work, place, child.scheme_id, typed, MOST)?);
    }
    found.retain(|(source, _)| source.id != child.point_id);
    found.sort_by(|a, b| a.0.code.cmp(&b.0.code));
    found.dedup_by(|a, b| a.0.code == b.0.code);
    if found.len() > 1 {
        let told: Vec<String> = found.iter().map(|(source, name)| format!("{name} ({})", source.code)).collect();
        return Err(Error::field(field, "lineage-from-several", told.join("; ")));
    }
    found.pop().map(|(source, _)| source).ok_or_else(|| Error::field(field, "lineage-from-unknown", typed))
}

/// Does a point come, over however many others, from this one?
fn descends(from: &HashMap<&str, &str>, id: &str, ancestor: &str) -> bool {
    let mut at = id;
    // More steps than points are a circle already.
    for _ in 0..=from.len() {
        match from.get(at) {
            Some(next) if *next == ancestor => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_never_comes_from_one_that_comes_from_it() {
        let from: HashMap<&str, &str> = [("b", "a"), ("c", "b"), ("x", "y"), ("y", "x")].into();
        assert!(descends(&from, "c", "a") && descends(&from, "c", "b"));
        assert!(!descends(&from, "b", "c") && !descends(&from, "a", "b"));
        assert!(descends(&from, "x", "a"), "a circle that stands already is joined by none");
    }
}
