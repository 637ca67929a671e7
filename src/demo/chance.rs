//! Chance that repeats itself: the same seed draws the same sample data, ids included.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// SplitMix64: small, fast, and good enough to scatter sample data.
pub(super) struct Chance {
    state: u64,
    n_ids: u64,
}

/// Ids look like UUIDv7 born from 2026-01-01 on, one a millisecond, in the order of writing.
const FIRST_ID_MS: u64 = 1_767_225_600_000;
const IDS_OF_A_SERIES: u64 = 1_000_000;

impl Chance {
    /// Chances of one seed that draw ids differ in `series`, so that their ids do.
    pub(super) fn new(seed: u64, series: u64) -> Chance {
        Chance { state: seed, n_ids: series * IDS_OF_A_SERIES }
    }

    /// A chance of its own beside this one, from which it takes nothing.
    pub(super) fn beside(&self, series: u64) -> Chance {
        Chance::new(self.state ^ series.wrapping_mul(0xD1B5_4A32_D192_ED03), series)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn number(&mut self, least: i64, most: i64) -> i64 {
        let n_values = most.saturating_sub(least).max(0).unsigned_abs() + 1;
        least + i64::try_from(self.next() % n_values).unwrap_or(0)
    }

    /// A position in a list of this length.
    pub(super) fn below(&mut self, len: usize) -> usize {
        usize::try_from(self.next() % (len.max(1) as u64)).unwrap_or(0)
    }

    /// Does something happen that happens so many times in a hundred?
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A position, the heavier the likelier.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.next() % weights.clone().sum::<u64>().max(1);
        for (at, weight) in weights.enumerate() {
            if left < weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// A day from `first` to `last`, both included; on a day off nothing is signed, if it can be helped.
    pub(super) fn day(&mut self, first: Date, last: Date) -> Date {
        let n_days = (last - first).get_days();
        let mut day = first + self.number(0, n_days.into()).days();
        while is_off(day) && day > first {
            day -= 1.day();
        }
        day
    }

    pub(super) fn id(&mut self) -> String {
        let mut bytes = [0u8; 10];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        self.n_ids += 1;
        let ms = FIRST_ID_MS + self.n_ids;
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid().to_string()
    }
}

fn is_off(day: Date) -> bool {
    day.weekday() == Weekday::Sunday || [(1, 1), (4, 30), (5, 1), (9, 2)].contains(&(day.month(), day.day()))
}
