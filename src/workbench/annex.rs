//! What was pasted or sent in, line by line, with what the draftsman picked where a name means several places.
//! Resolving it gives the deeds, or says which lines are still open and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids;
use crate::places::effects::heir;
use crate::places::ground::survey;
use crate::places::place::{Level, NATION};
use crate::places::reorganisation::{Deed, Extent, NewUnit, People, Reorganisation, Share};
use crate::work::Work;
use crate::workbench::matching::{Meant, Names};
use crate::workbench::sentence::{Called, ToldDeed, ToldShare, kind_at, level_of, read};

/// An annex as it is kept with its draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Annex {
    /// Below which place its names are sought.
    pub scope_id: String,
    pub lines: Vec<Line>,
    /// Sources given away in several parts that still go on with the rest: nobody can tell that from the annex.
    pub goes_on: BTreeSet<String>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub text: String,
    /// What a name of this line was said to mean: the name as it is written, and the place.
    #[serde(default)]
    pub picks: BTreeMap<String, String>,
    /// The ids of the units that this line founds, so that they keep them while the draft changes.
    #[serde(default)]
    pub uids: Vec<String>,
}

/// A name that is not settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    pub called: String,
    /// Places with their titles: those that bear the name, or the nearest.
    pub offered: Vec<(String, String)>,
    pub is_ambiguous: bool,
}

/// What has become of a line.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// False when the line does not say what becomes of a place: a heading, a legal ground.
    pub is_read: bool,
    pub open: Vec<Open>,
}

/// An annex with its names matched.
pub struct Resolved {
    pub told: Reorganisation,
    /// One for each line.
    pub verdicts: Vec<Verdict>,
    pub names: Names,
}

impl Resolved {
    /// Are all names settled?
    pub fn is_settled(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.open.is_empty())
    }
}

impl Annex {
    /// An annex of these lines, its names to be sought below a place.
    pub fn of_lines(scope_id: &str, lines: Vec<String>) -> Annex {
        let line = |text| Line { text, ..Line::default() };
        Annex { scope_id: scope_id.to_owned(), lines: lines.into_iter().map(line).collect(), goes_on: BTreeSet::new() }
    }

    /// Gives the units that are founded their ids, once.
    pub fn name_units(&mut self) {
        for line in &mut self.lines {
            let n = match read(&line.text) {
                Some(ToldDeed::Found { units, .. }) => units.len(),
                Some(_) | None => 0,
            };
            while line.uids.len() < n {
                line.uids.push(ids::new());
            }
        }
    }

    /// Matches all names and makes the deeds of a day.
    pub fn resolve(&self, work: &mut Work, on: &str) -> Result<Resolved> {
        let read: Vec<Option<ToldDeed>> = self.lines.iter().map(|line| read(&line.text)).collect();
        let deepest = read.iter().flatten().map(deepest).max().unwrap_or(Level::Commune).max(Level::Commune);
        let mut names = Names::load(work, &self.scope_id, on, deepest)?;
        let named = read.iter().flatten().flat_map(called);
        names.focus_on(named.filter(|called| level_of(&called.name) == Some(Level::Province)));
        let mut resolver = Resolver {
            names: &names,
            new: new_names(&read),
            told: Reorganisation { on: on.to_owned(), ..Reorganisation::default() },
            parents: Vec::new(),
            open: Vec::new(),
        };
        let mut verdicts = vec![Verdict::default(); self.lines.len()];
        // What is founded comes first, because other lines may give to it.
        let founds = |at: &usize| !matches!(read[*at], Some(ToldDeed::Found { .. }));
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by_key(founds);
        for at in order {
            let (line, Some(deed)) = (&self.lines[at], &read[at]) else { continue };
            let first = resolver.told.deeds.len();
            resolver.deed(at, line, deed);
            let open = std::mem::take(&mut resolver.open);
            if !open.is_empty() {
                resolver.forget_from(first);
            }
            verdicts[at] = Verdict { is_read: true, open };
        }
        let (mut told, parents) = (resolver.told, resolver.parents);
        let many = told.parted().into_iter().filter(|(_, n)| *n > 1).map(|(id, _)| id.to_owned()).collect::<Vec<_>>();
        told.used_up.extend(many.into_iter().filter(|id| !self.goes_on.contains(id)));
        self.place_below(work, &mut told, &names, parents)?;
        Ok(Resolved { told, verdicts, names })
    }

    /// Puts every new unit below what holds its sources afterwards, unless the line says below what.
    fn place_below(
        &self,
        work: &mut Work,
        told: &mut Reorganisation,
        names: &Names,
        parents: Vec<(usize, String)>,
    ) -> Result<()> {
        let ground = survey(work, told)?;
        let given: BTreeMap<usize, String> = parents.into_iter().collect();
        let mut placed = Vec::new();
        for (at, deed) in told.deeds.iter().enumerate() {
            let Deed::Found { unit, from } = deed else { continue };
            let sources: Vec<&str> = from.iter().map(|share| share.place_id.as_str()).collect();
            let above = match given.get(&at) {
                Some(parent) if parent.starts_with('+') => Some(parent.clone()),
                Some(parent) => heir(told, &ground, parent),
                None if unit.level == 1 => Some(NATION.to_owned()),
                None => names.common(&sources).and_then(|common| heir(told, &ground, &common)),
            };
            placed.push((at, above.unwrap_or_else(|| self.scope_id.clone())));
        }
        for (at, parent) in placed {
            if let Deed::Found { unit, .. } = &mut told.deeds[at] {
                unit.parent = parent;
            }
        }
        Ok(())
    }
}

/// The places that a deed names.
fn called(deed: &ToldDeed) -> Vec<&Called> {
    match deed {
        ToldDeed::Found { units, from } => units.iter().chain(from.iter().map(|share| &share.source)).collect(),
        ToldDeed::TakeIn { unit, from } => from.iter().map(|share| &share.source).chain([unit]).collect(),
        ToldDeed::Rename { unit, .. } => vec![unit],
        ToldDeed::Move { units, to } => units.iter().chain([to]).collect(),
        ToldDeed::Close { units } => units.iter().collect(),
        ToldDeed::CloseDistricts { within } => vec![within],
    }
}

/// The lowest level that a deed speaks of.
fn deepest(deed: &ToldDeed) -> Level {
    let level = |called: &Called| level_of(&called.name).unwrap_or(Level::Institution);
    called(deed).into_iter().map(level).max().unwrap_or(Level::Commune)
}

/// The names of the units that are founded, with their keys.
fn new_names(read: &[Option<ToldDeed>]) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (at, deed) in read.iter().enumerate() {
        if let Some(ToldDeed::Found { units, .. }) = deed {
            names.extend(units.iter().enumerate().map(|(n, unit)| (fold::key(&unit.name), key(at, n))));
        }
    }
    names
}

fn key(line: usize, unit: usize) -> String {
    format!("+{line}.{unit}")
}

/// `xã Lâm Thao` is kept as `Xã Lâm Thao`.
fn with_capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

struct Resolver<'a> {
    names: &'a Names,
    new: Vec<(String, String)>,
    told: Reorganisation,
    /// What lines say of parents: a deed and a place or key.
    parents: Vec<(usize, String)>,
    open: Vec<Open>,
}

impl Resolver<'_> {
    /// A line with an open name makes no deed.
    fn forget_from(&mut self, first: usize) {
        self.told.deeds.truncate(first);
        self.parents.retain(|(at, _)| *at < first);
    }

    fn deed(&mut self, at: usize, line: &Line, deed: &ToldDeed) {
        match deed {
            ToldDeed::Found { units, from } => self.found(at, line, units, from),
            ToldDeed::TakeIn { unit, from } => {
                let level = from.iter().find_map(|share| level_of(&share.source.name));
                let from = self.shares(line, from, None);
                let unit = if level_of(&unit.name).is_some() {
                    self.parent(line, unit)
                } else {
                    self.place(line, unit, level)
                };
                if let Some(place_id) = unit {
                    self.take_in(place_id, from);
                }
            }
            ToldDeed::Rename { unit, to } => {
                if let Some(place_id) = self.place(line, unit, None) {
                    self.renamed(place_id, &to.name);
                }
            }
            ToldDeed::Move { units, to } => {
                let Some(parent) = self.parent(line, to) else { return };
                for unit in units {
                    if let Some(place_id) = self.place(line, unit, None) {
                        self.told.deeds.push(Deed::Move { place_id, parent: parent.clone() });
                    }
                }
            }
            ToldDeed::Close { units } => {
                for unit in units {
                    if let Some(place_id) = self.place(line, unit, None) {
                        self.told.deeds.push(Deed::Close { place_id, with_level: false });
                    }
                }
            }
            ToldDeed::CloseDistricts { within } => {
                if let Some(province) = self.place(line, within, Some(Level::Province)) {
                    let close = |place_id| Deed::Close { place_id, with_level: true };
                    self.told.deeds.extend(self.names.districts(&province).into_iter().map(close));
                }
            }
        }
    }

    fn found(&mut self, at: usize, line: &Line, units: &[Called], from: &[ToldShare]) {
        let level = units.first().and_then(|unit| level_of(&unit.name));
        let shares = self.shares(line, from, level);
        if let ([unit], [share]) = (units, &shares[..])
            && share.extent == Extent::Whole
            && unit.code.is_empty()
        {
            // The whole of one place under another name or kind is the same place.
            return self.renamed(share.place_id.clone(), &unit.name);
        }
        if let Some(goes_on) = continuing(self.names, units, &shares) {
            let others = shares.into_iter().filter(|share| share.place_id != goes_on).collect();
            return self.take_in(goes_on, others);
        }
        for (n, unit) in units.iter().enumerate() {
            let of_sources = shares.first().and_then(|share| self.names.level(&share.place_id));
            let level = level_of(&unit.name).or(of_sources).unwrap_or(Level::Institution);
            let of_sources = shares.first().map_or("", |share| self.names.kind(&share.place_id));
            let kind = kind_at(&unit.name, level).unwrap_or(of_sources);
            if let Some(parent) = unit.within.first().and_then(|parent| self.parent(line, &Called::named(parent))) {
                self.parents.push((self.told.deeds.len(), parent));
            }
            let new = NewUnit {
                key: key(at, n),
                uid: line.uids.get(n).cloned().unwrap_or_default(),
                code: unit.code.clone(),
                level: level as u8,
                kind: kind.to_owned(),
                name: with_capital(&unit.name),
                parent: String::new(),
            };
            self.told.deeds.push(Deed::Found { unit: new, from: shares.clone() });
        }
        // A place that is divided into several is gone.
        if units.len() > 1 {
            self.told.used_up.extend(shares.into_iter().map(|share| share.place_id));
        }
    }

    fn renamed(&mut self, place_id: String, name: &str) {
        let level = self.names.level(&place_id).unwrap_or(Level::Commune);
        let kind = kind_at(name, level).unwrap_or(self.names.kind(&place_id)).to_owned();
        let name = with_capital(name);
        self.told.deeds.push(if kind == self.names.kind(&place_id) {
            Deed::Rename { place_id, name }
        } else {
            Deed::Reclassify { place_id, kind, name }
        });
    }

    /// A part may also go to a unit that another line founds.
    fn take_in(&mut self, place_id: String, from: Vec<Share>) {
        let founding = self.told.deeds.iter_mut().find(|deed| deed.unit().is_some_and(|unit| unit.key == place_id));
        match founding.and_then(Deed::sources_mut) {
            Some(known) => known.extend(from),
            None => self.told.deeds.push(Deed::TakeIn { place_id, from }),
        }
    }

    fn shares(&mut self, line: &Line, told: &[ToldShare], level: Option<Level>) -> Vec<Share> {
        let mut shares = Vec::new();
        let own = told.iter().find_map(|share| level_of(&share.source.name));
        for share in told {
            let level = level_of(&share.source.name).or(own).or(level);
            let Some(place_id) = self.place(line, &share.source, level) else { continue };
            if share.is_rest {
                self.told.used_up.insert(place_id.clone());
            }
            let people = if share.extent == Extent::Whole { People::All } else { share.people };
            shares.push(Share { place_id, extent: share.extent, people });
        }
        shares
    }

    /// A unit that the annex founds, or a place.
    fn parent(&mut self, line: &Line, called: &Called) -> Option<String> {
        let name = fold::key(&called.name);
        let new = self.new.iter().find(|(known, _)| *known == name).map(|(_, key)| key.clone());
        let stands = matches!(self.names.find(called, level_of(&called.name)), Meant::One(_));
        if let Some(new) = new.filter(|_| !stands || self.names.level(&called.name).is_none()) {
            return Some(new);
        }
        self.place(line, called, level_of(&called.name))
    }

    fn place(&mut self, line: &Line, called: &Called, level: Option<Level>) -> Option<String> {
        let written = called.written();
        if let Some(picked) = line.picks.get(&written).filter(|id| self.names.level(id).is_some()) {
            return Some(picked.clone());
        }
        let (offered, is_ambiguous) = match self.names.find(called, level) {
            Meant::One(id) => return Some(id),
            Meant::Several(ids) => (ids, true),
            Meant::Nobody(nearest) => (nearest, false),
        };
        let offered = offered.into_iter().map(|id| (id.clone(), self.names.title(&id))).collect();
        self.open.push(Open { called: written, offered, is_ambiguous });
        None
    }
}

/// The source whose name and kind the only target keeps: it goes on and takes the others in.
fn continuing(names: &Names, units: &[Called], shares: &[Share]) -> Option<String> {
    let [unit] = units else { return None };
    if !unit.code.is_empty() || shares.len() < 2 {
        return None;
    }
    let same = |share: &&Share| {
        share.extent == Extent::Whole && fold::key(names.name(&share.place_id)) == fold::key(&unit.name)
    };
    shares.iter().find(same).map(|share| share.place_id.clone())
}
