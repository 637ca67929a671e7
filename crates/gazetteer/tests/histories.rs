//! What holds of every history, whatever it was.

use gazetteer::{BEGINNING, FOREVER, History, Link, NATION, Place, RollupRow, Span, rollup};
use proptest::prelude::*;

/// Some new communes, each with whether anybody lived on what it took.
type Fate = Vec<(usize, bool)>;

/// On each reform day every commune is renewed; the numbers say which new commune takes which old one.
#[derive(Clone, Debug)]
struct Reform {
    /// For each old commune the new ones that took it.
    fates: Vec<Fate>,
}

const DAYS: [&str; 5] = [BEGINNING, "2022-01-01", "2023-01-01", "2024-01-01", FOREVER];
const N_COMMUNES: usize = 5;

fn reforms(n_targets: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Reform>> {
    let fate = prop::collection::vec((0..N_COMMUNES, any::<bool>()), n_targets);
    let reform = prop::collection::vec(fate, N_COMMUNES).prop_map(|fates| Reform { fates });
    prop::collection::vec(reform, DAYS.len() - 2)
}

fn span(era: usize, parent: &str) -> Span {
    Span { from: DAYS[era].into(), to: DAYS[era + 1].into(), parent: Some(parent.into()) }
}

fn commune(era: usize, n: usize) -> String {
    format!("c{n}@{era}")
}

/// Two provinces for ever; communes 0 to 2 stand in the first, 3 and 4 in the second, in every era.
fn history(reforms: &[Reform]) -> History {
    let mut history = History::default();
    for id in ["p0", "p1"] {
        let span = Span { from: BEGINNING.into(), to: FOREVER.into(), parent: None };
        history.places.push(Place { id: id.into(), level: 1, spans: vec![span] });
    }
    for era in 0..DAYS.len() - 1 {
        for n in 0..N_COMMUNES {
            let parent = if n < 3 { "p0" } else { "p1" };
            history.places.push(Place { id: commune(era, n), level: 3, spans: vec![span(era, parent)] });
        }
    }
    for (era, reform) in reforms.iter().enumerate() {
        for (n, fate) in reform.fates.iter().enumerate() {
            history.links.extend(fate.iter().map(|(target, peopled)| Link {
                source: commune(era, n),
                target: commune(era + 1, *target),
                on: DAYS[era + 1].into(),
                land_only: !peopled,
            }));
        }
    }
    history
}

/// The rows of a place in an era.
fn rows_of<'a>(rows: &'a [RollupRow], place: &str, era: usize) -> Vec<&'a RollupRow> {
    let rows = rows.iter().filter(|row| row.place == place);
    rows.filter(|row| row.from.as_str() <= DAYS[era] && DAYS[era] < row.to.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_place_is_under_the_nation_once_and_under_one_unit_of_a_level(reforms in reforms(0..4)) {
        let history = history(&reforms);
        let rows = rollup(&history);
        for place in &history.places {
            for era in 0..DAYS.len() - 1 {
                let rows = rows_of(&rows, &place.id, era);
                prop_assert_eq!(rows.iter().filter(|row| row.ancestor == NATION).count(), 1);
                prop_assert!(rows.is_sorted_by(|a, b| a.ancestor_level < b.ancestor_level));
                let lives = |row: &&RollupRow| row.ancestor_level < 3 || row.ancestor.ends_with(&format!("@{era}"));
                prop_assert!(rows.iter().all(lives));
            }
        }
    }

    #[test]
    fn whole_lines_always_lead_to_a_commune(reforms in reforms(1..2)) {
        let rows = rollup(&history(&reforms));
        for born in 0..DAYS.len() - 1 {
            for (n, era) in (0..N_COMMUNES).flat_map(|n| (born..DAYS.len() - 1).map(move |era| (n, era))) {
                let rows = rows_of(&rows, &commune(born, n), era);
                prop_assert_eq!(rows.last().unwrap().ancestor_level, 3);
            }
        }
    }

    #[test]
    fn a_place_that_lives_is_shown_as_itself(reforms in reforms(0..4)) {
        let rows = rollup(&history(&reforms));
        for (era, n) in (0..DAYS.len() - 1).flat_map(|era| (0..N_COMMUNES).map(move |n| (era, n))) {
            let id = commune(era, n);
            let rows = rows_of(&rows, &id, era);
            prop_assert_eq!(&rows.last().unwrap().ancestor, &id);
        }
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter(reforms in reforms(0..4)) {
        let forward = history(&reforms);
        let mut backward = forward.clone();
        backward.links.reverse();
        prop_assert_eq!(rollup(&forward), rollup(&backward));
    }
}

/// Line by line: the lowest unit under which commune 0 is shown an era later.
#[test]
fn what_one_reform_does_to_a_commune() {
    let cases: [(&str, Fate, &str); 6] = [
        ("no line leads on: its province has it", vec![], "p0"),
        ("whole to one", vec![(1, true)], "c1@1"),
        ("in part to two of one province", vec![(0, true), (1, true)], "p0"),
        ("in part to two of two provinces", vec![(0, true), (4, true)], NATION),
        ("the people to one, bare land to another", vec![(2, true), (4, false)], "c2@1"),
        ("bare land to one, and nothing else", vec![(1, false)], "c1@1"),
    ];
    for (case, fate, expected) in cases {
        let mut fates = vec![vec![]; N_COMMUNES];
        fates[0] = fate;
        let rows = rollup(&history(&[Reform { fates }]));
        assert_eq!(rows_of(&rows, "c0@0", 1).last().unwrap().ancestor, expected, "{case}");
    }
}

#[test]
fn a_new_commune_cut_out_of_one_old_one_is_certain_backward() {
    let fates = vec![vec![(0, true), (1, true)], vec![], vec![(2, true)], vec![(2, true)], vec![]];
    let rows = rollup(&history(&[Reform { fates }]));
    assert_eq!(rows_of(&rows, "c1@1", 0).last().unwrap().ancestor, "c0@0");
    assert_eq!(rows_of(&rows, "c2@1", 0).last().unwrap().ancestor, NATION);
    assert_eq!(rows_of(&rows, "c4@1", 0).last().unwrap().ancestor, "p1");
}

#[test]
fn a_residential_area_follows_its_commune_without_being_touched() {
    let mut fates = vec![vec![]; N_COMMUNES];
    fates[0] = vec![(1, true)];
    let mut history = history(&[Reform { fates }]);
    let span = Span { from: "2021-06-01".into(), to: FOREVER.into(), parent: Some(commune(0, 0)) };
    history.places.push(Place { id: "khu 3".into(), level: 4, spans: vec![span] });
    let rows = rollup(&history);
    let ancestors: Vec<_> = rows_of(&rows, "khu 3", 1).iter().map(|row| row.ancestor.as_str()).collect();
    assert_eq!(ancestors, [NATION, "p0", "c1@1", "khu 3"]);
}

#[test]
fn a_history_that_goes_round_ends_at_the_nation() {
    let mut history = history(&[]);
    history.places[0].spans[0].parent = Some("c0@1".into());
    let rows = rollup(&history);
    assert_eq!(rows_of(&rows, "p0", 1)[0].ancestor, NATION);
}
