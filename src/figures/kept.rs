//! The relations' rows kept in memory, narrow, a block a province and relation: a number at any date on any
//! map is a walk over small lines instead of a join over the database. A block bears the version of its
//! province's journal; with the next change it is read anew, inside the transaction that asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::figures::catalogue::{Figure, When};
use crate::groupings::grouping::{self as groupings, Grouping};
use crate::groupings::on_map;
use crate::places::maps::{Maps, Unit, Units, number, pins_below};
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

/// What the application keeps of the relations. It can be thrown away at any moment.
#[derive(Default)]
pub struct Kept {
    pub maps: Maps,
    blocks: Mutex<HashMap<(String, &'static str), Arc<Block>>>,
}

impl Kept {
    fn blocks(&self) -> MutexGuard<'_, HashMap<(String, &'static str), Arc<Block>>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of a figure's relation in a province, as this transaction sees them.
    pub fn block(&self, work: &mut Work, figure: &Figure, province: &str, version: i64) -> Result<Arc<Block>> {
        let key = (province.to_owned(), figure.relation);
        if let Some(known) = self.blocks().get(&key).filter(|block| block.version == version) {
            return Ok(Arc::clone(known));
        }
        let block = Arc::new(self.read(work, figure, province, version)?);
        let mut blocks = self.blocks();
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
        let mut pins = self.maps.pins();
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
        self.maps.units_or(key, || {
            let found = on_map::find(work, grouping, on)?;
            let mut of_pins = Vec::new();
            // The highest units come first, so that a unit below one that is in a group itself has the last word.
            for placed in &found.placed {
                let group = u32::try_from(placed.group).unwrap_or(u32::MAX);
                of_pins.extend(pins_below(work, &placed.place_id, on)?.into_iter().map(|pin| (pin, group)));
            }
            let unit = |group: groupings::Group| Unit { id: group.id, name: group.name, within: String::new() };
            Ok((found.groups.into_iter().map(unit).collect(), of_pins))
        })
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
