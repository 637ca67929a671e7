//! The self-check of points: what is kept must be what the steps make.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::schemes::point::{self, Anchor, Step, StepKind};
use crate::work::Work;

/// Province and id of a point.
type Key = (String, String);
/// State, first day, exclusive end, place, pin.
type Stretch = (String, String, String, String, String);

/// A line for every point whose kept state or stretches are not what its steps make, or whose pin is not its place's.
pub fn faults(work: &mut Work) -> Result<Vec<String>> {
    let mut lives: BTreeMap<Key, (Anchor, Vec<Step>)> = BTreeMap::new();
    let sql = "select s.province, s.point_id, s.kind, s.on_date, s.place_id, s.pin_id, p.first_place_id, p.first_pin_id \
               from step s join point p on p.province = s.province and p.id = s.point_id \
               order by s.province, s.point_id, s.on_date, s.entered_at, s.id";
    for row in work.query(sql, &[])? {
        let Some(kind) = StepKind::from_code(row.str(2)) else { continue };
        let anchor = (!row.str(4).is_empty()).then(|| Anchor { place_id: row.text(4), pin_id: row.text(5) });
        let first = Anchor { place_id: row.text(6), pin_id: row.text(7) };
        let life = lives.entry((row.text(0), row.text(1))).or_insert_with(|| (first, Vec::new()));
        life.1.push(Step { anchor, ..Step::bare(kind, row.text(3)) });
    }
    let mut kept: BTreeMap<Key, Vec<Stretch>> = BTreeMap::new();
    let sql = "select province, point_id, state, from_on, to_on, place_id, pin_id from point_span order by province, point_id, from_on";
    for row in work.query(sql, &[])? {
        kept.entry((row.text(0), row.text(1))).or_default().push((
            row.text(2),
            row.text(3),
            row.text(4),
            row.text(5),
            row.text(6),
        ));
    }
    let mut faults = Vec::new();
    for (key, (first, steps)) in &lives {
        let made: Vec<Stretch> = point::spans(first, steps)
            .unwrap_or_default()
            .into_iter()
            .map(|s| (s.state.code().to_owned(), s.from_on, s.to_on, s.anchor.place_id, s.anchor.pin_id))
            .collect();
        if kept.get(key).is_none_or(|kept| *kept != made) {
            faults.push(format!("point {} {}", key.0, key.1));
        }
    }
    let sql = "select p.province, p.id from point p join place l on l.id = p.place_id where p.pin_id <> l.pin_id \
               order by p.province, p.id";
    faults.extend(work.query(sql, &[])?.iter().map(|row| format!("point {} {}: pin", row.str(0), row.str(1))));
    Ok(faults)
}
