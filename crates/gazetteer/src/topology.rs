//! Reads a quantised TopoJSON file and lays its arcs on an integer grid, 1000 wide and north up.
//!
//! Two neighbours share the arc between them, so each arc is thinned once, by itself, and both draw the
//! same line. The ends of an arc never move.

use serde::Deserialize;

/// A point of the grid, y downwards.
pub(crate) type Dot = (i32, i32);

/// Arcs of a ring; `!n` is arc n walked backwards.
pub(crate) type Ring = Vec<i64>;

pub(crate) const WIDTH: u32 = 1000;
const MARGIN: f64 = 8.0;
/// How far a border may be moved: hardly seen at this size, and it saves half of the path.
const SLACK: f64 = 1.0;

pub(crate) struct Topology {
    pub(crate) height: u32,
    pub(crate) arcs: Vec<Vec<Dot>>,
    pub(crate) areas: Vec<Area>,
}

/// A unit: its polygons, each an outer ring and its holes.
pub(crate) struct Area {
    pub(crate) code: String,
    pub(crate) polygons: Vec<Vec<Ring>>,
}

pub(crate) fn read(json: &[u8]) -> serde_json::Result<Topology> {
    let file: File = serde_json::from_slice(json)?;
    let arcs: Vec<Vec<(f64, f64)>> = file.arcs.iter().map(|arc| file.transform.degrees(arc)).collect();
    let grid = Grid::around(arcs.iter().flatten());
    let areas = file.objects.into_values().flat_map(|object| object.geometries);
    Ok(Topology {
        height: grid.height,
        arcs: arcs.iter().map(|arc| thin(&grid.dots(arc))).collect(),
        areas: areas.map(Geometry::area).collect(),
    })
}

#[derive(Deserialize)]
struct File {
    transform: Transform,
    arcs: Vec<Vec<(i64, i64)>>,
    objects: std::collections::BTreeMap<String, Collection>,
}

#[derive(Deserialize)]
struct Transform {
    scale: (f64, f64),
    translate: (f64, f64),
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { id: String, arcs: Vec<Ring> },
    MultiPolygon { id: String, arcs: Vec<Vec<Ring>> },
}

impl Geometry {
    fn area(self) -> Area {
        let (code, polygons) = match self {
            Geometry::Polygon { id, arcs } => (id, vec![arcs]),
            Geometry::MultiPolygon { id, arcs } => (id, arcs),
        };
        Area { code, polygons }
    }
}

impl Transform {
    /// Each vertex is stored as its step from the one before.
    fn degrees(&self, arc: &[(i64, i64)]) -> Vec<(f64, f64)> {
        let steps = arc.iter().scan((0, 0), |at, step| {
            *at = (at.0 + step.0, at.1 + step.1);
            Some(*at)
        });
        let degrees = steps.map(|(x, y)| {
            let (lon, lat) = (x as f64 * self.scale.0, y as f64 * self.scale.1);
            (lon + self.translate.0, lat + self.translate.1)
        });
        degrees.collect()
    }
}

/// Plain degrees, narrowed by the cosine of the middle latitude: true enough for one province.
struct Grid {
    west: f64,
    north: f64,
    per_lon: f64,
    per_lat: f64,
    height: u32,
}

impl Grid {
    fn around<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Self {
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (lon, lat) in points {
            low = (low.0.min(*lon), low.1.min(*lat));
            high = (high.0.max(*lon), high.1.max(*lat));
        }
        let per_lon = (f64::from(WIDTH) - 2.0 * MARGIN) / (high.0 - low.0);
        let per_lat = per_lon / ((low.1 + high.1) / 2.0).to_radians().cos();
        Grid {
            west: low.0,
            north: high.1,
            per_lon,
            per_lat,
            height: ((high.1 - low.1) * per_lat + 2.0 * MARGIN).round() as u32,
        }
    }

    fn dots(&self, arc: &[(f64, f64)]) -> Vec<Dot> {
        arc.iter().map(|point| self.dot(*point)).collect()
    }

    fn dot(&self, (lon, lat): (f64, f64)) -> Dot {
        let x = (lon - self.west) * self.per_lon + MARGIN;
        let y = (self.north - lat) * self.per_lat + MARGIN;
        (x.round() as i32, y.round() as i32)
    }
}

/// Keeps the vertices that lie farther than `SLACK` from the straight line between their neighbours
/// (Douglas and Peucker), and both ends.
fn thin(arc: &[Dot]) -> Vec<Dot> {
    let Some((first, last)) = arc.first().zip(arc.last()) else {
        return Vec::new();
    };
    let mut kept = vec![*first];
    keep_between(arc, &mut kept);
    kept.push(*last);
    kept.dedup();
    kept
}

fn keep_between(arc: &[Dot], kept: &mut Vec<Dot>) {
    let [first, between @ .., last] = arc else {
        return;
    };
    let distances = between.iter().map(|dot| distance(*dot, *first, *last));
    let farthest = (1..).zip(distances).max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((at, _)) = farthest.filter(|(_, distance)| *distance > SLACK) {
        keep_between(&arc[..=at], kept);
        kept.push(arc[at]);
        keep_between(&arc[at..], kept);
    }
}

/// From a point to the stretch between two others, which may be one and the same (an island's arc).
fn distance(dot: Dot, from: Dot, to: Dot) -> f64 {
    let vector = |a: Dot, b: Dot| (f64::from(b.0 - a.0), f64::from(b.1 - a.1));
    let ((x, y), (dx, dy)) = (vector(from, dot), vector(from, to));
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { ((x * dx + y * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (x - along * dx).hypot(y - along * dy)
}
