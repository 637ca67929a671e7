//! Names on a map: the provinces of the country; of a province, the communes that carry on the name of a
//! city, town or district of before 1/7/2025, for those are the names by which people find their way.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::OnceLock;

use gazetteer::{Gazetteer, Level, Map, Shape};

use crate::web::map::escape;

/// The sizes of a name on a wide screen and on a phone, as the style sheet has them.
const WIDE: i32 = 30;
const PHONE: i32 = 38;

/// The rank of a city; towns and districts come after it.
const CITY: u8 = 1;

/// Writes the names that do not cover each other; those with room only on a wide screen are of class `t2`.
pub fn write(svg: &mut String, map: &Map) {
    write_archipelagos(svg, map);
    let mut on_phone: Vec<Frame> = Vec::new();
    let mut on_wide: Vec<Frame> = Vec::new();
    for (rank, shape, name) in worth_naming(map) {
        // A lesser name stands only where it leaves the others some air.
        let air = if rank > CITY { 5 } else { 4 };
        let wide = Frame::around(shape.cx, shape.cy, &name, WIDE * air / 4);
        if !wide.is_within(map) || on_wide.iter().any(|other| other.meets(&wide)) {
            continue;
        }
        on_wide.push(wide);
        let phone = Frame::around(shape.cx, shape.cy, &name, PHONE * air / 4);
        let has_room = phone.is_within(map) && !on_phone.iter().any(|other| other.meets(&phone));
        let css = if has_room { "" } else { " class=\"t2\"" };
        let (x, y) = (shape.cx, shape.cy + WIDE / 3);
        let _ = write!(svg, "<text{css} x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>", escape(&name));
        if has_room {
            on_phone.push(phone);
        }
    }
}

/// The archipelagos belong to Đà Nẵng and Khánh Hòa and lie far from them, so they carry their own names.
fn write_archipelagos(svg: &mut String, map: &Map) {
    const FAR: i32 = 100;
    for (province, name) in [("48", "Hoàng Sa"), ("56", "Trường Sa")] {
        let Some(shape) = map.shapes.iter().find(|shape| shape.id == province) else { continue };
        let islands: Vec<(i32, i32)> =
            rings(&shape.d).filter_map(|ring| ring.first().copied()).filter(|(x, _)| *x > shape.cx + FAR).collect();
        let (Some(top), n) = (islands.iter().map(|(_, y)| *y).min(), islands.len()) else { continue };
        let x = islands.iter().map(|(x, _)| *x).sum::<i32>() / i32::try_from(n).unwrap_or(1);
        let _ = write!(svg, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{name}</text>", top - WIDE / 2);
    }
}

/// The rings of a path `M x y l dx dy … z M …`, each with its dots in full coordinates.
pub fn rings(d: &str) -> impl Iterator<Item = Vec<(i32, i32)>> {
    d.split('M').skip(1).map(|ring| {
        let (mut x, mut y) = (0, 0);
        let steps = numbers(ring);
        let dots = steps.chunks_exact(2).map(|step| {
            x += step[0];
            y += step[1];
            (x, y)
        });
        dots.collect()
    })
}

/// The whole numbers of a path; a minus parts two numbers as a space does.
fn numbers(ring: &str) -> Vec<i32> {
    let parted = ring.replace('-', " -").replace(['l', 'z'], " ");
    parted.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// What a name covers.
pub struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Frame {
    /// The frame of a name set in the middle of a place; letters are about half as wide as high.
    pub fn around(x: i32, y: i32, name: &str, size: i32) -> Frame {
        let half = i32::try_from(name.chars().count()).unwrap_or(0) * size * 27 / 100 + size / 8;
        Frame { left: x - half, right: x + half, top: y - size * 3 / 4, bottom: y + size * 3 / 4 }
    }

    /// Do the two cover each other?
    pub fn meets(&self, other: &Frame) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Is it all between these edges?
    pub fn is_inside(&self, width: i32, height: i32) -> bool {
        self.left >= 0 && self.top >= 0 && self.right <= width && self.bottom <= height
    }

    fn is_within(&self, map: &Map) -> bool {
        self.is_inside(map.width.cast_signed(), map.height.cast_signed())
    }
}

/// A unit's name without its kind.
pub fn short(name: &str) -> &str {
    let kinds = ["Phường ", "Xã ", "Đặc khu ", "Thị trấn ", "Tỉnh ", "Thành phố "];
    kinds.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name)
}

/// The units to name, the one that matters most first.
fn worth_naming(map: &Map) -> Vec<(u8, &Shape, String)> {
    let mut worth: Vec<(u8, &Shape)> = map.shapes.iter().filter_map(|shape| Some((rank(shape)?, shape))).collect();
    worth.sort_by_key(|(rank, shape)| (*rank, !shape.name.starts_with("Phường "), shape.name.clone()));
    let mut named: Vec<(u8, &Shape, String)> = Vec::new();
    for (rank, shape) in worth {
        let name = short(&shape.name).to_owned();
        if !named.iter().any(|(_, _, known)| *known == name) {
            named.push((rank, shape, name));
        }
    }
    named
}

/// Provinces rank alike; a commune ranks as the city, town or district whose name it carries on.
fn rank(shape: &Shape) -> Option<u8> {
    if shape.id.len() <= 2 {
        return Some(0);
    }
    known().carried_on.get(&shape.id).copied()
}

/// What the maps must know about today's communes, by their codes.
struct Known {
    /// Those that carry on a name, with its rank.
    carried_on: HashMap<String, u8>,
    province_of: HashMap<String, String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let country = gazetteer::load();
        Known { carried_on: find_carried_on(&country), province_of: find_provinces(&country) }
    })
}

/// The code of the province of one of today's communes.
pub fn province_of(commune_code: &str) -> Option<&'static str> {
    known().province_of.get(commune_code).map(String::as_str)
}

fn find_provinces(country: &Gazetteer) -> HashMap<String, String> {
    let communes = country.units.iter().filter(|unit| unit.level == Level::Commune && unit.to.is_none());
    communes
        .filter_map(|unit| {
            let parent = unit.versions.last()?.parent.as_deref()?;
            Some((unit.code.clone(), parent.split('@').next()?.to_owned()))
        })
        .collect()
}

fn find_carried_on(country: &Gazetteer) -> HashMap<String, u8> {
    let levels: HashMap<&str, Level> = country.units.iter().map(|unit| (unit.id.as_str(), unit.level)).collect();
    let provinces: HashMap<&str, &str> = country
        .lines
        .iter()
        .filter(|line| levels.get(line.source.as_str()) == Some(&Level::Province))
        .filter_map(|line| Some((line.source.as_str(), line.target.as_deref()?)))
        .collect();
    let mut old: HashMap<(&str, String), u8> = HashMap::new();
    for version in country.units.iter().filter(|unit| unit.level == Level::District).flat_map(|unit| &unit.versions) {
        let Some(parent) = version.parent.as_deref() else { continue };
        let rank = match version.kind.as_str() {
            "thanh_pho" => CITY,
            "thi_xa" | "quan" => 2,
            _ => 3,
        };
        let province = provinces.get(parent).copied().unwrap_or(parent);
        let known = old.entry((province, fold::key(&version.short_name))).or_insert(rank);
        *known = rank.min(*known);
    }
    let communes = country.units.iter().filter(|unit| unit.level == Level::Commune && unit.to.is_none());
    communes
        .filter_map(|unit| {
            let now = unit.versions.last()?;
            let rank = old.get(&(now.parent.as_deref()?, fold::key(&now.short_name)))?;
            Some((unit.code.clone(), *rank))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phu_tho_shows_the_names_of_its_former_cities() {
        let map = gazetteer::province_map("25").unwrap();
        let mut svg = String::new();
        write(&mut svg, &map);
        for name in ["Việt Trì", "Vĩnh Yên", "Hòa Bình", "Phú Thọ"] {
            assert!(svg.contains(&format!(">{name}</text>")), "{name}: {svg}");
        }
    }

    #[test]
    fn the_country_names_its_archipelagos() {
        let mut svg = String::new();
        write(&mut svg, &gazetteer::nation_map());
        assert!(svg.contains(">Hoàng Sa</text>") && svg.contains(">Trường Sa</text>"), "{svg}");
    }

    #[test]
    fn names_never_cover_each_other() {
        let one = Frame::around(100, 100, "Việt Trì", WIDE);
        assert!(one.meets(&Frame::around(120, 110, "Lâm Thao", WIDE)));
        assert!(!one.meets(&Frame::around(120, 160, "Lâm Thao", WIDE)));
    }
}
