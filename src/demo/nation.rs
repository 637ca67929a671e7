//! The plan of the other 33 provinces: cheap, credible, about 124,000 points with Phú Thọ in November 2025.

use std::collections::HashSet;

use jiff::civil::{Date, date};

use crate::demo::chance::Chance;
use crate::demo::ground::{Ground, REFORM};
use crate::demo::life::Course;
use crate::demo::press::{Listed, Planned};

/// Points a commune: 3,173 communes outside Phú Thọ, about 120,900 active points in November 2025.
const N_OF_COMMUNE: (i64, i64) = (24, 59);

/// Launches from 2022 on, the heavier the likelier.
const LAUNCHES: [(u64, Date, Date); 6] = [
    (26, date(2022, 1, 5), date(2022, 12, 23)),
    (24, date(2023, 1, 9), date(2023, 12, 22)),
    (24, date(2024, 1, 8), date(2024, 12, 20)),
    (10, date(2025, 1, 6), date(2025, 6, 20)),
    (10, date(2025, 7, 21), date(2025, 11, 14)),
    (6, date(2025, 11, 20), date(2026, 10, 30)),
];

const ENDED_BY_REFORM: [&str; 3] = ["area_merged", "unsuitable", "duplicate"];
const ENDED_LATER: [&str; 2] = ["ineffective", "goal_reached"];

/// Everything planned for a province.
pub(super) fn plan(chance: &mut Chance, ground: &Ground, catalogue: &[Listed]) -> Vec<Planned> {
    // Some schemes are everywhere, most are rare.
    let weights: Vec<u64> = (0..catalogue.len()).map(|n| 1 + 400 / (n as u64 + 4)).collect();
    let mut whole = HashSet::new();
    let mut planned = Vec::new();
    for commune in 0..ground.communes.len() {
        for _ in 0..chance.number(N_OF_COMMUNE.0, N_OF_COMMUNE.1) {
            let mut scheme = chance.weighted(weights.iter().copied());
            while catalogue[scheme].area_kind == "commune" && !whole.insert((commune, scheme)) {
                scheme = chance.weighted(weights.iter().copied());
            }
            let course = course(chance, ground, commune);
            planned.push(Planned { commune, scheme, course, n_teams: chance.number(1, 3), area_name: None });
        }
    }
    planned
}

fn course(chance: &mut Chance, ground: &Ground, commune: usize) -> Course {
    let (_, first, last) = LAUNCHES[chance.weighted(LAUNCHES.iter().map(|span| span.0))];
    let drawn = chance.day(first, last);
    let stood = drawn >= REFORM || ground.communes[commune].old.iter().any(|pin| pin.lives_on(drawn));
    let launched = if stood { drawn } else { chance.day(date(2025, 7, 21), date(2025, 11, 14)) };
    let late = chance.day(date(2025, 12, 1), date(2026, 10, 30));
    match chance.number(1, 100) {
        1..=3 if launched < date(2025, 1, 1) => {
            let on = chance.day(date(2025, 7, 14), date(2025, 9, 26));
            Course::ended(launched, on, ENDED_BY_REFORM[chance.below(3)])
        }
        4..=5 if launched < date(2025, 11, 1) => Course::ended(launched, late, ENDED_LATER[chance.below(2)]),
        6..=7 if launched < date(2025, 11, 1) => Course { suspended: Some(late), ..Course::launched(launched) },
        _ => Course::launched(launched),
    }
}
