//! The self-check of points: what is kept must be what the steps make.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::schemes::point::{self, StepKind};
use crate::work::Work;

/// Province and id of a point.
type Key = (String, String);
/// State, first day, exclusive end.
type Stretch = (String, String, String);

/// A line for every point whose kept state or stretches are not what its steps make.
pub fn faults(work: &mut Work) -> Result<Vec<String>> {
    let mut lives: BTreeMap<Key, Vec<(StepKind, String)>> = BTreeMap::new();
    let sql = "select province, point_id, kind, on_date from step order by province, point_id, on_date, entered_at, id";
    for row in work.query(sql, &[])? {
        if let Some(kind) = StepKind::from_code(row.str(2)) {
            lives.entry((row.text(0), row.text(1))).or_default().push((kind, row.text(3)));
        }
    }
    let mut kept: BTreeMap<Key, Vec<Stretch>> = BTreeMap::new();
    let sql = "select province, point_id, state, from_on, to_on from point_span order by province, point_id, from_on";
    for row in work.query(sql, &[])? {
        kept.entry((row.text(0), row.text(1))).or_default().push((row.text(2), row.text(3), row.text(4)));
    }
    let mut faults = Vec::new();
    for (key, steps) in &lives {
        let made = point::spans(steps).unwrap_or_default();
        let made: Vec<Stretch> = made.into_iter().map(|s| (s.state.code().to_owned(), s.from_on, s.to_on)).collect();
        if kept.get(key).is_none_or(|kept| *kept != made) {
            faults.push(format!("point {} {}", key.0, key.1));
        }
    }
    Ok(faults)
}
