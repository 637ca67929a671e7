//! Maps kept in memory: to which unit of a level each pin belongs on the map of a day, and which pins lie below a
//! place. A map bears the version of the country's places as the asking transaction sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::places::place::Level;
use crate::work::Work;

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

/// The numbers of the pins that were met; only added to.
type Pins = HashMap<String, u32>;

/// What the application keeps of maps. It can be thrown away at any moment.
#[derive(Default)]
pub struct Maps {
    pins: Mutex<Pins>,
    units: Mutex<HashMap<String, Arc<Units>>>,
    under: Mutex<HashMap<String, Arc<Under>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a text among others; the next one when it is new.
pub fn number(numbers: &mut HashMap<String, u32>, text: &str) -> u32 {
    if let Some(known) = numbers.get(text) {
        return *known;
    }
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    numbers.insert(text.to_owned(), next);
    next
}

/// The pins below a place on a day, and its own.
pub fn pins_below(work: &mut Work, ancestor: &str, on: &str) -> Result<Vec<String>> {
    let sql = "select place_id from rollup where ancestor_id = $1 and from_on <= $2 and to_on > $2";
    Ok(work.query(sql, &[ancestor.into(), on.into()])?.iter().map(|row| row.text(0)).collect())
}

impl Maps {
    /// The numbers of pins.
    pub fn pins(&self) -> MutexGuard<'_, Pins> {
        lock(&self.pins)
    }

    /// The kept units of this key, or those that `make` makes now: the units, and to which of them each pin belongs.
    pub fn units_or(
        &self,
        key: String,
        make: impl FnOnce() -> Result<(Vec<Unit>, Vec<(String, u32)>)>,
    ) -> Result<Arc<Units>> {
        if let Some(known) = lock(&self.units).get(&key) {
            return Ok(Arc::clone(known));
        }
        let (units, of_pins) = make()?;
        let unknown = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut of_pin = Vec::new();
        let mut pins = self.pins();
        for (pin, unit) in of_pins {
            put(&mut of_pin, number(&mut pins, &pin), unit, unknown);
        }
        drop(pins);
        Ok(keep(&self.units, key, Units { of_pin, units }))
    }

    /// The units of a level on the map of a day, by pin. `version` is that of the country's places.
    pub fn units(&self, work: &mut Work, level: Level, on: &str, version: i64) -> Result<Arc<Units>> {
        let key = format!("{} {on} {version}", level as i64);
        self.units_or(key, || {
            // Under the names that they bore on that day.
            let sql = "select p.id, v.name, coalesce(up.name, '') from place p join place_version v on v.place_id = p.id \
                       and v.from_on <= $2 and v.to_on > $2 left join place up on up.id = v.parent_id \
                       where p.level = $1 and p.from_on <= $2 and p.to_on > $2 order by p.sort_key, p.id";
            let values = [(level as i64).into(), on.into()];
            let unit = |row: &store::Row| Unit { id: row.text(0), name: row.text(1), within: row.text(2) };
            let units: Vec<Unit> = work.query(sql, &values)?.iter().map(unit).collect();
            let numbers: HashMap<&str, u32> = units.iter().map(|unit| unit.id.as_str()).zip(0..).collect();
            let sql = "select place_id, ancestor_id from rollup where level = $1 and from_on <= $2 and to_on > $2";
            let rows = work.query(sql, &values)?;
            let of_pin = |row: &store::Row| Some((row.text(0), *numbers.get(row.str(1))?));
            let of_pins = rows.iter().filter_map(of_pin).collect();
            Ok((units, of_pins))
        })
    }

    /// Is a pin below?
    pub fn holds(&self, under: &Under, pin: &str) -> bool {
        self.pins().get(pin).is_some_and(|number| under.holds(*number))
    }

    /// The unit to which a pin belongs; none when it is not certain.
    pub fn unit_of<'u>(&self, units: &'u Units, pin: &str) -> Option<&'u Unit> {
        let number = *self.pins().get(pin)?;
        units.units.get(units.of(number))
    }

    /// The pins below a place on the map of a day.
    pub fn under(&self, work: &mut Work, ancestor: &str, on: &str, version: i64) -> Result<Arc<Under>> {
        let key = format!("{ancestor} {on} {version}");
        if let Some(known) = lock(&self.under).get(&key) {
            return Ok(Arc::clone(known));
        }
        let below = pins_below(work, ancestor, on)?;
        let mut under = Vec::new();
        let mut pins = self.pins();
        for pin in &below {
            put(&mut under, number(&mut pins, pin), true, false);
        }
        drop(pins);
        Ok(keep(&self.under, key, Under(under)))
    }
}

fn put<T: Copy>(list: &mut Vec<T>, at: u32, value: T, otherwise: T) {
    let at = at as usize;
    if list.len() <= at {
        list.resize(at + 1, otherwise);
    }
    list[at] = value;
}

fn keep<T>(kept: &Mutex<HashMap<String, Arc<T>>>, key: String, made: T) -> Arc<T> {
    let made = Arc::new(made);
    let mut kept = lock(kept);
    if kept.len() >= MOST_MAPS {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&made));
    made
}
