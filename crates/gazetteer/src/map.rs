//! Maps as SVG paths: integers, relative, so that Phú Thọ's 148 communes weigh less than a photograph.
//!
//! An island too small to draw becomes a dot and is never dropped: Hoàng Sa and Trường Sa are mostly such.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;
use std::sync::OnceLock;

use serde::Serialize;

use crate::embedded;
use crate::topology::{self, Area, Dot, Ring, Topology, WIDTH};

/// A map to lay into an SVG with `viewBox="0 0 width height"`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Map {
    pub width: u32,
    pub height: u32,
    pub shapes: Vec<Shape>,
    /// The outer border of them all, as open lines.
    pub outline: String,
}

/// One unit on a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// The code of the unit in the generation that the map shows.
    pub id: String,
    pub name: String,
    /// The SVG path; holes are wound into it, so fill it with `evenodd`.
    pub d: String,
    /// A point inside, for a label.
    pub cx: i32,
    pub cy: i32,
}

/// The communes of one of today's 34 provinces.
pub fn province_map(code: &str) -> Option<Map> {
    let (_, packed) = embedded::COMMUNES.iter().find(|(province, _)| *province == code)?;
    Some(draw(packed, &names().new))
}

/// The 34 provinces since 2025-07-01, Hoàng Sa and Trường Sa among them.
pub fn nation_map() -> Map {
    draw(embedded::PROVINCES_34, &names().new)
}

/// The 63 provinces before 2025-07-01, Hoàng Sa and Trường Sa among them.
pub fn old_provinces_map() -> Map {
    draw(embedded::PROVINCES_63, &names().old)
}

/// The communes of one of today's provinces drawn together into what each belongs to: a former province, a group.
/// `of` gives its id and name; a commune that belongs to nothing stays a shape of its own.
pub fn dissolved(code: &str, of: impl Fn(&str) -> Option<(String, String)>) -> Option<Map> {
    let (_, packed) = embedded::COMMUNES.iter().find(|(province, _)| *province == code)?;
    let mut topology = read(packed);
    let mut names = names().new.clone();
    let mut together: BTreeMap<String, Vec<Area>> = BTreeMap::new();
    for area in std::mem::take(&mut topology.areas) {
        match of(&area.code) {
            Some((id, name)) => {
                names.insert(id.clone(), name);
                together.entry(id).or_default().push(area);
            }
            None => topology.areas.push(area),
        }
    }
    for (id, areas) in together {
        let polygons = border(&topology, &areas).into_iter().map(|ring| vec![ring]).collect();
        topology.areas.push(Area { code: id, polygons });
    }
    Some(lay(&topology, &names))
}

/// The rings around areas that lie together: the arcs that only one of them uses, each walked as its area walks it.
fn border(topology: &Topology, areas: &[Area]) -> Vec<Ring> {
    let mut uses: HashMap<usize, usize> = HashMap::new();
    let all = || areas.iter().flat_map(|area| &area.polygons).flatten().flatten();
    for arc in all() {
        *uses.entry(arc_at(*arc)).or_default() += 1;
    }
    let mut open: BTreeMap<Dot, Vec<i64>> = BTreeMap::new();
    let mut rings = Vec::new();
    for arc in all().filter(|arc| uses[&arc_at(**arc)] == 1) {
        match ends(topology, *arc) {
            Some((from, to)) if from != to => open.entry(from).or_default().push(*arc),
            Some(_) => rings.push(vec![*arc]),
            None => {}
        }
    }
    while let Some((begin, first)) = open.iter_mut().find_map(|(at, arcs)| Some((*at, arcs.pop()?))) {
        let mut ring = vec![first];
        let mut at = ends(topology, first).map_or(begin, |(_, to)| to);
        while at != begin {
            let Some(next) = open.get_mut(&at).and_then(Vec::pop) else { break };
            ring.push(next);
            at = ends(topology, next).map_or(begin, |(_, to)| to);
        }
        rings.push(ring);
    }
    // A gap too small to draw is left out, as in the communes themselves; an island never is.
    let sorted = |ring: &Ring| {
        let mut arcs = ring.clone();
        arcs.sort_unstable();
        arcs
    };
    let outer: HashSet<Ring> =
        areas.iter().flat_map(|area| &area.polygons).filter_map(|p| p.first()).map(sorted).collect();
    rings.retain(|ring| dots(topology, ring).len() > 3 || outer.contains(&sorted(ring)));
    rings
}

fn arc_at(arc: i64) -> usize {
    usize::try_from(arc).unwrap_or(!arc as usize)
}

/// Where an arc begins and ends, in the direction in which it is walked.
fn ends(topology: &Topology, arc: i64) -> Option<(Dot, Dot)> {
    let dots = &topology.arcs[arc_at(arc)];
    let (first, last) = (*dots.first()?, *dots.last()?);
    Some(if arc < 0 { (last, first) } else { (first, last) })
}

/// The last name of every code, before and since 2025-07-01.
#[derive(Default)]
struct Names {
    old: HashMap<String, String>,
    new: HashMap<String, String>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names::default();
        for unit in crate::load().units {
            let Some(last) = unit.versions.last() else {
                continue;
            };
            let known = if unit.to.is_some() { &mut names.old } else { &mut names.new };
            known.insert(unit.code, last.name.clone());
        }
        names
    })
}

fn draw(packed: &[u8], names: &HashMap<String, String>) -> Map {
    lay(&read(packed), names)
}

fn read(packed: &[u8]) -> Topology {
    let json = embedded::unpack(packed).expect("the embedded maps are unpacked by the tests");
    topology::read(&json).expect("the embedded maps are read by the tests")
}

fn lay(topology: &Topology, names: &HashMap<String, String>) -> Map {
    let shapes = topology.areas.iter().map(|area| shape(topology, area, names));
    Map { width: WIDTH, height: topology.height, shapes: shapes.collect(), outline: outline(topology) }
}

fn shape(topology: &Topology, area: &Area, names: &HashMap<String, String>) -> Shape {
    let mut d = String::new();
    let mut largest = (-1, Vec::new());
    for polygon in &area.polygons {
        for (i, ring) in polygon.iter().enumerate() {
            let dots = dots(topology, ring);
            let is_hole = i > 0;
            match (dots.len() > 3, is_hole) {
                (true, _) => write_closed(&mut d, &dots),
                (false, false) => write_dot(&mut d, dots[0]),
                (false, true) => {}
            }
            if !is_hole && twice_area(&dots) > largest.0 {
                largest = (twice_area(&dots), dots);
            }
        }
    }
    let (cx, cy) = inside(&largest.1);
    Shape { id: area.code.clone(), name: names.get(&area.code).cloned().unwrap_or_default(), d, cx, cy }
}

/// The ring's vertices; the last one is the first again.
fn dots(topology: &Topology, ring: &Ring) -> Vec<Dot> {
    let mut dots: Vec<Dot> = Vec::new();
    for arc in ring {
        let forward = usize::try_from(*arc);
        let arc = &topology.arcs[forward.unwrap_or(!*arc as usize)];
        match forward {
            Ok(_) => dots.extend(arc),
            Err(_) => dots.extend(arc.iter().rev()),
        }
    }
    dots.dedup();
    dots
}

fn write_closed(d: &mut String, dots: &[Dot]) {
    write_open(d, &dots[..dots.len() - 1]);
    d.push('z');
}

fn write_dot(d: &mut String, (x, y): Dot) {
    write_open(d, &[(x - 1, y), (x, y - 1), (x + 1, y), (x, y + 1)]);
    d.push('z');
}

/// `M x y l dx dy …` with no space where a minus already parts two numbers.
fn write_open(d: &mut String, dots: &[Dot]) {
    let Some(((x, y), _)) = dots.split_first() else {
        return;
    };
    write!(d, "M{x}{}{y}l", gap(*y)).expect("a string takes what is written");
    for (i, pair) in dots.windows(2).enumerate() {
        let (x, y) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let before = if i == 0 { "" } else { gap(x) };
        write!(d, "{before}{x}{}{y}", gap(y)).expect("a string takes what is written");
    }
}

fn gap(number: i32) -> &'static str {
    if number < 0 { "" } else { " " }
}

/// The arcs that only one area uses, once.
fn outline(topology: &Topology) -> String {
    let (mut once, mut twice) = (HashSet::new(), HashSet::new());
    let rings = topology.areas.iter().flat_map(|area| &area.polygons).flatten();
    for arc in rings.flatten().map(|arc| if *arc < 0 { !arc } else { *arc }) {
        if !once.insert(arc) {
            twice.insert(arc);
        }
    }
    let mut d = String::new();
    for (i, arc) in (0..).zip(&topology.arcs) {
        if arc.len() > 1 && once.contains(&i) && !twice.contains(&i) {
            write_open(&mut d, arc);
        }
    }
    d
}

fn twice_area(dots: &[Dot]) -> i64 {
    let cross = |a: Dot, b: Dot| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1);
    dots.windows(2).map(|pair| cross(pair[0], pair[1])).sum::<i64>().abs()
}

/// The middle of the widest stretch at half height. A centroid may lie outside a bent commune.
fn inside(ring: &[Dot]) -> Dot {
    let (Some(top), Some(bottom)) = (ring.iter().map(|dot| dot.1).min(), ring.iter().map(|dot| dot.1).max()) else {
        return (0, 0);
    };
    // Half a unit off the grid, so that no vertex lies on the line.
    let y = f64::from((top + bottom) / 2) + 0.5;
    let mut crossings: Vec<f64> = ring.windows(2).filter_map(|pair| crossing(pair[0], pair[1], y)).collect();
    crossings.sort_by(f64::total_cmp);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    let x = widest.map_or(f64::from(ring[0].0), |pair| (pair[0] + pair[1]) / 2.0);
    (x.round() as i32, y as i32)
}

fn crossing(a: Dot, b: Dot, y: f64) -> Option<f64> {
    let ((ax, ay), (bx, by)) = ((f64::from(a.0), f64::from(a.1)), (f64::from(b.0), f64::from(b.1)));
    ((ay < y) != (by < y)).then(|| ax + (y - ay) / (by - ay) * (bx - ax))
}
