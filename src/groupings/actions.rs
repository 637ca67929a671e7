//! What the province does with its groupings: makes one, names it and its groups, says who is in which.

use std::collections::{BTreeMap, HashSet};

use crate::error::{Error, FieldError, Result};
use crate::groupings::grouping::{Chosen, Group, Grouping, KINDS, Member};
use crate::groupings::store;
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places::place::{Level, NATION, OPEN, Place, last_day};
use crate::places::store as places;
use crate::work::{Thing, Work};

/// So many groups a grouping may have.
const MOST_GROUPS: usize = 400;

/// Whose groupings are meant at a place: the province's, or the nation's.
pub fn owner(work: &mut Work, place: &Place) -> Result<String> {
    if place.level == Level::Nation { Ok(NATION.to_owned()) } else { places::province_of(work, place.pin_id()) }
}

/// One group by what addresses call it: `slug.id`, or `slug.` for what is in no group.
pub fn chosen(work: &mut Work, place: &Place, key: &str) -> Result<Option<Chosen>> {
    if key.is_empty() {
        return Ok(None);
    }
    let province = owner(work, place)?;
    let (slug, id) = key.split_once('.').ok_or(Error::NotFound)?;
    let grouping = store::by_name(work, &province, slug)?;
    let group = store::groups(work, &grouping)?.into_iter().find(|group| group.id == id);
    if group.is_none() && !id.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(Some(Chosen { grouping, group }))
}

/// From what a grouping begins.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Start {
    /// Without any group.
    Empty,
    /// With one group for each of the units of a level on the map of a day.
    Units(Level),
}

/// A new grouping as it was typed.
pub struct New {
    pub name: String,
    pub kind: String,
    pub basis: String,
    pub from_on: String,
    pub start: Start,
    /// The day of the map from which the groups are taken.
    pub map_on: String,
}

fn faults_of(name: &str, kind: &str, from_on: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    if fold::key(name).is_empty() {
        miss("name", "grouping-name-missing");
    }
    if !KINDS.contains(&kind) {
        miss("kind", "grouping-kind-missing");
    }
    if from_on.is_empty() {
        miss("from_on", "grouping-from-missing");
    }
    faults
}

/// The deeds are told of the province that keeps the grouping.
fn thing<'a>(of: &'a Grouping, pin: &'a str) -> Thing<'a> {
    Thing { province: &of.province, kind: "grouping", id: &of.id, pin }
}

/// Makes a grouping of a province, or of the nation.
pub fn add(work: &mut Work, place: &Place, new: &New) -> Result<Grouping> {
    work.demand(Verb::KeepRules, Verb::ReadPlace, place.pin_id())?;
    let mut faults = faults_of(&new.name, &new.kind, &new.from_on);
    if new.start != Start::Empty && new.map_on.is_empty() {
        faults.push(FieldError { field: "map_on", key: "grouping-map-missing", value: String::new() });
    }
    let province = owner(work, place)?;
    let base = fold::key(&new.name).replace(' ', "-");
    if store::is_taken(work, &province, &base)? {
        faults.push(FieldError { field: "name", key: "grouping-name-taken", value: new.name.clone() });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let grouping = Grouping {
        province,
        id: ids::new(),
        slug: base,
        name: new.name.clone(),
        kind: new.kind.clone(),
        basis: new.basis.clone(),
        from_on: new.from_on.clone(),
        to_on: OPEN.into(),
        version: 1,
    };
    store::insert(work, &grouping)?;
    let mut n_groups = 0;
    if let Start::Units(level) = new.start {
        let units = store::units(work, &grouping, &new.map_on)?;
        let units: Vec<_> = units.into_iter().filter(|unit| unit.level == level).collect();
        if units.is_empty() {
            return Err(Error::field("map_on", "grouping-map-empty", level.word()));
        }
        if units.len() > MOST_GROUPS {
            return Err(Error::field("start", "grouping-too-many", MOST_GROUPS.to_string()));
        }
        n_groups = units.len() as i64;
        for unit in units {
            let group = Group { id: ids::new(), name: unit.name };
            store::insert_group(work, &grouping, &group)?;
            let from_on = grouping.from_on.clone();
            let member = Member { place_id: unit.id, group_id: group.id, from_on, to_on: OPEN.into() };
            store::insert_member(work, &grouping, &member)?;
        }
    }
    let thing = thing(&grouping, place.pin_id());
    let told = Told::of(&thing)
        .fact("grouping_kind", grouping.kind.as_str())
        .fact("from_on", grouping.from_on.as_str())
        .fact("n_groups", n_groups)
        .text(work, "name", &grouping.name)?
        .text(work, "basis_text", &grouping.basis)?;
    work.journal("grouping.added", &thing, &told.body())?;
    Ok(grouping)
}

/// A grouping that the actor may change, with the place that owns it.
pub fn for_change(work: &mut Work, id: &str) -> Result<(Grouping, Place)> {
    let (grouping, place) = with_owner(work, id)?;
    work.demand(Verb::KeepRules, Verb::ReadPlace, place.pin_id())?;
    Ok((grouping, place))
}

/// A grouping that the actor may read: whoever has a place in its province, and everybody the nation's.
pub fn for_reading(work: &mut Work, id: &str) -> Result<(Grouping, Place)> {
    let (grouping, place) = with_owner(work, id)?;
    demand_reading(work, &grouping.province)?;
    Ok((grouping, place))
}

/// Has the actor a place in a province?
pub fn demand_reading(work: &mut Work, province: &str) -> Result<()> {
    if province == NATION {
        return Ok(());
    }
    let held: Vec<String> = work.actor.places_for(Verb::ReadFigure).iter().map(|id| (*id).to_owned()).collect();
    for id in held {
        if id == NATION || places::province_of(work, &id).is_ok_and(|code| code == province) {
            return Ok(());
        }
    }
    Err(Error::NotFound)
}

/// A grouping with the place that owns it: its province, or the country.
pub fn with_owner(work: &mut Work, id: &str) -> Result<(Grouping, Place)> {
    let grouping = store::by_id(work, id)?;
    let place = places::by_code(work, &grouping.province)?;
    Ok((grouping, place))
}

/// What was typed of a grouping and its groups.
pub struct Change {
    pub version: i64,
    pub name: String,
    pub kind: String,
    pub basis: String,
    pub from_on: String,
    /// The last day; empty while it goes on.
    pub last_on: String,
    /// Id and new name of groups.
    pub names: Vec<(String, String)>,
    /// Names of new groups.
    pub added: Vec<String>,
}

/// Changes a grouping, names its groups and adds new ones.
pub fn change(work: &mut Work, id: &str, change: &Change) -> Result<Grouping> {
    let (before, place) = for_change(work, id)?;
    let mut faults = faults_of(&change.name, &change.kind, &change.from_on);
    let to_on = if change.last_on.is_empty() { OPEN.to_owned() } else { next_day(&change.last_on) };
    if !change.from_on.is_empty() && to_on <= change.from_on {
        faults.push(FieldError { field: "last_on", key: "grouping-ends-early", value: String::new() });
    }
    let groups = store::groups(work, &before)?;
    let known = |id: &str| change.names.iter().find(|(own, _)| own == id).map(|(_, name)| name.as_str());
    let mut after: Vec<Group> = groups
        .iter()
        .map(|group| Group { id: group.id.clone(), name: known(&group.id).unwrap_or(&group.name).to_owned() })
        .collect();
    if after.iter().any(|group| fold::key(&group.name).is_empty()) {
        faults.push(FieldError { field: "groups", key: "group-name-missing", value: String::new() });
    }
    let n_before = after.len();
    after.extend(change.added.iter().map(|name| Group { id: ids::new(), name: name.clone() }));
    let mut seen = HashSet::new();
    if let Some(twice) = after.iter().find(|group| !seen.insert(fold::key(&group.name))) {
        faults.push(FieldError { field: "groups", key: "group-name-twice", value: twice.name.clone() });
    }
    if after.len() > MOST_GROUPS {
        faults.push(FieldError { field: "groups", key: "grouping-too-many", value: MOST_GROUPS.to_string() });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let changed = Grouping {
        name: change.name.clone(),
        kind: change.kind.clone(),
        basis: change.basis.clone(),
        from_on: change.from_on.clone(),
        to_on,
        version: change.version,
        ..before.clone()
    };
    store::update(work, &changed)?;
    let thing = thing(&before, place.pin_id());
    for (group, was) in after.iter().zip(&groups) {
        if group.name != was.name {
            store::rename_group(work, &before, group)?;
        }
    }
    for group in &after[n_before..] {
        store::insert_group(work, &before, group)?;
    }
    let told = Told::of(&thing)
        .change("grouping_kind", before.kind.as_str(), changed.kind.as_str())
        .change("from_on", before.from_on.as_str(), changed.from_on.as_str())
        .change("to_on", before.to_on.as_str(), changed.to_on.as_str())
        .rewrite(work, "name", &before.name, &changed.name)?
        .rewrite(work, "basis_text", &before.basis, &changed.basis)?
        .rewrite(work, "groups", &names(&groups), &names(&after))?;
    work.journal("grouping.changed", &thing, &told.body())?;
    Ok(changed)
}

fn names(groups: &[Group]) -> String {
    groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn next_day(iso: &str) -> String {
    let day = iso.parse::<jiff::civil::Date>().ok().and_then(|day| day.tomorrow().ok());
    day.map_or_else(|| OPEN.to_owned(), |day| day.to_string())
}

/// Says from a day on in which group places are; an empty group takes a place out of its own. Returns how many
/// places were moved.
pub fn assign(
    work: &mut Work,
    id: &str,
    version: i64,
    from_on: &str,
    wanted: &BTreeMap<String, String>,
) -> Result<i64> {
    let (grouping, place) = for_change(work, id)?;
    if from_on.is_empty() {
        return Err(Error::field("from_on", "grouping-from-missing", ""));
    }
    if !grouping.stands_on(from_on) {
        return Err(Error::field("from_on", "grouping-not-then", grouping.name));
    }
    let groups: HashSet<String> = store::groups(work, &grouping)?.into_iter().map(|group| group.id).collect();
    let allowed: HashSet<String> = store::units(work, &grouping, from_on)?.into_iter().map(|unit| unit.id).collect();
    let members = store::members(work, &grouping)?;
    let mut moved: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (place_id, group_id) in wanted {
        if !allowed.contains(place_id) {
            return Err(Error::field("members", "grouping-place-foreign", place_id.clone()));
        }
        if !group_id.is_empty() && !groups.contains(group_id) {
            return Err(Error::field("members", "grouping-group-foreign", group_id.clone()));
        }
        let own: Vec<&Member> = members.iter().filter(|member| member.place_id == *place_id).collect();
        let now = own.iter().find(|m| m.from_on.as_str() <= from_on && from_on < m.to_on.as_str());
        let before = now.map_or("", |member| member.group_id.as_str());
        if before == group_id {
            continue;
        }
        // What was entered for later days gives way to what is said now.
        for member in own.iter().filter(|member| member.to_on.as_str() > from_on) {
            store::end_member(work, &grouping, member, from_on)?;
        }
        if !group_id.is_empty() {
            let member = Member {
                place_id: place_id.clone(),
                group_id: group_id.clone(),
                from_on: from_on.into(),
                to_on: OPEN.into(),
            };
            store::insert_member(work, &grouping, &member)?;
        }
        moved.entry(group_id).or_default().push(place_id);
    }
    if moved.is_empty() {
        return Ok(0);
    }
    store::update(work, &Grouping { version, ..grouping.clone() })?;
    let thing = thing(&grouping, place.pin_id());
    let mut n_moved = 0;
    for (group, places) in moved {
        n_moved += places.len() as i64;
        let deed = if group.is_empty() { "grouping.members-taken-out" } else { "grouping.members-set" };
        let told = Told::of(&thing).fact("from_on", from_on).fact("group", group).fact("places", places);
        work.journal(deed, &thing, &told.body())?;
    }
    Ok(n_moved)
}

/// The first day of the youngest unit on today's map: from then on a grouping of this map makes sense.
pub fn since(work: &mut Work, place: &Place) -> Result<String> {
    let today = work.today();
    let level = if place.level == Level::Nation { Level::Province } else { Level::Commune };
    let units = places::below(work, &place.id, level, &today)?;
    Ok(units.into_iter().map(|unit| unit.from_on).max().filter(|day| day.starts_with('2')).unwrap_or(today))
}

/// The last day of the map before that.
pub fn map_before(since: &str) -> String {
    last_day(since)
}
