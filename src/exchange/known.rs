//! The points that a province keeps already, loaded once, so that a row is compared without a query.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Result};
use crate::exchange::names::{PlaceNames, SchemeNames};
use crate::places;
use crate::places::place::Place;
use crate::schemes::point::State;
use crate::work::Work;

/// What makes two rows the same point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Same {
    pub scheme_id: String,
    pub pin_id: String,
    /// The folded name of the area; empty when the point covers its commune.
    pub area: String,
    pub launched_on: Option<String>,
}

/// A point as far as a list can tell it.
#[derive(Clone, Debug)]
pub struct KnownPoint {
    pub id: String,
    pub code: String,
    pub same: Same,
    /// Where the point is shown, which its area's history may have parted from the commune it was told under.
    pub shown_pin: String,
    pub area_kind: String,
    pub area_name: String,
    pub state: State,
    pub n_households: i64,
    pub n_units: i64,
    pub n_commitments: i64,
    pub n_teams: i64,
    pub n_members: i64,
    pub last_step_on: String,
}

/// Everything that the rows of one list are compared with.
pub struct Known {
    pub province: String,
    pub places: PlaceNames,
    pub schemes: SchemeNames,
    pub points: Vec<KnownPoint>,
    /// Names of areas that mean several.
    pub areas_alike: HashSet<[String; 3]>,
    by_same: HashMap<Same, usize>,
    by_code: HashMap<String, usize>,
}

impl Known {
    /// Loads what is kept under a place. The country as a whole has no catalogue of its own.
    pub fn load(work: &mut Work, scope: &Place) -> Result<Known> {
        let province = places::store::province_of(work, scope.pin_id());
        let province = province.map_err(|_| Error::Refused("import-scope-too-wide"))?;
        let points = points(work, scope)?;
        let mut known = Known {
            places: PlaceNames::load(work, scope)?,
            schemes: SchemeNames::load(work, &province)?,
            areas_alike: places::store::own_alike(work, scope)?,
            province,
            by_same: points.iter().enumerate().map(|(at, p)| (p.same.clone(), at)).collect(),
            by_code: points.iter().enumerate().map(|(at, p)| (p.code.clone(), at)).collect(),
            points,
        };
        // Of several alike, the one that still lives is meant.
        for (at, point) in known.points.iter().enumerate().filter(|(_, p)| !p.state.is_over()) {
            known.by_same.insert(point.same.clone(), at);
        }
        Ok(known)
    }

    /// The point of a code.
    pub fn coded(&self, code: &str) -> Option<&KnownPoint> {
        self.by_code.get(code).map(|at| &self.points[*at])
    }

    /// The point that a row tells again.
    pub fn same(&self, same: &Same) -> Option<&KnownPoint> {
        self.by_same.get(same).map(|at| &self.points[*at])
    }
}

/// The points shown under a place, in Vietnamese order.
pub fn points(work: &mut Work, scope: &Place) -> Result<Vec<KnownPoint>> {
    let today = work.today();
    let day = scope.day_on_the_map(&today);
    let rows = work.query(include_str!("points.sql"), &[scope.pin_id().into(), day.into()])?;
    let mut points: Vec<KnownPoint> = rows.iter().map(point).collect();
    let at: HashMap<String, usize> = points.iter().enumerate().map(|(at, p)| (p.id.clone(), at)).collect();
    for owner in places::store::owners(work, scope.pin_id(), &today)? {
        let sql = "select point_id, max(on_date) from step where province = $1 group by point_id";
        for row in work.query(sql, &[owner.as_str().into()])? {
            if let Some(at) = at.get(row.str(0)) {
                points[*at].last_step_on = row.text(1);
            }
        }
        // The teams of a point that is over are those that stood on its last day.
        let sql = "select point_id, n_members, to_on from team where province = $1 and from_on <= $2";
        for row in work.query(sql, &[owner.into(), today.clone().into()])? {
            let Some(point) = at.get(row.str(0)).map(|at| &mut points[*at]) else { continue };
            if row.str(2) > today.as_str() || point.state.is_over() && row.str(2) == point.last_step_on {
                point.n_teams += 1;
                point.n_members += row.int(1);
            }
        }
    }
    Ok(points)
}

fn point(row: &store::Row) -> KnownPoint {
    let area_kind = row.text(4);
    let area_name = if area_kind == "commune" { String::new() } else { row.text(5) };
    let same = Same {
        scheme_id: row.text(2),
        pin_id: row.text(3),
        area: fold::key(&area_name),
        launched_on: row.text_or_null(6),
    };
    KnownPoint {
        id: row.text(0),
        code: row.text(1),
        same,
        area_kind,
        area_name,
        state: State::from_code(row.str(7)).unwrap_or(State::Proposed),
        n_households: row.int(8),
        n_units: row.int(9),
        n_commitments: row.int(10),
        n_teams: 0,
        n_members: 0,
        last_step_on: String::new(),
        shown_pin: row.text(11),
    }
}
