//! Maps as SVG drawn by the server: a choropleth of a province or the country, and a small locator.

use std::fmt::Write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gazetteer::Map;

mod labels;
mod locator;

/// The country before 2025-07-01, by its 63 provinces.
pub const OLD_COUNTRY: &str = "VN-63";

/// The map of a province by its code, of the country under `VN` or `VN-63`; unpacked once.
pub fn of(code: &str) -> Option<Arc<Map>> {
    static MAPS: OnceLock<Mutex<HashMap<String, Option<Arc<Map>>>>> = OnceLock::new();
    let mut maps = MAPS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let unpack = || match code {
        "VN" => Some(gazetteer::nation_map()),
        OLD_COUNTRY => Some(gazetteer::old_provinces_map()),
        _ => gazetteer::province_map(code),
    };
    maps.entry(code.to_owned()).or_insert_with(|| unpack().map(Arc::new)).clone()
}

/// One unit of a choropleth: its code, its number, its sentence.
pub struct Tint {
    pub code: String,
    pub value: Option<i64>,
    pub title: String,
}

/// A class of the legend.
pub struct Class {
    pub css: String,
    pub from: i64,
    pub to: i64,
    pub n_units: usize,
}

/// A unit with its number, and how much that is of the greatest one in hundredths.
pub struct Unit {
    pub code: String,
    pub name: String,
    pub value: i64,
    pub share: i64,
}

/// A drawn choropleth with its legend.
pub struct Choropleth {
    pub svg: String,
    pub classes: Vec<Class>,
    pub n_none: usize,
    /// Smallest number first.
    pub units: Vec<Unit>,
}

impl Choropleth {
    /// The units with the smallest numbers.
    pub fn fewest(&self, n: usize) -> &[Unit] {
        &self.units[..n.min(self.units.len())]
    }

    /// The unit with the greatest number.
    pub fn most(&self) -> Option<&Unit> {
        self.units.last()
    }

    /// The mean of all units, and how much that is of the greatest number in hundredths.
    pub fn mean(&self) -> (String, i64) {
        let sum: i64 = self.units.iter().map(|unit| unit.value).sum();
        let mean = sum as f64 / self.units.len().max(1) as f64;
        let most = self.most().map_or(1, |unit| unit.value.max(1));
        (fold::show_decimal(mean, 1), (100.0 * mean / most as f64) as i64)
    }
}

const N_CLASSES: usize = 5;

/// Draws a map whose units are tinted by their numbers, in classes of about equal numbers of units.
pub fn choropleth(map: &Map, tints: &[Tint], label: &str) -> Choropleth {
    let limits = limits(tints);
    let mut classes: Vec<Class> = limits
        .windows(2)
        .enumerate()
        .map(|(n, pair)| Class { css: format!("k{}", n + 1), from: pair[0], to: pair[1] - 1, n_units: 0 })
        .collect();
    let mut svg = open(map, label);
    let mut n_none = 0;
    for shape in &map.shapes {
        let tint = tints.iter().find(|tint| tint.code == shape.id);
        let class = tint
            .and_then(|tint| tint.value)
            .and_then(|value| classes.iter_mut().find(|c| value >= c.from && value <= c.to));
        let css = match class {
            Some(class) => {
                class.n_units += 1;
                class.css.clone()
            }
            None => {
                n_none += 1;
                "k0".to_owned()
            }
        };
        let title = tint.map_or(shape.name.as_str(), |tint| tint.title.as_str());
        let _ = write!(
            svg,
            "<path class=\"x {css}\" data-ma=\"{}\" d=\"{}\"><title>{}</title></path>",
            shape.id,
            shape.d,
            escape(title)
        );
    }
    let _ = write!(svg, "<path class=\"bien\" d=\"{}\"/>", map.outline);
    labels::write(&mut svg, map);
    svg.push_str("</svg>");
    classes.retain(|class| class.n_units > 0);
    Choropleth { svg, classes, n_none, units: units(map, tints) }
}

fn units(map: &Map, tints: &[Tint]) -> Vec<Unit> {
    let of = |code: &str| tints.iter().find(|tint| tint.code == code).and_then(|tint| tint.value).unwrap_or(0);
    let mut units: Vec<Unit> = map
        .shapes
        .iter()
        .map(|shape| Unit { code: shape.id.clone(), name: shape.name.clone(), value: of(&shape.id), share: 0 })
        .collect();
    units.sort_by_key(|unit| unit.value);
    let most = units.last().map_or(1, |unit| unit.value.max(1));
    for unit in &mut units {
        unit.share = 100 * unit.value / most;
    }
    units
}

/// The lower ends of the classes, and one past the greatest number.
fn limits(tints: &[Tint]) -> Vec<i64> {
    let mut values: Vec<i64> = tints.iter().filter_map(|tint| tint.value).filter(|value| *value > 0).collect();
    values.sort_unstable();
    let Some(greatest) = values.last().copied() else { return vec![1, 2] };
    let mut limits: Vec<i64> = (0..N_CLASSES).map(|n| values[n * values.len() / N_CLASSES]).collect();
    limits.dedup();
    limits.push(greatest + 1);
    limits
}

fn open(map: &Map, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", map.width, map.height, escape(label))
}

/// Text that may stand in an attribute or an element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A small map of a commune among its neighbours; nothing when its shape is not known.
pub fn locator(commune_code: &str, province_code: &str) -> Option<String> {
    let map = of(province_code)?;
    let own = map.shapes.iter().find(|shape| shape.id == commune_code)?;
    Some(locator::draw(&map, own))
}

/// The same for one of today's communes whose province is not at hand.
pub fn locator_of(commune_code: &str) -> Option<String> {
    locator(commune_code, labels::province_of(commune_code)?)
}
