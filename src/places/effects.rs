//! What follows from a reorganisation for the lives, names, parents and lines of places: all of it is checked against
//! what stands, and then told as the rows that must change.
//!
//! Always true: a source is ended, never deleted; no fact is mentioned here, because none is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use gazetteer::{FOREVER, History, Link, Span};

use crate::places::place::{Level, NATION, OPEN};
use crate::places::reorganisation::{Deed, Extent, NewUnit, People, Reorganisation, Share, kinds};

/// A place as it stands on the day before.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub id: String,
    pub code: String,
    pub level: Level,
    pub kind: String,
    pub name: String,
    pub parent: String,
    pub from_on: String,
    pub to_on: String,
    /// The first day of its last name and parent.
    pub changed_on: String,
}

/// What is known of the places that a reorganisation may touch.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub places: HashMap<String, Standing>,
    /// The units that stand directly below one on the day, without residential areas and institutions.
    pub children: HashMap<String, Vec<String>>,
    /// Which unit bears a code on the day.
    pub codes: HashMap<String, String>,
}

impl Ground {
    fn name(&self, id: &str) -> String {
        self.places.get(id).map_or_else(|| id.to_owned(), |place| place.name.clone())
    }
}

/// What a reorganisation changes in the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Begin {
        id: String,
        unit: NewUnit,
    },
    End {
        id: String,
    },
    /// From the day on another name, kind or parent.
    Turn {
        id: String,
        name: String,
        kind: String,
        parent: String,
    },
    Join {
        source: String,
        target: Option<String>,
        part: bool,
        people: People,
    },
}

/// Why a reorganisation cannot be: a key in the words, the place's name, and the deed it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub deed: Option<usize>,
    pub key: &'static str,
    pub value: String,
}

/// What must change, or everything that is wrong at once.
pub fn effects(told: &Reorganisation, ground: &Ground) -> Result<Vec<Effect>, Vec<Fault>> {
    let mut check = Check { told, ground, ended: told.ended(), faults: Vec::new() };
    check.all();
    if !check.faults.is_empty() {
        return Err(check.faults);
    }
    let ids: HashMap<&str, String> =
        told.deeds.iter().filter_map(Deed::unit).map(|u| (&*u.key, u.id(&told.on))).collect();
    let id = |parent: &str| ids.get(parent).cloned().unwrap_or_else(|| parent.to_owned());
    let mut effects: Vec<Effect> = Vec::new();
    let mut units: Vec<&NewUnit> = told.deeds.iter().filter_map(Deed::unit).collect();
    units.sort_by_key(|unit| unit.level);
    for unit in units {
        let unit = NewUnit { parent: id(&unit.parent), ..unit.clone() };
        effects.push(Effect::Begin { id: unit.id(&told.on), unit });
    }
    effects.extend(check.ended.iter().map(|ended| Effect::End { id: (*ended).to_owned() }));
    for deed in &told.deeds {
        effects.extend(lines(deed, &told.on));
    }
    effects.extend(turns(told, ground, id));
    let orphans = orphans(told, ground);
    effects.extend(orphans.into_iter().filter_map(|(child, parent)| {
        let place = ground.places.get(&child)?;
        let (name, kind, parent) = (place.name.clone(), place.kind.clone(), id(&parent?));
        Some(Effect::Turn { id: child, name, kind, parent })
    }));
    Ok(effects)
}

fn lines(deed: &Deed, on: &str) -> Vec<Effect> {
    let target = match deed {
        Deed::Found { unit, .. } => unit.id(on),
        Deed::TakeIn { place_id, .. } => place_id.clone(),
        Deed::Close { place_id, .. } => {
            let source = place_id.clone();
            return vec![Effect::Join { source, target: None, part: false, people: People::Unknown }];
        }
        Deed::Rename { .. } | Deed::Reclassify { .. } | Deed::Move { .. } => return Vec::new(),
    };
    let line = |share: &Share| Effect::Join {
        source: share.place_id.clone(),
        target: Some(target.clone()),
        part: share.extent == Extent::Part,
        people: share.people,
    };
    deed.from().iter().map(line).collect()
}

/// The new names, kinds and parents of standing places, all that is told of one place in one.
fn turns(told: &Reorganisation, ground: &Ground, id: impl Fn(&str) -> String) -> Vec<Effect> {
    let mut turned: BTreeMap<&str, (String, String, String)> = BTreeMap::new();
    for deed in &told.deeds {
        let Some(place) = deed.standing().and_then(|id| ground.places.get(id)) else { continue };
        let now = || (place.name.clone(), place.kind.clone(), place.parent.clone());
        match deed {
            Deed::Rename { name, .. } => turned.entry(&place.id).or_insert_with(now).0.clone_from(name),
            Deed::Reclassify { kind, name, .. } => {
                let turn = turned.entry(&place.id).or_insert_with(now);
                (turn.0, turn.1) = (name.clone(), kind.clone());
            }
            Deed::Move { parent, .. } => turned.entry(&place.id).or_insert_with(now).2 = id(parent),
            Deed::Found { .. } | Deed::TakeIn { .. } | Deed::Close { .. } => {}
        }
    }
    let turn = |(id, (name, kind, parent)): (&str, _)| Effect::Turn { id: id.to_owned(), name, kind, parent };
    turned.into_iter().map(turn).collect()
}

/// The units left standing below a place that ends, each with where it goes: to what took the place in whole, or
/// to what stood above it. Nowhere, when the place was divided and nobody said to which part.
fn orphans(told: &Reorganisation, ground: &Ground) -> Vec<(String, Option<String>)> {
    let ended = told.ended();
    let moved: HashSet<&str> =
        told.deeds.iter().filter(|deed| matches!(deed, Deed::Move { .. })).filter_map(Deed::standing).collect();
    let mut orphans = Vec::new();
    for gone in &ended {
        let left = ground.children.get(*gone).into_iter().flatten();
        for child in left.filter(|child| !ended.contains(child.as_str()) && !moved.contains(child.as_str())) {
            orphans.push((child.clone(), heir(told, ground, gone)));
        }
    }
    orphans
}

/// What holds the children of a place that ended: a standing place or the key of a new unit.
pub fn heir(told: &Reorganisation, ground: &Ground, gone: &str) -> Option<String> {
    let mut at = gone.to_owned();
    // A tree of five levels has no longer way up.
    for _ in 0..8 {
        if !told.ended().contains(at.as_str()) {
            return Some(at);
        }
        let takers: Vec<&Deed> =
            told.deeds.iter().filter(|deed| deed.from().iter().any(|share| share.place_id == at)).collect();
        match takers[..] {
            [] => at = ground.places.get(&at)?.parent.clone(),
            [Deed::Found { unit, .. }] => return Some(unit.key.clone()),
            [Deed::TakeIn { place_id, .. }] => at.clone_from(place_id),
            _ => return None,
        }
    }
    None
}

struct Check<'a> {
    told: &'a Reorganisation,
    ground: &'a Ground,
    ended: BTreeSet<&'a str>,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, deed: Option<usize>, key: &'static str, value: impl Into<String>) {
        self.faults.push(Fault { deed, key, value: value.into() });
    }

    fn all(&mut self) {
        if self.told.on.parse::<jiff::civil::Date>().is_err() {
            self.fault(None, "reorganisation-day-missing", "");
        }
        if self.told.deeds.is_empty() {
            self.fault(None, "reorganisation-empty", "");
        }
        for (at, deed) in self.told.deeds.iter().enumerate() {
            self.deed(at, deed);
        }
        self.shares();
        self.codes();
        self.names();
        for (child, heir) in orphans(self.told, self.ground) {
            if heir.is_none() {
                self.fault(None, "reorganisation-child-undecided", self.ground.name(&child));
            }
        }
    }

    fn deed(&mut self, at: usize, deed: &'a Deed) {
        if let Some(id) = deed.standing() {
            self.stands(at, id);
            if !matches!(deed, Deed::Close { .. }) && self.ended.contains(id) {
                self.fault(Some(at), "reorganisation-ended-goes-on", self.ground.name(id));
            }
        }
        match deed {
            Deed::Found { unit, from } => self.found(at, unit, from),
            Deed::TakeIn { place_id, from } => {
                if from.is_empty() {
                    self.fault(Some(at), "reorganisation-sources-missing", self.ground.name(place_id));
                }
                let level = self.ground.places.get(place_id).map(|place| place.level);
                self.from(at, level, from);
            }
            Deed::Rename { place_id, name } => {
                if name.is_empty() {
                    self.fault(Some(at), "reorganisation-name-missing", self.ground.name(place_id));
                }
            }
            Deed::Reclassify { place_id, kind, name } => {
                let level = self.ground.places.get(place_id).map_or(Level::Commune, |place| place.level);
                self.named(at, level, kind, name);
            }
            Deed::Move { place_id, parent } => {
                let level = self.ground.places.get(place_id).map_or(Level::Commune, |place| place.level);
                self.parent(at, level, parent);
            }
            Deed::Close { .. } => {}
        }
    }

    fn found(&mut self, at: usize, unit: &'a NewUnit, from: &'a [Share]) {
        let level = Level::from_number(i64::from(unit.level));
        self.named(at, level, &unit.kind, &unit.name);
        self.parent(at, level, &unit.parent);
        self.from(at, Some(level), from);
    }

    fn named(&mut self, at: usize, level: Level, kind: &str, name: &str) {
        if name.is_empty() {
            self.fault(Some(at), "reorganisation-name-missing", "");
        }
        if !kinds(level).contains(&kind) {
            self.fault(Some(at), "reorganisation-kind-unfit", name);
        }
    }

    /// The parent stands afterwards and is of a higher rank; own places stand below communes.
    fn parent(&mut self, at: usize, level: Level, parent: &'a str) {
        let new = self.told.deeds.iter().filter_map(Deed::unit).find(|unit| unit.key == parent);
        let of_parent = match (new, self.ground.places.get(parent)) {
            (Some(unit), _) => Level::from_number(i64::from(unit.level)),
            (None, Some(_)) if parent == NATION => Level::Nation,
            (None, Some(place)) => {
                self.holds(at, place);
                if self.ended.contains(parent) {
                    self.fault(Some(at), "reorganisation-parent-ends", self.ground.name(parent));
                }
                place.level
            }
            (None, None) => return self.fault(Some(at), "reorganisation-parent-missing", parent),
        };
        let fits = if level >= Level::Area { of_parent == Level::Commune } else { of_parent < level };
        if !fits {
            self.fault(Some(at), "reorganisation-parent-unfit", self.ground.name(parent));
        }
    }

    /// It stands on the day; what becomes of it later does not matter to what is put below it.
    fn holds(&mut self, at: usize, place: &Standing) {
        if place.from_on > self.told.on || place.to_on <= self.told.on {
            self.fault(Some(at), "reorganisation-not-standing", place.name.clone());
        }
    }

    fn from(&mut self, at: usize, level: Option<Level>, from: &'a [Share]) {
        let mut seen = HashSet::new();
        for share in from {
            self.stands(at, &share.place_id);
            if !seen.insert(&share.place_id) {
                self.fault(Some(at), "reorganisation-source-twice", self.ground.name(&share.place_id));
            }
            let own = |level: Level| level >= Level::Area;
            let of_source = self.ground.places.get(&share.place_id).map(|place| place.level);
            if let (Some(level), Some(of_source)) = (level, of_source)
                && own(level) != own(of_source)
            {
                self.fault(Some(at), "reorganisation-levels-differ", self.ground.name(&share.place_id));
            }
        }
    }

    /// It stands on the day, and nothing that was entered already changes it on that day or later.
    fn stands(&mut self, at: usize, id: &'a str) {
        let on = self.told.on.as_str();
        let fault = match self.ground.places.get(id) {
            None => Some(("reorganisation-place-unknown", id.to_owned())),
            Some(_) if id == NATION => None,
            Some(place) if place.from_on.as_str() >= on || place.to_on.as_str() <= on => {
                Some(("reorganisation-not-standing", place.name.clone()))
            }
            Some(place) if place.to_on != OPEN || place.changed_on.as_str() >= on => {
                Some(("reorganisation-changes-later", place.name.clone()))
            }
            Some(_) => None,
        };
        let Some((key, value)) = fault else { return };
        let known = self.faults.iter().any(|fault| fault.key == key && fault.value == value);
        if !known {
            self.fault(Some(at), key, value);
        }
    }

    /// A source goes over whole once, or in parts.
    fn shares(&mut self) {
        let mut whole: HashMap<&str, usize> = HashMap::new();
        let parted = self.told.parted();
        for share in self.told.deeds.iter().flat_map(Deed::from).filter(|share| share.extent == Extent::Whole) {
            *whole.entry(&share.place_id).or_default() += 1;
        }
        let twice: BTreeSet<&str> =
            whole.iter().filter(|(id, n)| **n > 1 || parted.contains_key(*id)).map(|(id, _)| *id).collect();
        for id in twice {
            self.fault(None, "reorganisation-whole-twice", self.ground.name(id));
        }
    }

    /// No two units bear one code on the day, and no id is given twice.
    fn codes(&mut self) {
        let mut given = HashSet::new();
        for unit in self.told.deeds.iter().filter_map(Deed::unit).filter(|unit| !unit.code.is_empty()) {
            let bearer = self.ground.codes.get(&unit.code).filter(|id| !self.ended.contains(id.as_str()));
            if bearer.is_some() || self.ground.places.contains_key(&unit.id(&self.told.on)) || !given.insert(&unit.code)
            {
                self.faults.push(Fault { deed: None, key: "reorganisation-code-taken", value: unit.code.clone() });
            }
        }
    }

    /// Two new units of one name under one parent are a slip of the pen.
    fn names(&mut self) {
        let mut given = HashSet::new();
        for unit in self.told.deeds.iter().filter_map(Deed::unit) {
            if !given.insert((fold::clean(&unit.name), unit.parent.as_str())) {
                self.faults.push(Fault { deed: None, key: "reorganisation-name-twice", value: unit.name.clone() });
            }
        }
    }
}

/// The same history after what was told. Of residential areas only those are in it that have their own.
pub fn changed(mut history: History, effects: &[Effect], on: &str) -> History {
    let parent = |id: &str| (id != NATION).then(|| id.to_owned());
    let mut at: HashMap<String, usize> =
        history.places.iter().enumerate().map(|(n, place)| (place.id.clone(), n)).collect();
    for effect in effects {
        match effect {
            Effect::Begin { id, unit } => {
                let span = Span { from: on.to_owned(), to: FOREVER.to_owned(), parent: parent(&unit.parent) };
                at.insert(id.clone(), history.places.len());
                history.places.push(gazetteer::Place { id: id.clone(), level: unit.level, spans: vec![span] });
            }
            Effect::End { id } => {
                if let Some(last) = at.get(id).and_then(|n| history.places[*n].spans.last_mut()) {
                    last.to = on.to_owned();
                }
            }
            Effect::Turn { id, parent: above, .. } => {
                let Some(spans) = at.get(id).map(|n| &mut history.places[*n].spans) else { continue };
                let Some(last) = spans.last_mut() else { continue };
                let span = Span { from: on.to_owned(), to: last.to.clone(), parent: parent(above) };
                last.to = on.to_owned();
                spans.push(span);
            }
            Effect::Join { source, target, people, .. } => history.links.extend(target.iter().map(|target| Link {
                source: source.clone(),
                target: target.clone(),
                on: on.to_owned(),
                land_only: *people == People::None,
            })),
        }
    }
    history
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::reorganisation::Kind;

    fn standing(id: &str, level: Level, parent: &str) -> Standing {
        Standing {
            id: id.into(),
            code: id.trim_end_matches('@').into(),
            level,
            kind: kinds(level).first().copied().unwrap_or_default().into(),
            name: format!("Xã {id}"),
            parent: parent.into(),
            from_on: "0001-01-01".into(),
            to_on: OPEN.into(),
            changed_on: "0001-01-01".into(),
        }
    }

    /// Two provinces; in the first a district with three communes and a residential area in the first of them.
    fn ground() -> Ground {
        let mut ground = Ground::default();
        for (id, level, parent) in [
            (NATION, Level::Nation, ""),
            ("p1", Level::Province, NATION),
            ("p2", Level::Province, NATION),
            ("d1", Level::District, "p1"),
            ("a", Level::Commune, "d1"),
            ("b", Level::Commune, "d1"),
            ("c", Level::Commune, "d1"),
            ("khu1", Level::Area, "a"),
            ("khu2", Level::Area, "a"),
        ] {
            ground.places.insert(id.into(), standing(id, level, parent));
            ground.codes.insert(id.into(), id.into());
            if level < Level::Area {
                ground.children.entry(parent.into()).or_default().push(id.into());
            }
        }
        ground
    }

    fn share(id: &str, extent: Extent) -> Share {
        Share { place_id: id.into(), extent, people: People::All }
    }

    fn found(code: &str, parent: &str, from: &[(&str, Extent)]) -> Deed {
        let unit = NewUnit {
            key: format!("+{code}"),
            uid: format!("u-{code}"),
            code: code.into(),
            level: 3,
            kind: "xa".into(),
            name: format!("Xã {code}"),
            parent: parent.into(),
        };
        Deed::Found { unit, from: from.iter().map(|(id, extent)| share(id, *extent)).collect() }
    }

    fn told(deeds: Vec<Deed>) -> Reorganisation {
        Reorganisation { on: "2026-12-01".into(), deeds, used_up: BTreeSet::new() }
    }

    fn faults(told: &Reorganisation) -> Vec<&'static str> {
        effects(told, &ground()).unwrap_err().into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn a_merger_ends_its_sources_and_leads_lines_from_them() {
        let merger = told(vec![found("x", "d1", &[("a", Extent::Whole), ("b", Extent::Whole)])]);
        assert_eq!(merger.deeds[0].kind(), Kind::Merge);
        let made = effects(&merger, &ground()).unwrap();
        let line = |source: &str| Effect::Join {
            source: source.into(),
            target: Some("x@2026-12-01".into()),
            part: false,
            people: People::All,
        };
        assert!(matches!(&made[0], Effect::Begin { id, .. } if id == "x@2026-12-01"));
        let ends = [Effect::End { id: "a".into() }, Effect::End { id: "b".into() }];
        assert_eq!(made[1..], [&ends[..], &[line("a"), line("b")]].concat());
    }

    #[test]
    fn a_place_that_gives_a_part_goes_on_unless_it_is_used_up() {
        let mut split = told(vec![found("x", "d1", &[("a", Extent::Part)]), found("y", "d1", &[("a", Extent::Part)])]);
        assert_eq!(split.deeds[0].kind(), Kind::Split);
        assert!(split.ended().is_empty());
        split.used_up.insert("a".into());
        assert_eq!(split.ended(), BTreeSet::from(["a"]));
    }

    #[test]
    fn what_stood_below_a_place_that_ends_goes_to_its_heir() {
        let abolished = told(vec![Deed::Close { place_id: "d1".into(), with_level: true }]);
        let made = effects(&abolished, &ground()).unwrap();
        for commune in ["a", "b", "c"] {
            let turned = made
                .iter()
                .any(|effect| matches!(effect, Effect::Turn { id, parent, .. } if id == commune && parent == "p1"));
            assert!(turned, "{commune}: {made:?}");
        }
        let unit = NewUnit {
            key: "+p".into(),
            uid: "u".into(),
            code: "p3".into(),
            level: 1,
            kind: "tinh".into(),
            name: "Tỉnh".into(),
            parent: NATION.into(),
        };
        let provinces = vec![share("p1", Extent::Whole), share("p2", Extent::Whole)];
        let made = effects(&told(vec![Deed::Found { unit, from: provinces }]), &ground()).unwrap();
        assert!(made.contains(&Effect::Turn {
            id: "d1".into(),
            name: "Xã d1".into(),
            kind: "huyen".into(),
            parent: "p3@2026-12-01".into(),
        }));
    }

    #[test]
    fn names_kind_and_parent_of_one_place_turn_together() {
        let deeds = vec![
            Deed::Reclassify { place_id: "a".into(), kind: "phuong".into(), name: "Phường A".into() },
            Deed::Move { place_id: "a".into(), parent: "p2".into() },
        ];
        let turn =
            Effect::Turn { id: "a".into(), name: "Phường A".into(), kind: "phuong".into(), parent: "p2".into() };
        assert_eq!(effects(&told(deeds), &ground()).unwrap(), [turn]);
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let whole = Extent::Whole;
        let rename = |id: &str, name: &str| Deed::Rename { place_id: id.into(), name: name.into() };
        let close = |id: &str| Deed::Close { place_id: id.into(), with_level: false };
        for (deeds, expected) in [
            (vec![], "reorganisation-empty"),
            (vec![rename("a", "")], "reorganisation-name-missing"),
            (vec![rename("z", "Xã Z")], "reorganisation-place-unknown"),
            (vec![found("x", "d9", &[("a", whole)])], "reorganisation-parent-missing"),
            (vec![found("x", "a", &[("b", whole)])], "reorganisation-parent-unfit"),
            (vec![found("x", "d1", &[("a", whole), ("a", whole)])], "reorganisation-source-twice"),
            (vec![found("x", "d1", &[("a", whole)]), found("y", "d1", &[("a", whole)])], "reorganisation-whole-twice"),
            (
                vec![found("x", "d1", &[("a", whole)]), found("y", "d1", &[("a", Extent::Part)])],
                "reorganisation-whole-twice",
            ),
            (vec![found("x", "d1", &[("a", whole)]), rename("a", "Xã Mới")], "reorganisation-ended-goes-on"),
            (vec![found("b", "d1", &[("a", whole)])], "reorganisation-code-taken"),
            (vec![found("x", "d1", &[("khu1", whole)])], "reorganisation-levels-differ"),
            (vec![close("d1"), found("x", "d1", &[])], "reorganisation-parent-ends"),
        ] {
            let found = faults(&told(deeds.clone()));
            assert!(found.contains(&expected), "{deeds:?}: {found:?}");
        }
        let early = Reorganisation { on: "0001-01-01".into(), ..told(vec![rename("a", "Xã Mới")]) };
        assert_eq!(faults(&early), ["reorganisation-not-standing"]);
        let mut ground = ground();
        ground.places.get_mut("a").unwrap().changed_on = "2027-01-01".into();
        let later = effects(&told(vec![rename("a", "Xã Mới")]), &ground).unwrap_err();
        assert_eq!(later[0].key, "reorganisation-changes-later");
    }

    #[test]
    fn a_district_that_is_divided_says_nothing_of_its_communes() {
        let district = |code: &str| {
            let Deed::Found { unit, from } = found(code, "p1", &[("d1", Extent::Part)]) else { unreachable!() };
            Deed::Found { unit: NewUnit { level: 2, kind: "huyen".into(), ..unit }, from }
        };
        let mut split = told(vec![district("d2"), district("d3")]);
        split.used_up.insert("d1".into());
        assert_eq!(faults(&split), ["reorganisation-child-undecided"; 3]);
        for commune in ["a", "b", "c"] {
            split.deeds.push(Deed::Move { place_id: commune.into(), parent: "+d2".into() });
        }
        assert!(effects(&split, &ground()).is_ok());
    }
}
