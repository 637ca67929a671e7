//! Asking a figure: its number and its breakdown from the kept rows, its rows from the database; all three
//! from one relation.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::figures::catalogue::{Aggregate, By, Figure, When};
use crate::figures::kept::{Block, Day, Kept, Rest, Scheme, Word, day};
use crate::figures::rows::select;
use crate::groupings::actions::owner;
use crate::groupings::grouping::{Chosen, Grouping, key};
use crate::groupings::store as groupings;
use crate::permissions::Verb;
use crate::places::maps::{Under, Units};
use crate::places::place::{Level, NATION, Place};
use crate::places::store as places;
use crate::work::Work;

/// What is asked: where, at which cut-off, over which period, on which map. Dates are ISO text.
#[derive(Clone, Debug)]
pub struct Asked {
    pub place: Place,
    pub at: String,
    pub from: String,
    pub boundaries: String,
    /// Only the rows of this scheme; empty for all.
    pub scheme_id: String,
    /// Only the rows in this group of a grouping; none for all.
    pub group: Option<Chosen>,
}

impl Asked {
    /// What stands in a place today, on today's map.
    #[cfg(test)]
    pub fn now(work: &Work, place: &Place) -> Asked {
        let today = work.today();
        let (at, from, boundaries) = (today.clone(), today.clone(), today);
        Asked { place: place.clone(), at, from, boundaries, scheme_id: String::new(), group: None }
    }
}

/// One line of a breakdown. An empty key is what could not be placed: "chưa phân bổ".
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Group {
    pub key: String,
    pub label: String,
    /// The place above, where many lines bear the same name; else empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub within: String,
    pub value: i64,
}

impl Group {
    fn new(key: impl Into<String>, label: impl Into<String>, value: i64) -> Group {
        Group { key: key.into(), label: label.into(), within: String::new(), value }
    }
}

/// One row behind a number.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct FigureRow {
    pub row_id: String,
    pub thing_id: String,
    pub title: String,
    pub place: String,
    pub place_id: String,
    pub scheme_id: String,
    pub kind: String,
    pub reason: String,
    pub on_date: String,
    pub value: i64,
}

/// Where the rows must lie: below the place asked for, narrowed to the person's reach.
#[derive(Clone)]
pub(super) struct Frame {
    /// None is below another.
    pub(super) ancestors: Vec<String>,
    pub(super) day: String,
    /// A residential area or institution itself; empty for a unit.
    pub(super) exact: String,
    /// Which provinces' rows may lie there.
    provinces: Vec<String>,
}

/// A part of the rows of a figure, from the `from`th on.
#[derive(Clone, Copy)]
pub struct Part {
    pub from: usize,
    pub most: usize,
}

impl Part {
    pub const ALL: Part = Part { from: 0, most: i64::MAX as usize };
}

/// The figures as one transaction sees them.
pub struct Figures<'k> {
    kept: &'k Kept,
    versions: BTreeMap<String, i64>,
    frames: HashMap<(String, String), Frame>,
    levels: HashMap<(String, String), Level>,
}

/// A block and which of its lines are asked for. Without `under` all of them are.
struct Framed {
    province: String,
    block: Arc<Block>,
    under: Vec<Arc<Under>>,
    /// The groups of a grouping, and which of them is asked for.
    group: Option<(Arc<Units>, usize)>,
    scheme: Option<u16>,
    when: When,
    at: Day,
    since: Day,
}

impl Framed {
    /// Calls `take` with every line that counts.
    fn each(&self, mut take: impl FnMut(&Rest)) {
        let within = |rest: &Rest| {
            (self.under.is_empty() || self.under.iter().any(|under| under.holds(rest.pin)))
                && self.group.as_ref().is_none_or(|(groups, wanted)| groups.of(rest.pin) == *wanted)
        };
        self.block.walk(self.when, self.at, self.since, |rest| {
            if self.scheme.is_none_or(|scheme| rest.scheme == scheme) && within(rest) {
                take(rest);
            }
        });
    }
}

/// Sums and presences of groups while lines are walked.
struct Tally {
    sums: Vec<i64>,
    met: Vec<bool>,
}

impl Tally {
    fn new(n: usize) -> Tally {
        Tally { sums: vec![0; n], met: vec![false; n] }
    }

    fn add(&mut self, group: usize, value: i64) {
        self.sums[group] += value;
        self.met[group] = true;
    }

    fn filled(self) -> impl Iterator<Item = (usize, i64)> {
        self.sums.into_iter().zip(self.met).enumerate().filter(|(_, (_, met))| *met).map(|(n, (sum, _))| (n, sum))
    }
}

fn weight(aggregate: Aggregate, rest: &Rest) -> i64 {
    match aggregate {
        Aggregate::Sum => i64::from(rest.value),
        Aggregate::Count | Aggregate::Schemes => 1,
    }
}

impl<'k> Figures<'k> {
    /// Looks at the state of every province's journal in this transaction.
    pub fn open(kept: &'k Kept, work: &mut Work) -> Result<Figures<'k>> {
        let rows = work.query("select province, version from ledger order by province", &[])?;
        let versions = rows.iter().map(|row| (row.text(0), row.int(1))).collect();
        Ok(Figures { kept, versions, frames: HashMap::new(), levels: HashMap::new() })
    }

    /// One number that grows with every change anywhere.
    pub fn version(&self) -> i64 {
        self.versions.values().sum()
    }

    fn places_version(&self) -> i64 {
        self.versions.get(NATION).copied().unwrap_or_default()
    }

    fn frame(&mut self, work: &mut Work, asked: &Asked) -> Result<Frame> {
        let key = (asked.place.id.clone(), asked.boundaries.clone());
        if let Some(known) = self.frames.get(&key) {
            return Ok(known.clone());
        }
        let frame = self.new_frame(work, asked, Verb::ReadFigure)?;
        self.frames.insert(key, frame.clone());
        Ok(frame)
    }

    /// What of a place lies within the reach of a right. The place is meant as it is on the map asked for; where it is
    /// not on that map, as on the nearest day of its life.
    fn new_frame(&self, work: &mut Work, asked: &Asked, verb: Verb) -> Result<Frame> {
        let (place, today) = (&asked.place, work.today());
        let pin = place.pin_id().to_owned();
        let exact = if place.is_within_its_pin() { place.id.clone() } else { String::new() };
        let provinces = self.provinces_of(work, place)?;
        if work.reaches(verb, &pin)? {
            let day = places::day_of_pin(work, place, &asked.boundaries)?;
            return Ok(Frame { ancestors: vec![pin], day, exact, provinces });
        }
        // The person sees only parts of what was asked for: the figure is of those parts.
        let mut held: Vec<String> = work.actor.places_for(verb).iter().map(|p| (*p).to_owned()).collect();
        held.sort_unstable();
        held.dedup();
        let mut ancestors: Vec<String> = Vec::new();
        for own in &held {
            let inside = "select 1 from rollup where ancestor_id = $1 and place_id = $2";
            let mut above = held.iter().filter(|other| *other != own).map(String::as_str).collect::<Vec<_>>();
            let nested = is_below(work, &mut above, own)?;
            if !nested && work.first(inside, &[pin.as_str().into(), own.as_str().into()])?.is_some() {
                ancestors.push(own.clone());
            }
        }
        if ancestors.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Frame { ancestors, day: today, exact, provinces })
    }

    fn provinces_of(&self, work: &mut Work, place: &Place) -> Result<Vec<String>> {
        let all = || self.versions.keys().filter(|code| *code != NATION).cloned().collect();
        if place.id == NATION {
            return Ok(all());
        }
        let today = work.today();
        let owners = places::owners(work, place.pin_id(), &today)?;
        Ok(if owners.is_empty() { all() } else { owners })
    }

    /// The kept rows of every province in the frame.
    fn blocks(&self, work: &mut Work, figure: &Figure, asked: &Asked, frame: &Frame) -> Result<Vec<Framed>> {
        let mut under: Vec<Arc<Under>> = Vec::new();
        if frame.ancestors != [NATION] {
            for ancestor in &frame.ancestors {
                under.push(self.kept.maps.under(work, ancestor, &frame.day, self.places_version())?);
            }
        }
        let group = match &asked.group {
            None => None,
            Some(chosen) => Some(self.wanted_group(work, chosen, &asked.boundaries)?),
        };
        let (at, since) = (day(&asked.at), day(&asked.from));
        let mut blocks = Vec::new();
        for province in &frame.provinces {
            let Some(version) = self.versions.get(province) else { continue };
            let block = self.kept.block(work, figure, province, *version)?;
            let scheme = match block.number_of_scheme(&asked.scheme_id) {
                Scheme::Absent => continue,
                Scheme::All => None,
                Scheme::One(number) => Some(number),
            };
            let (province, under, group) = (province.clone(), under.clone(), group.clone());
            blocks.push(Framed { province, block, under, group, scheme, when: figure.when, at, since });
        }
        Ok(blocks)
    }

    /// The groups of a grouping on the map of a day.
    fn grouped(&self, work: &mut Work, grouping: &Grouping, on: &str) -> Result<Arc<Units>> {
        let own = self.versions.get(&grouping.province).copied().unwrap_or_default();
        self.kept.grouped(work, grouping, on, (self.places_version(), own))
    }

    /// The groups, and the number of the one that is asked for; past the last: what is in none.
    fn wanted_group(&self, work: &mut Work, chosen: &Chosen, on: &str) -> Result<(Arc<Units>, usize)> {
        let groups = self.grouped(work, &chosen.grouping, on)?;
        let wanted = match &chosen.group {
            None => groups.units.len(),
            Some(group) => groups.units.iter().position(|unit| unit.id == group.id).ok_or(Error::NotFound)?,
        };
        Ok((groups, wanted))
    }

    /// The number itself.
    pub fn total(&mut self, work: &mut Work, figure: &Figure, asked: &Asked) -> Result<i64> {
        let frame = self.frame(work, asked)?;
        if !frame.exact.is_empty() {
            let rows = select(work, figure, asked, &frame, Part::ALL)?;
            return Ok(rows.iter().map(|row| if figure.aggregate == Aggregate::Sum { row.value } else { 1 }).sum());
        }
        let mut total = 0;
        for framed in self.blocks(work, figure, asked, &frame)? {
            if figure.aggregate == Aggregate::Schemes {
                let mut met = vec![false; framed.block.schemes.len()];
                framed.each(|rest| met[rest.scheme as usize] = true);
                total += met.iter().filter(|met| **met).count() as i64;
            } else {
                framed.each(|rest| total += weight(figure.aggregate, rest));
            }
        }
        Ok(total)
    }

    /// The number broken down. A point of several sectors is counted under each of them.
    pub fn groups(&mut self, work: &mut Work, figure: &Figure, asked: &Asked, by: &By) -> Result<Vec<Group>> {
        if !figure.may_be_by(by) {
            return Err(Error::field("by", "figure-by-unknown", by.word()));
        }
        let frame = self.frame(work, asked)?;
        if !frame.exact.is_empty() {
            let rows = select(work, &every_row(figure), asked, &frame, Part::ALL)?;
            return groups_of_rows(work, figure, by, &rows);
        }
        match by {
            By::Place => {
                let level = self.level_below(work, &asked.place, &asked.boundaries)?;
                self.by_level(work, figure, asked, (&frame, level))
            }
            By::Level(level) => self.by_level(work, figure, asked, (&frame, *level)),
            By::Grouping(slug) => {
                let grouping = self.grouping(work, asked, slug)?;
                let groups = self.grouped(work, &grouping, &asked.boundaries)?;
                let mut groups = self.by_units(work, figure, asked, (&frame, &groups))?;
                groups.iter_mut().for_each(|group| group.key = key(&grouping.slug, &group.key));
                Ok(groups)
            }
            By::Scheme | By::Sector => {
                let counted = self.by_scheme(work, figure, asked, &frame)?;
                if *by == By::Scheme { name_schemes(work, &counted) } else { by_sector(work, figure, &counted) }
            }
            By::Kind => self.by_word(work, figure, asked, (&frame, Word::Kind)),
            By::Reason => self.by_word(work, figure, asked, (&frame, Word::Reason)),
        }
    }

    fn grouping(&self, work: &mut Work, asked: &Asked, slug: &str) -> Result<Grouping> {
        let province = owner(work, &asked.place)?;
        let unknown = |_| Error::field("by", "figure-by-unknown", slug);
        groupings::by_name(work, &province, slug).map_err(unknown)
    }

    fn by_level(
        &mut self,
        work: &mut Work,
        figure: &Figure,
        asked: &Asked,
        (frame, level): (&Frame, Level),
    ) -> Result<Vec<Group>> {
        let units = self.kept.maps.units(work, level, &asked.boundaries, self.places_version())?;
        let mut groups = self.by_units(work, figure, asked, (frame, &units))?;
        // Many communes bear one name; below a province they are told apart already.
        if level != Level::Commune || asked.place.level >= Level::Province {
            groups.iter_mut().for_each(|group| group.within.clear());
        }
        Ok(groups)
    }

    fn by_units(
        &mut self,
        work: &mut Work,
        figure: &Figure,
        asked: &Asked,
        (frame, units): (&Frame, &Units),
    ) -> Result<Vec<Group>> {
        let n_units = units.units.len() + 1;
        let mut tally = Tally::new(n_units);
        for framed in self.blocks(work, figure, asked, frame)? {
            if figure.aggregate == Aggregate::Schemes {
                let n_schemes = framed.block.schemes.len();
                let mut met = vec![false; n_units * n_schemes];
                framed.each(|rest| met[units.of(rest.pin) * n_schemes + rest.scheme as usize] = true);
                (0..n_units).for_each(|unit| {
                    let n = met[unit * n_schemes..(unit + 1) * n_schemes].iter().filter(|met| **met).count();
                    if n > 0 {
                        tally.add(unit, n as i64);
                    }
                });
            } else {
                framed.each(|rest| tally.add(units.of(rest.pin), weight(figure.aggregate, rest)));
            }
        }
        Ok(tally
            .filled()
            .map(|(n, value)| match units.units.get(n) {
                Some(unit) => Group { within: unit.within.clone(), ..Group::new(&unit.id, &unit.name, value) },
                None => Group::new("", "", value),
            })
            .collect())
    }

    /// Province, scheme, value.
    fn by_scheme(
        &mut self,
        work: &mut Work,
        figure: &Figure,
        asked: &Asked,
        frame: &Frame,
    ) -> Result<Vec<(String, String, i64)>> {
        let mut counted = Vec::new();
        for framed in self.blocks(work, figure, asked, frame)? {
            let schemes = &framed.block.schemes;
            let mut tally = Tally::new(schemes.len());
            framed.each(|rest| tally.add(rest.scheme as usize, weight(figure.aggregate, rest)));
            let one = figure.aggregate == Aggregate::Schemes;
            counted.extend(
                tally.filled().map(|(n, sum)| (framed.province.clone(), schemes[n].clone(), if one { 1 } else { sum })),
            );
        }
        Ok(counted)
    }

    fn by_word(
        &mut self,
        work: &mut Work,
        figure: &Figure,
        asked: &Asked,
        (frame, word): (&Frame, Word),
    ) -> Result<Vec<Group>> {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for framed in self.blocks(work, figure, asked, frame)? {
            let words = framed.block.words(word);
            let n_words = words.len();
            let mut tally = Tally::new(n_words);
            if figure.aggregate == Aggregate::Schemes {
                let n_schemes = framed.block.schemes.len();
                let mut met = vec![false; n_words * n_schemes];
                framed.each(|rest| met[rest.word(word) * n_schemes + rest.scheme as usize] = true);
                met.iter().enumerate().filter(|(_, met)| **met).for_each(|(n, _)| tally.add(n / n_schemes, 1));
            } else {
                framed.each(|rest| tally.add(rest.word(word), weight(figure.aggregate, rest)));
            }
            tally.filled().for_each(|(n, sum)| *sums.entry(words[n].clone()).or_default() += sum);
        }
        Ok(largest_first(sums))
    }

    /// The rows behind exactly that number, for those who may read such rows. For a count of different schemes,
    /// one row a scheme.
    pub fn rows(&mut self, work: &mut Work, figure: &Figure, asked: &Asked, part: Part) -> Result<Vec<FigureRow>> {
        let verb = figure.row.verb();
        if !work.actor.may(verb) {
            return Err(Error::Forbidden(verb));
        }
        let frame = self.new_frame(work, asked, verb)?;
        select(work, figure, asked, &frame, part)
    }

    /// The level at which a place is broken down on a map: the next one that this map has below it. Where the
    /// place is not on that map (a province that was merged later), the provinces of that map.
    pub fn level_below(&mut self, work: &mut Work, place: &Place, boundaries: &str) -> Result<Level> {
        if place.id == NATION {
            return Ok(Level::Province);
        }
        let on_map = place.from_on.as_str() <= boundaries && boundaries < place.to_on.as_str();
        if !on_map {
            return Ok(if place.level <= Level::Province { Level::Province } else { Level::Commune });
        }
        let key = (place.id.clone(), boundaries.to_owned());
        if let Some(known) = self.levels.get(&key) {
            return Ok(*known);
        }
        let below = places::level_of_children(work, &place.id, boundaries)?;
        let level = below.filter(|level| *level > place.level && *level <= Level::Commune).unwrap_or(Level::Commune);
        self.levels.insert(key, level);
        Ok(level)
    }
}

fn is_below(work: &mut Work, others: &mut Vec<&str>, place: &str) -> Result<bool> {
    let today = work.today();
    for other in others.drain(..) {
        let sql = "select 1 from rollup where ancestor_id = $1 and place_id = $2 and from_on <= $3 and to_on > $3";
        if work.first(sql, &[other.into(), place.into(), today.as_str().into()])?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn largest_first(sums: BTreeMap<String, i64>) -> Vec<Group> {
    let mut groups: Vec<Group> = sums.into_iter().map(|(key, value)| Group::new(&key, &key, value)).collect();
    groups.sort_by_key(|group| -group.value);
    groups
}

fn name_schemes(work: &mut Work, counted: &[(String, String, i64)]) -> Result<Vec<Group>> {
    let mut named = Vec::new();
    let mut provinces: Vec<&str> = counted.iter().map(|(province, _, _)| province.as_str()).collect();
    provinces.dedup();
    for province in provinces {
        let sql = "select id, name, sort_key from scheme where province = $1";
        let names: HashMap<String, (String, String)> =
            work.query(sql, &[province.into()])?.iter().map(|row| (row.text(0), (row.text(2), row.text(1)))).collect();
        for (_, scheme, value) in counted.iter().filter(|line| line.0 == province) {
            let (sort_key, label) = names.get(scheme).cloned().unwrap_or_default();
            named.push((sort_key, Group::new(scheme, label, *value)));
        }
    }
    named.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(named.into_iter().map(|(_, group)| group).collect())
}

fn by_sector(work: &mut Work, figure: &Figure, counted: &[(String, String, i64)]) -> Result<Vec<Group>> {
    let mut provinces: Vec<&str> = counted.iter().map(|(province, _, _)| province.as_str()).collect();
    provinces.dedup();
    let mut sums: HashMap<String, i64> = HashMap::new();
    for province in provinces {
        let values: HashMap<&str, i64> =
            counted.iter().filter(|line| line.0 == province).map(|line| (line.1.as_str(), line.2)).collect();
        let sql = "select scheme_id, sector from scheme_sector where province = $1";
        for row in work.query(sql, &[province.into()])? {
            if let Some(value) = values.get(row.str(0)) {
                let one = figure.aggregate == Aggregate::Schemes;
                *sums.entry(row.text(1)).or_default() += if one { 1 } else { *value };
            }
        }
    }
    let rows = work.query("select code, name_vi from sector order by position", &[])?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let value = *sums.get(row.str(0))?;
            Some(Group::new(row.text(0), row.text(1), value))
        })
        .collect())
}

/// The same figure with one row a fact, even where it counts schemes.
fn every_row(figure: &Figure) -> Figure {
    Figure { aggregate: Aggregate::Count, by: figure.by, ..*figure }
}

/// The breakdown of the few rows of one residential area or institution.
fn groups_of_rows(work: &mut Work, figure: &Figure, by: &By, rows: &[FigureRow]) -> Result<Vec<Group>> {
    let mut schemes: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut words: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    let sum = figure.aggregate == Aggregate::Sum;
    let province = match rows.first() {
        Some(row) => {
            let place = places::by_id(work, &row.place_id)?;
            places::province_of(work, place.pin_id())?
        }
        None => return Ok(Vec::new()),
    };
    for row in rows {
        let value = if sum { row.value } else { 1 };
        *schemes.entry((province.clone(), row.scheme_id.clone())).or_default() += value;
        let word = if *by == By::Kind { &row.kind } else { &row.reason };
        *words.entry(word.clone()).or_default().entry(row.scheme_id.clone()).or_default() += value;
    }
    let one = figure.aggregate == Aggregate::Schemes;
    let counted: Vec<(String, String, i64)> =
        schemes.into_iter().map(|((province, scheme), n)| (province, scheme, if one { 1 } else { n })).collect();
    match by {
        By::Place | By::Level(_) | By::Grouping(_) => {
            let value = if one { counted.len() as i64 } else { counted.iter().map(|line| line.2).sum() };
            Ok(vec![Group::new(&rows[0].place_id, &rows[0].place, value)])
        }
        By::Scheme => name_schemes(work, &counted),
        By::Sector => by_sector(work, figure, &counted),
        By::Kind | By::Reason => Ok(largest_first(
            words
                .into_iter()
                .map(|(word, schemes)| (word, if one { schemes.len() as i64 } else { schemes.values().sum() }))
                .collect(),
        )),
    }
}
