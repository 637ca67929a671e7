//! Which units of a map stand in which group. A member that is not on that map hands its group on along the lines of
//! its history, as long as all that came together agree; where they do not, a person decides.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::error::Result;
use crate::groupings::grouping::{Group, Grouping, Member};
use crate::groupings::store;
use crate::places::place::Level;
use crate::work::Work;

/// A unit that is in a group itself, and not through the unit above it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub place_id: String,
    pub name: String,
    pub level: Level,
    /// Its number among the groups.
    pub group: usize,
    /// It follows from what it came from or became, and was not entered.
    pub follows: bool,
    /// The unit above it is in a group too.
    pub is_nested: bool,
}

/// A unit that is in no group.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    pub place_id: String,
    pub name: String,
    /// The groups of what it came from or became, when they do not agree.
    pub claims: Vec<usize>,
}

/// A grouping on the map of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnMap {
    /// In Vietnamese order.
    pub groups: Vec<Group>,
    /// The highest level first.
    pub placed: Vec<Placed>,
    pub open: Vec<Open>,
}

impl OnMap {
    /// The units of one group.
    pub fn of(&self, group: usize) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(move |placed| placed.group == group)
    }

    /// The number of a group; none when it is not there.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.id == id)
    }
}

/// A unit as it stands on the map.
pub struct Unit {
    pub id: String,
    pub name: String,
    pub level: Level,
    pub parent_id: String,
    pub from_on: String,
    pub to_on: String,
}

/// Which way along the lines of history.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// To what it came from.
    Back,
    /// To what became of it.
    On,
}

/// Finds the groups of all units of a grouping's map.
pub fn find(work: &mut Work, grouping: &Grouping, on: &str) -> Result<OnMap> {
    let groups = store::groups(work, grouping)?;
    let mut members: Vec<Member> = store::members(work, grouping)?;
    members.retain(|member| grouping.stands_on(on) && member.from_on.as_str() <= on && on < member.to_on.as_str());
    let number = |id: &str| groups.iter().position(|group| group.id == id);
    let told: HashMap<String, usize> =
        members.into_iter().filter_map(|member| Some((member.place_id, number(&member.group_id)?))).collect();
    let units = store::units(work, grouping, on)?;
    let mut search = Search { told: &told, seen: HashSet::new() };
    let mut of_unit: HashMap<String, usize> = HashMap::new();
    let mut found = OnMap { groups, ..OnMap::default() };
    let mut has_grouped_below: HashSet<String> = HashSet::new();
    let mut open: Vec<(Level, Open)> = Vec::new();
    for unit in units {
        let above = of_unit.get(&unit.parent_id).copied();
        let own = told.get(&unit.id).copied();
        let (group, claims) = match (own, above) {
            (Some(group), _) => (Some(group), Vec::new()),
            (None, Some(_)) => (None, Vec::new()),
            (None, None) => search.follow(work, &unit)?,
        };
        if let Some(group) = group {
            of_unit.insert(unit.id.clone(), group);
            has_grouped_below.insert(unit.parent_id.clone());
            let is_nested = above.is_some();
            let (place_id, name, level) = (unit.id, unit.name, unit.level);
            found.placed.push(Placed { place_id, name, level, group, follows: own.is_none(), is_nested });
        } else if let Some(above) = above {
            of_unit.insert(unit.id.clone(), above);
        } else {
            open.push((unit.level, Open { place_id: unit.id, name: unit.name, claims }));
        }
    }
    // Told are those of the level at which the others are in groups; without any, the highest below the grouping.
    let deepest = found.placed.iter().map(|placed| placed.level).max().or_else(|| Some(open.first()?.0));
    open.retain(|(level, unit)| Some(*level) == deepest && !has_grouped_below.contains(&unit.place_id));
    found.open = open.into_iter().map(|(_, unit)| unit).collect();
    Ok(found)
}

struct Search<'t> {
    told: &'t HashMap<String, usize>,
    seen: HashSet<String>,
}

impl Search<'_> {
    /// The group of a unit that was not entered, from what it came from, else from what became of it.
    fn follow(&mut self, work: &mut Work, unit: &Unit) -> Result<(Option<usize>, Vec<usize>)> {
        let mut claims = BTreeSet::new();
        for (way, day) in [(Way::Back, &unit.from_on), (Way::On, &unit.to_on)] {
            self.seen.clear();
            let found = self.along(work, &unit.id, (way, day), &mut claims)?;
            if found.is_some() {
                return Ok((found, Vec::new()));
            }
        }
        Ok((None, claims.into_iter().collect()))
    }

    /// The one group of all relatives on a day, if they have one.
    fn along(
        &mut self,
        work: &mut Work,
        id: &str,
        (way, day): (Way, &str),
        claims: &mut BTreeSet<usize>,
    ) -> Result<Option<usize>> {
        if !self.seen.insert(id.to_owned()) {
            return Ok(None);
        }
        let relatives = store::relatives(work, id, way, day)?;
        let mut groups = Vec::new();
        for relative in relatives {
            let mut group = self.told.get(&relative.id).copied();
            let mut above = relative.parent_id.clone();
            while group.is_none() && !above.is_empty() {
                group = self.told.get(&above).copied();
                above = store::parent_of(work, &above)?;
            }
            if group.is_none() {
                let next = if way == Way::Back { &relative.from_on } else { &relative.to_on };
                group = self.along(work, &relative.id, (way, next), claims)?;
            }
            claims.extend(group);
            groups.push(group);
        }
        let first = groups.first().copied().flatten();
        Ok(first.filter(|_| groups.iter().all(|group| *group == first)))
    }
}
