//! What people do with places in the first form: add one of their own below a commune.

use crate::error::{Error, LONGEST_NAME, Result, too_long};
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place, SINCE_EVER, told_apart};
use crate::places::store;
use crate::work::{Thing, Work};

/// The own place that is meant: one of the commune itself, or else of a commune that ended in it. Of several alike the
/// name of the former commune tells which: `Khu 3 (xã Hùng Việt)`.
pub fn known_own(work: &mut Work, commune_id: &str, kind: &str, name: &str) -> Result<Option<Place>> {
    if let Some(own) = store::own_of(work, commune_id, kind, name)? {
        return Ok(Some(own));
    }
    if let Some((base, within)) = told_apart(name) {
        let within = fold::key(within);
        let found = store::own_within(work, commune_id, kind, base)?;
        let meant = found.into_iter().find(|(_, commune)| fold::key(commune).ends_with(&within));
        if let Some((place, _)) = meant {
            return Ok(Some(place));
        }
    }
    let mut found = store::own_within(work, commune_id, kind, name)?;
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(|(place, commune)| format!("{} ({commune})", place.name)).collect();
        return Err(Error::field("area_name", "point-area-ambiguous", names.join(" · ")));
    }
    Ok(found.pop().map(|(place, _)| place))
}

/// The own place of this kind and name under a commune; made when it is not there.
pub fn own_place(work: &mut Work, commune_id: &str, kind: &str, name: &str) -> Result<Place> {
    let name = fold::clean(name);
    if name.is_empty() {
        return Err(Error::field("area_name", "point-area-name-missing", ""));
    }
    if let Some(known) = known_own(work, commune_id, kind, &name)? {
        return Ok(known);
    }
    if let Some(long) = too_long("area_name", &name, LONGEST_NAME) {
        return Err(Error::Invalid(vec![long]));
    }
    work.demand(Verb::AddPlace, Verb::ReadPlace, commune_id)?;
    let level = if kind == "residential_area" { Level::Area } else { Level::Institution };
    let place = Place {
        id: ids::new(),
        code: String::new(),
        level,
        kind: kind.to_owned(),
        name,
        parent_id: commune_id.to_owned(),
        from_on: SINCE_EVER.into(),
        to_on: OPEN.into(),
        area_km2: None,
        population: None,
        pin_id: commune_id.to_owned(),
    };
    store::insert_own(work, &place)?;
    let province = store::province_of(work, commune_id)?;
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: commune_id };
    // Its name stands in its row; an import adds thousands.
    let told = Told::of(&thing).fact("area_kind", place.kind.as_str());
    work.journal("place.added", &thing, &told.body())?;
    Ok(place)
}
