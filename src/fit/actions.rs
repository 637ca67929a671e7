//! What people do with traits: put one on a place, end it, say for which a scheme is meant; and ask what fits where.

use std::collections::HashMap;

use crate::error::{Error, FieldError, Result};
use crate::fit::likeness::{self, Bearer, Sited, Standing, Traits};
use crate::fit::store::{self, Borne};
use crate::heartbeat::actions::beats;
use crate::heartbeat::rule::Life;
use crate::history::Told;
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place};
use crate::places::store as places;
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::terms::store as terms;
use crate::terms::term::{Term, Vocabulary, name_of};
use crate::words::Lang;
use crate::work::{Thing, Work};

/// A trait as an officer puts it on a place.
#[derive(Clone, Debug, Default)]
pub struct NewTrait {
    pub code: String,
    pub from_on: String,
    pub basis: String,
}

/// Puts a trait on a place, from a day on.
pub fn put(work: &mut Work, code: &str, new: &NewTrait) -> Result<()> {
    let (place, province) = place_for(work, code)?;
    let known = terms::on(work, &province, Vocabulary::Traits, &new.from_on)?;
    let has = store::of_place(work, &place.id)?;
    let mut faults = Vec::new();
    let mut miss = |field, key, value: &str| faults.push(FieldError { field, key, value: value.to_owned() });
    if new.from_on.is_empty() {
        miss("from_on", "fit-from-missing", "");
    } else if !known.iter().any(|term| term.code == new.code) {
        miss("trait", "fit-trait-missing", "");
    } else if has.iter().any(|borne| borne.code == new.code && borne.to_on > new.from_on) {
        miss("trait", "fit-trait-borne", &name_of(&known, &new.code, &new.from_on, Lang::Vi));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let borne = Borne {
        place_id: place.id.clone(),
        code: new.code.clone(),
        from_on: new.from_on.clone(),
        to_on: OPEN.into(),
        basis: fold::clean(&new.basis),
    };
    store::insert(work, &province, &borne)?;
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() };
    let told = Told::of(&thing)
        .fact("from_on", new.from_on.as_str())
        .text(work, "trait", &name_of(&known, &new.code, &new.from_on, Lang::Vi))?
        .text(work, "basis_text", &borne.basis)?;
    work.journal("place.trait-put", &thing, &told.body())
}

/// Ends a trait of a place on a day; one that was put there by mistake ends on the day on which it began.
pub fn end(work: &mut Work, code: &str, trait_code: &str, on: &str) -> Result<()> {
    let (place, province) = place_for(work, code)?;
    if on.is_empty() {
        return Err(Error::field("on_date", "fit-end-missing", ""));
    }
    if store::end(work, &place.id, trait_code, on)? == 0 {
        return Err(Error::Refused("fit-trait-over"));
    }
    let known = terms::all(work, &province, Vocabulary::Traits)?;
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() };
    let told = Told::of(&thing).fact("to_on", on).text(work, "trait", &name_of(&known, trait_code, on, Lang::Vi))?;
    work.journal("place.trait-ended", &thing, &told.body())
}

/// A commune, a residential area or an institution whose traits are kept, and its province.
fn place_for(work: &mut Work, code: &str) -> Result<(Place, String)> {
    let place = places::by_code(work, code)?;
    work.demand(Verb::KeepTraits, Verb::ReadPlace, place.pin_id())?;
    if place.level < Level::Commune {
        return Err(Error::Refused("fit-place-too-large"));
    }
    let province = places::province_of(work, place.pin_id())?;
    Ok((place, province))
}

/// Says for which traits a scheme is meant.
pub fn set_of_scheme(work: &mut Work, province: &Place, named: &str, codes: &[String]) -> Result<()> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let scheme = schemes::scheme(work, &province.code, named)?;
    let today = work.today();
    let known = terms::on(work, &province.code, Vocabulary::Traits, &today)?;
    if codes.iter().any(|code| !known.iter().any(|term| term.code == *code)) {
        return Err(Error::field("traits", "fit-trait-missing", ""));
    }
    let before = store::of_scheme(work, &scheme)?;
    let after: Traits = codes.iter().cloned().collect();
    store::replace_of_scheme(work, (&scheme.province, &scheme.id), &after)?;
    let names = |traits: &Traits| {
        traits.iter().map(|code| name_of(&known, code, &today, Lang::Vi)).collect::<Vec<_>>().join("; ")
    };
    let thing = Thing { province: &scheme.province, kind: "scheme", id: &scheme.id, pin: province.pin_id() };
    let told =
        Told::of(&thing).fact("n_traits", after.len()).rewrite(work, "traits", &names(&before), &names(&after))?;
    work.journal("scheme.traits-set", &thing, &told.body())
}

/// What the register tells of a place: its traits and, where it lies in an area, those of its commune.
pub struct Ground {
    pub province: String,
    pub terms: Vec<Term>,
    pub own: Vec<Borne>,
    pub of_commune: Vec<Borne>,
    /// What it has today, of its own and of its commune.
    pub traits: Traits,
}

/// The traits of a place that the reader may see: traits are told in their own province.
pub fn ground(work: &mut Work, place: &Place) -> Result<Ground> {
    let province = if place.level == Level::Nation { String::new() } else { province_or_none(work, place)? };
    if province.is_empty() || !is_at_home(work, &province)? {
        let traits = Traits::new();
        return Ok(Ground { province, terms: Vec::new(), own: Vec::new(), of_commune: Vec::new(), traits });
    }
    let today = work.today();
    let own = store::of_place(work, &place.id)?;
    let commune = places::above(work, place, &today)?.into_iter().find(|up| up.level == Level::Commune);
    let of_commune = match commune {
        Some(commune) => store::of_place(work, &commune.id)?,
        None => Vec::new(),
    };
    let holds = |borne: &&Borne| borne.from_on <= today && today < borne.to_on;
    let traits = own.iter().chain(&of_commune).filter(holds).map(|borne| borne.code.clone()).collect();
    let terms = terms::all(work, &province, Vocabulary::Traits)?;
    Ok(Ground { province, terms, own, of_commune, traits })
}

fn province_or_none(work: &mut Work, place: &Place) -> Result<String> {
    match places::province_of(work, place.pin_id()) {
        Err(Error::NotFound) => Ok(String::new()),
        found => found,
    }
}

/// Does this person hold something in the province, or above it?
fn is_at_home(work: &mut Work, province: &str) -> Result<bool> {
    let held: Vec<String> = work.actor.places_for(Verb::ReadPlace).iter().map(|id| (*id).to_owned()).collect();
    for id in held {
        let place = places::by_id(work, &id)?;
        if place.level == Level::Nation || province_or_none(work, &place)? == province {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The widest part of a place's province whose points this person may see: the province, or else the place itself.
pub fn scope(work: &mut Work, place: &Place, province: &str) -> Result<Option<Place>> {
    let today = work.today();
    let whole = places::by_code_on(work, province, &today)?;
    if work.reaches(Verb::ReadPoint, whole.pin_id())? {
        return Ok(Some(whole));
    }
    Ok(if work.reaches(Verb::ReadPoint, place.pin_id())? { Some(place.clone()) } else { None })
}

/// Launched points within reach with the traits of where they stand, and how those that operate live.
pub struct Seen {
    pub points: Vec<(Sited, Traits)>,
    pub lives: HashMap<String, Life>,
    pub bearers: Vec<Bearer>,
}

/// Reads the points of a scope, of a scheme or of all.
pub fn seen(work: &mut Work, (province, scheme_id): (&str, &str), scope: Option<&Place>) -> Result<Seen> {
    let today = work.today();
    let mut bearers = store::bearers(work, province, &today)?;
    let Some(scope) = scope else {
        bearers.retain(|bearer| bearer.level == Level::Commune);
        return Ok(Seen { points: Vec::new(), lives: HashMap::new(), bearers });
    };
    // Areas of a commune beyond reach are not told.
    let below = store::ids_below(work, scope, &today)?;
    bearers.retain(|bearer| bearer.level == Level::Commune || below.contains(&bearer.pin_id));
    let by_id: HashMap<&str, &Traits> = bearers.iter().map(|bearer| (bearer.id.as_str(), &bearer.traits)).collect();
    let points = store::points(work, (province, scheme_id), scope, &today)?;
    let points = points.into_iter().map(|point| (likeness::traits_at(&point, &by_id), point));
    let points = points.map(|(traits, point)| (point, traits)).collect();
    let lives = beats(work, scope, &today)?.into_iter().map(|beat| (beat.pulse.point_id, beat.verdict.life)).collect();
    Ok(Seen { points, lives, bearers })
}

impl Seen {
    /// The points that stand on ground with one of these traits.
    pub fn on_ground_like<'s>(&'s self, traits: &'s Traits) -> impl Iterator<Item = &'s (Sited, Traits)> {
        self.points.iter().filter(move |(_, at)| !at.is_disjoint(traits))
    }

    /// How the schemes fare on ground like this.
    pub fn standings(&self, traits: &Traits, at: &str) -> Vec<Standing> {
        likeness::standings(self.on_ground_like(traits).map(|(point, _)| point), &self.lives, at)
    }

    /// How many points operate in a place.
    pub fn n_operating(&self, place_id: &str, at: &str) -> i64 {
        let here = self.points.iter().filter(|(p, _)| p.place_id == place_id || p.commune_id == place_id);
        here.filter(|(point, _)| point.leaf.state_on(at).is_active()).count() as i64
    }
}

/// A place on ground that a scheme is meant for.
pub struct Meant {
    pub place: Bearer,
    pub shared: Vec<String>,
    pub n_launched: i64,
    pub n_operating: i64,
}

/// The places within a scope that have a trait for which a scheme is meant; those without an operating point first.
pub fn places_for(work: &mut Work, scheme: &Scheme, scope: &Place) -> Result<(Traits, Vec<Meant>)> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, scope.pin_id())?;
    let today = work.today();
    let traits = store::of_scheme(work, scheme)?;
    let seen = seen(work, (&scheme.province, &scheme.id), Some(scope))?;
    let below = store::ids_below(work, scope, &today)?;
    let mut meant = Vec::new();
    for place in seen.bearers.iter().filter(|bearer| below.contains(&bearer.pin_id)) {
        let shared = likeness::shared(&traits, &place.traits);
        if shared.is_empty() {
            continue;
        }
        let here = |p: &&(Sited, Traits)| p.0.place_id == place.id || p.0.commune_id == place.id;
        let n_launched = seen.points.iter().filter(here).count() as i64;
        meant.push(Meant {
            n_launched,
            n_operating: seen.n_operating(&place.id, &today),
            shared,
            place: place.clone(),
        });
    }
    meant.sort_by_key(|one| (one.n_operating > 0, std::cmp::Reverse(one.shared.len())));
    Ok((traits, meant))
}
