//! The relations' rows kept in memory, narrow, a block a province and relation: a number at any date on any
//! map is a walk over small lines instead of a join over the database. A block bears the version of its
//! province's journal; with the next change it is read anew, inside the transaction that asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::figures::catalogue::{Figure, When};
use crate::groupings::grouping::{self as groupings, Grouping};
use crate::groupings::on_map;
use crate::places::place::Level;
use crate::work::Work;

/// A day as the number 20251124, so that order is order in time.
pub type Day = i32;

/// Reads an ISO date; what is empty is before everything.
pub fn day(iso: &str) -> Day {
    iso.bytes().filter(u8::is_ascii_digit).fold(0, |sum, digit| sum * 10 + Day::from(digit - b'0'))
}

/// The narrow rest of a line; its days stand in columns of their own, because every line's are looked at.
#[derive(Clone, Copy)]
pub struct Rest {
    pub began: Day,
    pub pin: u32,
    pub thing: u32,
    pub value: i32,
    pub scheme: u16,
    pub kind: u8,
    pub reason: u8,
}

/// A dimension whose values are words of the rows themselves.
#[derive(Clone, Copy)]
pub enum Word {
    Kind,
    Reason,
}

impl Rest {
    /// The number of the line's word in its block.
    pub fn word(&self, word: Word) -> usize {
        usize::from(match word {
            Word::Kind => self.kind,
            Word::Reason => self.reason,
        })
    }
}

/// The rows of one relation in one province.
#[derive(Default)]
pub struct Block {
    version: i64,
    from: Vec<Day>,
    to: Vec<Day>,
    rest: Vec<Rest>,
    n_things: usize,
    pub schemes: Vec<String>,
    kinds: Vec<String>,
    reasons: Vec<String>,
}

/// Which lines of a block a question about one scheme looks at.
pub enum Scheme {
    All,
    One(u16),
    Absent,
}

impl Block {
    /// The number of a scheme in this block; an empty id is all of them.
    pub fn number_of_scheme(&self, id: &str) -> Scheme {
        if id.is_empty() {
            return Scheme::All;
        }
        let found = self.schemes.iter().position(|known| known == id).and_then(|at| u16::try_from(at).ok());
        found.map_or(Scheme::Absent, Scheme::One)
    }

    /// The words of a dimension, by number.
    pub fn words(&self, word: Word) -> &[String] {
        match word {
            Word::Kind => &self.kinds,
            Word::Reason => &self.reasons,
        }
    }

    /// Calls `take` with every line that counts.
    pub fn walk(&self, when: When, at: Day, since: Day, mut take: impl FnMut(&Rest)) {
        let stands = |n: usize, day: Day| self.from[n] <= day && day < self.to[n];
        match when {
            When::Standing => (0..self.rest.len()).filter(|n| stands(*n, at)).for_each(|n| take(&self.rest[n])),
            When::Happened => (0..self.rest.len())
                .filter(|n| stands(*n, at) && self.from[*n] >= since)
                .for_each(|n| take(&self.rest[n])),
            When::Kept => {
                let mut stood = vec![false; self.n_things];
                (0..self.rest.len())
                    .filter(|n| stands(*n, since))
                    .for_each(|n| stood[self.rest[n].thing as usize] = true);
                (0..self.rest.len())
                    .filter(|n| stands(*n, at) && self.rest[*n].began < since && stood[self.rest[*n].thing as usize])
                    .for_each(|n| take(&self.rest[n]));
            }
        }
    }
}

/// To which unit of a level each pin belongs on a map. Units are numbered in Vietnamese order.
pub struct Units {
    of_pin: Vec<u32>,
    pub units: Vec<Unit>,
}

/// A unit of a map, or a group of them.
pub struct Unit {
    pub id: String,
    pub name: String,
    /// The unit above; empty for a group.
    pub within: String,
}

impl Units {
    /// The number of the unit; `units.len()` when it is not certain: "chưa phân bổ".
    pub fn of(&self, pin: u32) -> usize {
        self.of_pin.get(pin as usize).map_or(self.units.len(), |unit| *unit as usize)
    }
}

/// The pins below some places on a day.
pub struct Under(Vec<bool>);

impl Under {
    /// Is the pin below?
    pub fn holds(&self, pin: u32) -> bool {
        self.0.get(pin as usize).copied().unwrap_or(false)
    }
}

/// At this many kept maps the keeper starts anew: a map is some ten thousand small numbers.
const MOST_MAPS: usize = 96;

#[derive(Default)]
struct Maps {
    units: HashMap<String, Arc<Units>>,
    under: HashMap<String, Arc<Under>>,
}

/// What the application keeps of the relations. It can be thrown away at any moment.
#[derive(Default)]
pub struct Kept {
    pins: Mutex<HashMap<String, u32>>,
    blocks: Mutex<HashMap<(String, &'static str), Arc<Block>>>,
    maps: Mutex<Maps>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn number(numbers: &mut HashMap<String, u32>, text: &str) -> u32 {
    if let Some(known) = numbers.get(text) {
        return *known;
    }
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    numbers.insert(text.to_owned(), next);
    next
}

impl Kept {
    /// The rows of a figure's relation in a province, as this transaction sees them.
    pub fn block(&self, work: &mut Work, figure: &Figure, province: &str, version: i64) -> Result<Arc<Block>> {
        let key = (province.to_owned(), figure.relation);
        if let Some(known) = lock(&self.blocks).get(&key).filter(|block| block.version == version) {
            return Ok(Arc::clone(known));
        }
        let block = Arc::new(self.read(work, figure, province, version)?);
        let mut blocks = lock(&self.blocks);
        // A slower reader of an older state does not push out a newer block.
        if blocks.get(&key).is_none_or(|known| known.version < version) {
            blocks.insert(key, Arc::clone(&block));
        }
        Ok(block)
    }

    fn read(&self, work: &mut Work, figure: &Figure, province: &str, version: i64) -> Result<Block> {
        let sql = format!(
            "select f.from_on, f.to_on, f.began, l.pin_id, f.thing_id, f.value, f.scheme_id, f.kind, f.reason \
             from ({}) f join place l on l.id = f.place_id where f.province = $1",
            figure.relation
        );
        let rows = work.query(&sql, &[province.into()])?;
        let mut block = Block { version, ..Block::default() };
        let (mut things, mut schemes, mut kinds, mut reasons) = Default::default();
        let mut pins = lock(&self.pins);
        for row in &rows {
            block.from.push(day(row.str(0)));
            block.to.push(day(row.str(1)));
            block.rest.push(Rest {
                began: day(row.str(2)),
                pin: number(&mut pins, row.str(3)),
                thing: number(&mut things, row.str(4)),
                value: i32::try_from(row.int(5)).unwrap_or(i32::MAX),
                scheme: narrow(number(&mut schemes, row.str(6)))?,
                kind: narrow(number(&mut kinds, row.str(7)))?,
                reason: narrow(number(&mut reasons, row.str(8)))?,
            });
        }
        block.n_things = things.len();
        block.schemes = listed(schemes);
        block.kinds = listed(kinds);
        block.reasons = listed(reasons);
        for column in [&mut block.from, &mut block.to] {
            column.shrink_to_fit();
        }
        block.rest.shrink_to_fit();
        Ok(block)
    }

    /// The units of a level on the map of a day, by pin. `version` is that of the country's places.
    pub fn units(&self, work: &mut Work, level: Level, on: &str, version: i64) -> Result<Arc<Units>> {
        let key = format!("{} {on} {version}", level as i64);
        if let Some(known) = lock(&self.maps).units.get(&key) {
            return Ok(Arc::clone(known));
        }
        // Under the names that they bore on that day.
        let sql = "select p.id, v.name, coalesce(up.name, '') from place p join place_version v on v.place_id = p.id \
                   and v.from_on <= $2 and v.to_on > $2 left join place up on up.id = v.parent_id where p.level = $1 and p.from_on <= $2 and p.to_on > $2 order by p.sort_key, p.id";
        let values = [(level as i64).into(), on.into()];
        let unit = |row: &store::Row| Unit { id: row.text(0), name: row.text(1), within: row.text(2) };
        let units: Vec<Unit> = work.query(sql, &values)?.iter().map(unit).collect();
        let numbers: HashMap<&str, u32> = units.iter().map(|unit| unit.id.as_str()).zip(0..).collect();
        let sql = "select place_id, ancestor_id from rollup where level = $1 and from_on <= $2 and to_on > $2";
        let rows = work.query(sql, &values)?;
        let unknown = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut pins = lock(&self.pins);
        let mut of_pin = Vec::new();
        for row in &rows {
            let pin = number(&mut pins, row.str(0)) as usize;
            if of_pin.len() <= pin {
                of_pin.resize(pin + 1, unknown);
            }
            of_pin[pin] = numbers.get(row.str(1)).copied().unwrap_or(unknown);
        }
        drop(pins);
        Ok(self.keep_units(key, Units { of_pin, units }))
    }

    fn keep_units(&self, key: String, made: Units) -> Arc<Units> {
        let made = Arc::new(made);
        let mut maps = lock(&self.maps);
        if maps.units.len() >= MOST_MAPS {
            maps.units.clear();
        }
        maps.units.insert(key, Arc::clone(&made));
        made
    }

    /// The groups of a grouping on the map of a day, by pin. The versions are those of the country's places and of
    /// the grouping's province.
    pub fn grouped(
        &self,
        work: &mut Work,
        grouping: &Grouping,
        on: &str,
        (version, own): (i64, i64),
    ) -> Result<Arc<Units>> {
        let key = format!("{} {on} {version} {own}", grouping.id);
        if let Some(known) = lock(&self.maps).units.get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = on_map::find(work, grouping, on)?;
        let unknown = u32::try_from(found.groups.len()).unwrap_or(u32::MAX);
        let mut of_pin = Vec::new();
        // The highest units come first, so that a unit below one that is in a group itself has the last word.
        for placed in &found.placed {
            let sql = "select place_id from rollup where ancestor_id = $1 and from_on <= $2 and to_on > $2";
            let rows = work.query(sql, &[placed.place_id.as_str().into(), on.into()])?;
            let group = u32::try_from(placed.group).unwrap_or(unknown);
            let mut pins = lock(&self.pins);
            for row in &rows {
                let pin = number(&mut pins, row.str(0)) as usize;
                if of_pin.len() <= pin {
                    of_pin.resize(pin + 1, unknown);
                }
                of_pin[pin] = group;
            }
        }
        let unit = |group: groupings::Group| Unit { id: group.id, name: group.name, within: String::new() };
        Ok(self.keep_units(key, Units { of_pin, units: found.groups.into_iter().map(unit).collect() }))
    }

    /// The pins below a place on the map of a day.
    pub fn under(&self, work: &mut Work, ancestor: &str, on: &str, version: i64) -> Result<Arc<Under>> {
        let key = format!("{ancestor} {on} {version}");
        if let Some(known) = lock(&self.maps).under.get(&key) {
            return Ok(Arc::clone(known));
        }
        let sql = "select place_id from rollup where ancestor_id = $1 and from_on <= $2 and to_on > $2";
        let rows = work.query(sql, &[ancestor.into(), on.into()])?;
        let mut under = Vec::new();
        let mut pins = lock(&self.pins);
        for row in &rows {
            let pin = number(&mut pins, row.str(0)) as usize;
            if under.len() <= pin {
                under.resize(pin + 1, false);
            }
            under[pin] = true;
        }
        drop(pins);
        let made = Arc::new(Under(under));
        let mut maps = lock(&self.maps);
        if maps.under.len() >= MOST_MAPS {
            maps.under.clear();
        }
        maps.under.insert(key, Arc::clone(&made));
        Ok(made)
    }
}

fn narrow<T: TryFrom<u32>>(number: u32) -> Result<T> {
    T::try_from(number).map_err(|_| anyhow::anyhow!("too many different values in a relation").into())
}

fn listed(numbers: HashMap<String, u32>) -> Vec<String> {
    let mut list: Vec<(u32, String)> = numbers.into_iter().map(|(text, number)| (number, text)).collect();
    list.sort_unstable();
    list.into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(lines: &[(Day, Day, Day, u32)]) -> Block {
        let rest = |began, thing| Rest { began, pin: 0, thing, value: 1, scheme: 0, kind: 0, reason: 0 };
        Block {
            from: lines.iter().map(|line| line.0).collect(),
            to: lines.iter().map(|line| line.1).collect(),
            rest: lines.iter().map(|line| rest(line.2, line.3)).collect(),
            n_things: 9,
            ..Block::default()
        }
    }

    fn things(block: &Block, when: When, at: Day, since: Day) -> Vec<u32> {
        let mut found = Vec::new();
        block.walk(when, at, since, |rest| found.push(rest.thing));
        found
    }

    #[test]
    fn days_keep_their_order() {
        assert_eq!(day("2025-11-24"), 20_251_124);
        assert!(day("") < day("0001-01-01") && day("2025-12-31") < day("9999-12-31"));
    }

    #[test]
    fn an_end_is_exclusive_and_a_period_has_both_its_days() {
        let block = block(&[(10, 20, 10, 1), (20, 99, 20, 2)]);
        assert_eq!(things(&block, When::Standing, 19, 0), [1]);
        assert_eq!(things(&block, When::Standing, 20, 0), [2]);
        assert_eq!(things(&block, When::Happened, 20, 20), [2]);
        assert_eq!(things(&block, When::Happened, 19, 10), [1]);
    }

    #[test]
    fn kept_is_what_stood_at_both_ends_even_after_a_pause() {
        // 1 paused in between, 2 began on the first day, 3 had stopped before it, 4 has ended since.
        let block = block(&[(10, 20, 10, 1), (30, 99, 10, 1), (15, 99, 15, 2), (10, 12, 10, 3), (10, 25, 10, 4)]);
        assert_eq!(things(&block, When::Kept, 40, 15), [1]);
    }
}
