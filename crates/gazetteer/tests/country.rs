//! What is known of the country holds in the table and in the roll-up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use gazetteer::{Gazetteer, Level, NATION, RollupRow, Unit, load, rollup};

const TODAY: &str = "2026-11-22";
const LAST_DAY_OF_DISTRICTS: &str = "2025-06-30";

/// The tests look at the country on these nine dates.
const DATES: [&str; 9] = [
    "2021-12-31",
    "2022-01-01",
    "2022-07-01",
    "2023-04-10",
    "2024-09-01",
    "2025-01-01",
    "2025-06-30",
    "2025-07-01",
    TODAY,
];

static COUNTRY: LazyLock<Gazetteer> = LazyLock::new(load);
static ROWS: LazyLock<Vec<RollupRow>> = LazyLock::new(|| rollup(&COUNTRY.history()));

fn count(level: Level, on: &str) -> usize {
    let units = COUNTRY.units.iter().filter(|unit| unit.level == level);
    units.filter(|unit| unit.is_alive(on)).count()
}

static BY_ID: LazyLock<HashMap<&str, &Unit>> = LazyLock::new(|| {
    let units = COUNTRY.units.iter();
    units.map(|unit| (unit.id.as_str(), unit)).collect()
});

fn unit(id: &str) -> &'static Unit {
    BY_ID[id]
}

static BY_PLACE: LazyLock<HashMap<&str, Vec<&RollupRow>>> = LazyLock::new(|| {
    let mut by_place: HashMap<&str, Vec<&RollupRow>> = HashMap::new();
    for row in ROWS.iter() {
        by_place.entry(&row.place).or_default().push(row);
    }
    by_place
});

/// The rows of one place on one date, from the top down.
fn rows_of(place: &str, on: &str) -> Vec<&'static RollupRow> {
    let rows = BY_PLACE[place].iter().copied();
    rows.filter(|row| row.from.as_str() <= on && on < row.to.as_str()).collect()
}

/// The rows of every place on one date.
fn tree(on: &str) -> HashMap<&'static str, Vec<&'static RollupRow>> {
    let places = BY_PLACE.keys();
    places.map(|place| (*place, rows_of(place, on))).collect()
}

/// The ancestors of one place on one date, from the top down.
fn chain(place: &str, on: &str) -> Vec<&'static str> {
    let rows = rows_of(place, on);
    rows.iter().map(|row| row.ancestor.as_str()).collect()
}

fn communes_of(old_province: &str, on: &str) -> Vec<&'static Unit> {
    let is_in = |unit: &&Unit| {
        let district = unit.version(on).and_then(|version| version.parent.as_deref());
        district.is_some_and(|id| {
            let parent = self::unit(id);
            id == old_province
                || parent.version(on).expect("the parent is alive that day").parent.as_deref() == Some(old_province)
        })
    };
    let communes = COUNTRY.units.iter().filter(|unit| unit.level == Level::Commune);
    communes.filter(is_in).collect()
}

#[test]
fn provinces_districts_and_communes_are_as_many_as_the_lists_say() {
    let found = DATES.map(|on| {
        let [provinces, districts, communes] =
            [Level::Province, Level::District, Level::Commune].map(|level| count(level, on));
        (provinces, districts, communes)
    });
    let expected = [
        (63, 705, 10_599),
        (63, 705, 10_599),
        (63, 705, 10_599),
        (63, 705, 10_598),
        (63, 704, 10_542),
        (63, 696, 10_045),
        (63, 696, 10_035),
        (34, 0, 3_321),
        (34, 0, 3_321),
    ];
    assert_eq!(found, expected);
}

#[test]
fn phu_tho_had_225_then_207_communes_and_has_148() {
    assert_eq!(communes_of("25@", "2024-12-31").len(), 225);
    assert_eq!(communes_of("25@", "2025-01-01").len(), 207);
    assert_eq!(communes_of("25@2025-07-01", "2025-07-01").len(), 148);
}

#[test]
fn hung_vuong_ward_and_phu_tho_ward_share_a_code_and_are_two_units() {
    let (old, new) = (unit("07942@"), unit("07942@2025-07-01"));
    assert_eq!(old.versions.last().unwrap().name, "Phường Hùng Vương");
    assert_eq!(new.versions.last().unwrap().name, "Phường Phú Thọ");
    assert_eq!((old.to.as_deref(), new.to.as_deref()), (Some("2025-07-01"), None));
}

#[test]
fn a_unit_that_is_renamed_or_absorbs_another_stays_the_same() {
    let dong_nai = unit("75@2025-07-01");
    let kinds: Vec<_> = dong_nai.versions.iter().map(|version| version.kind.as_str()).collect();
    assert_eq!(kinds, ["tinh", "thanh_pho_tw"]);
    let absorbed = COUNTRY.lines.iter().filter(|line| line.on == "2025-01-01");
    for target in absorbed.filter_map(|line| line.target.as_deref()) {
        assert!(target.ends_with('@') || target.ends_with("@2025-01-01"), "{target}");
    }
}

#[test]
fn a_code_given_again_after_a_gap_is_another_unit() {
    assert_eq!(unit("22018@").to.as_deref(), Some("2024-11-01"));
    assert_eq!(unit("22018@2025-01-01").versions[0].name, "Phường 2");
}

#[test]
fn ids_are_unique_and_every_parent_lives_as_long_as_the_version_below_it() {
    assert_eq!(BY_ID.len(), COUNTRY.units.len());
    for unit in &COUNTRY.units {
        for version in &unit.versions {
            let Some(parent) = &version.parent else {
                assert_eq!(unit.level, Level::Province, "{}", unit.id);
                continue;
            };
            let parent = self::unit(parent);
            assert!(parent.level < unit.level);
            assert!(parent.from <= version.from, "{} before {}", unit.id, parent.id);
            let outlives = parent.to.is_none() || version.to.as_ref().is_some_and(|to| Some(to) <= parent.to.as_ref());
            assert!(outlives, "{} after {}", unit.id, parent.id);
        }
    }
}

#[test]
fn lines_say_what_became_of_every_unit_of_before_the_reform() {
    let lines = |kind: fn(&gazetteer::Line) -> bool| COUNTRY.lines.iter().filter(|line| kind(line)).count();
    assert_eq!(lines(|line| line.part), 970);
    assert_eq!(lines(|line| line.target.is_none()), 692);
    assert_eq!(lines(|line| matches!(line.confidence.as_str(), "secondary" | "inferred")), 567);
    let sources: HashSet<_> = COUNTRY.lines.iter().map(|line| line.source.as_str()).collect();
    let ending = COUNTRY.units.iter().filter(|unit| unit.to.as_deref() == Some("2025-07-01"));
    for unit in ending {
        assert!(sources.contains(unit.id.as_str()), "{}", unit.id);
    }
}

#[test]
fn every_unit_has_one_chain_up_to_the_nation_on_every_date() {
    for on in DATES {
        let tree = tree(on);
        assert_eq!(tree.len(), COUNTRY.units.len() + 1, "{on}");
        for (place, rows) in tree {
            assert_eq!(rows[0].ancestor, NATION, "{place} on {on}");
            assert!(rows.is_sorted_by(|a, b| a.ancestor_level < b.ancestor_level), "{place} on {on}");
            for row in &rows[1..] {
                assert!(unit(&row.ancestor).is_alive(on), "{place} under {} on {on}", row.ancestor);
            }
        }
    }
}

#[test]
fn a_place_on_its_own_day_is_shown_as_itself() {
    for unit in &COUNTRY.units {
        let on = unit.from.as_deref().unwrap_or("2021-12-31");
        let chain = chain(&unit.id, on);
        assert_eq!(chain.last(), Some(&unit.id.as_str()), "{}", unit.id);
    }
}

/// One fact in every commune and district ever: each province-total of B adds up to the same.
#[test]
fn the_provinces_add_up_to_the_same_on_every_date() {
    let n_below_province = COUNTRY.units.iter().filter(|unit| unit.level != Level::Province).count();
    for on in DATES {
        let tree = tree(on);
        let mut by_province: BTreeMap<&str, usize> = BTreeMap::new();
        for unit in COUNTRY.units.iter().filter(|unit| unit.level != Level::Province) {
            let province = tree[unit.id.as_str()].iter().find(|row| row.ancestor_level == 1);
            *by_province.entry(province.unwrap().ancestor.as_str()).or_default() += 1;
        }
        assert_eq!(by_province.len(), count(Level::Province, on), "{on}");
        assert_eq!(by_province.values().sum::<usize>(), n_below_province, "{on}");
    }
}

#[test]
fn the_communes_of_old_phu_tho_are_under_the_new_province_today_and_the_old_one_before() {
    let (before, today) = (tree(LAST_DAY_OF_DISTRICTS), tree(TODAY));
    for commune in communes_of("25@", "2022-01-01") {
        let under = |rows: &[&RollupRow]| rows.iter().find(|row| row.ancestor_level == 1).unwrap().ancestor.clone();
        assert_eq!(under(&before[commune.id.as_str()]), "25@");
        assert_eq!(under(&today[commune.id.as_str()]), "25@2025-07-01");
    }
}

#[test]
fn only_three_communes_of_old_phu_tho_hoa_binh_and_vinh_phuc_were_split() {
    let today = tree(TODAY);
    let communes = ["25@", "26@", "17@"].map(|province| communes_of(province, LAST_DAY_OF_DISTRICTS));
    let split: Vec<_> = communes
        .iter()
        .flatten()
        .filter(|commune| today[commune.id.as_str()].iter().all(|row| row.ancestor_level != 3))
        .map(|commune| commune.id.as_str())
        .collect();
    assert_eq!(split, ["04891@", "04957@", "05221@"]);
    for commune in split {
        assert_eq!(chain(commune, TODAY), [NATION, "25@2025-07-01"]);
    }
}

#[test]
fn a_commune_of_today_is_shown_in_the_past_no_lower_than_its_sources_agree() {
    // Phường Phú Thọ took Hùng Vương and others of thị xã Phú Thọ, district 228.
    assert_eq!(chain("07942@2025-07-01", LAST_DAY_OF_DISTRICTS), [NATION, "25@", "228@"]);
    assert_eq!(chain("25@2025-07-01", LAST_DAY_OF_DISTRICTS), [NATION]);
}

#[test]
fn an_island_district_became_a_commune() {
    assert_eq!(chain("498@", TODAY), [NATION, "48@2025-07-01", "20333@2025-07-01"]);
    assert_eq!(chain("20333@2025-07-01", LAST_DAY_OF_DISTRICTS), [NATION, "48@", "498@"]);
}

#[test]
fn a_district_that_ended_is_carried_to_its_province() {
    assert_eq!(chain("228@", TODAY), [NATION, "25@2025-07-01"]);
}

#[test]
fn a_unit_without_a_known_successor_is_carried_to_its_parent() {
    let district = unit("28825@").versions.last().unwrap().parent.clone().unwrap();
    assert_eq!(chain("28825@", "2025-01-01"), [NATION, "83@", district.as_str()]);
    assert_eq!(chain("28825@", TODAY), [NATION, "86@2025-07-01"]);
}

#[test]
fn land_without_people_makes_nothing_uncertain() {
    let mut by_source: HashMap<&str, Vec<&gazetteer::Line>> = HashMap::new();
    for line in COUNTRY.lines.iter().filter(|line| line.part) {
        by_source.entry(&line.source).or_default().push(line);
    }
    let today = tree(TODAY);
    let settled = by_source.iter().filter(|(_, lines)| {
        let peopled = lines.iter().filter(|line| line.people != "none");
        lines.len() > 1 && peopled.count() == 1
    });
    let settled: Vec<_> = settled.map(|(source, _)| today[source].last().unwrap().ancestor_level).collect();
    assert_eq!((settled.len(), settled.iter().all(|level| *level == 3)), (59, true));
}

#[test]
fn the_country_before_the_reform_knows_nothing_of_it() {
    let before = COUNTRY.before("2025-07-01");
    let standing = |level| before.units.iter().filter(|unit| unit.level == level && unit.to.is_none()).count();
    assert_eq!([Level::Province, Level::District, Level::Commune].map(standing), [63, 696, 10_035]);
    assert!(before.lines.iter().all(|line| line.on.as_str() < "2025-07-01"));
    let versions = before.units.iter().flat_map(|unit| &unit.versions);
    assert!(versions.filter_map(|version| version.to.as_deref()).all(|to| to < "2025-07-01"));
}

#[test]
fn rows_of_one_place_and_ancestor_neither_touch_nor_overlap() {
    for pair in ROWS.windows(2) {
        if (&pair[0].place, &pair[0].ancestor) == (&pair[1].place, &pair[1].ancestor) {
            assert!(pair[0].to < pair[1].from, "{pair:?}");
        }
    }
}
