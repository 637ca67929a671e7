//! What people do with places in the first form: add one of their own below a commune.

use crate::error::{Error, Result};
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place, SINCE_EVER};
use crate::places::store;
use crate::work::{Thing, Work};

/// The own place of this kind and name under a commune; made when it is not there.
pub fn own_place(work: &mut Work, commune_id: &str, kind: &str, name: &str) -> Result<Place> {
    let name = fold::clean(name);
    if name.is_empty() {
        return Err(Error::field("area_name", "point-area-name-missing", ""));
    }
    if let Some(known) = store::own_by_name(work, commune_id, kind, &name)? {
        return Ok(known);
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
    };
    store::insert_own(work, &place)?;
    let province = store::province_of(work, commune_id)?;
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: commune_id };
    // Its name stands in its row; an import adds thousands.
    let told = Told::of(&thing).fact("area_kind", place.kind.as_str());
    work.journal("place.added", &thing, &told.body())?;
    Ok(place)
}
