//! The maps show every unit, whole and small enough to send.

use std::collections::HashSet;

use gazetteer::{Level, Map, attribution, dissolved, load, nation_map, old_provinces_map, province_map};

/// The corners of a path, ring by ring, read back from its text.
fn rings(d: &str) -> Vec<Vec<(i32, i32)>> {
    d.split('M')
        .skip(1)
        .map(|ring| {
            let spaced = ring.replace(['l', 'z'], " ").replace('-', " -");
            let numbers: Vec<i32> =
                spaced.split_whitespace().map(|n| n.parse().expect("a path holds whole numbers")).collect();
            let steps = numbers.chunks_exact(2).scan((0, 0), |at, step| {
                *at = (at.0 + step[0], at.1 + step[1]);
                Some(*at)
            });
            steps.collect()
        })
        .collect()
}

fn is_inside(map: &Map) -> bool {
    let corners = map.shapes.iter().flat_map(|shape| rings(&shape.d)).flatten();
    corners.into_iter().all(|(x, y)| (0..=map.width as i32).contains(&x) && (0..=map.height as i32).contains(&y))
}

#[test]
fn every_commune_of_today_is_on_the_map_of_its_province() {
    let country = load();
    let mut n_shapes = 0;
    for province in country.units.iter().filter(|unit| unit.level == Level::Province && unit.to.is_none()) {
        let communes = country
            .units
            .iter()
            .filter(|unit| unit.to.is_none() && unit.versions[0].parent.as_ref() == Some(&province.id));
        let expected: HashSet<&str> = communes.map(|unit| unit.code.as_str()).collect();
        let map = province_map(&province.code).unwrap();
        let drawn: HashSet<&str> = map.shapes.iter().map(|shape| shape.id.as_str()).collect();
        assert_eq!(drawn, expected, "{}", province.id);
        assert!(is_inside(&map), "{}", province.id);
        assert!(map.shapes.iter().all(|shape| !shape.d.is_empty() && !shape.name.is_empty()));
        n_shapes += map.shapes.len();
    }
    assert_eq!(n_shapes, 3_321);
}

#[test]
fn phu_tho_weighs_less_than_60_kilobytes() {
    let map = province_map("25").unwrap();
    let n_bytes = map.outline.len() + map.shapes.iter().map(|shape| shape.d.len()).sum::<usize>();
    assert!((20_000..60_000).contains(&n_bytes), "{n_bytes}");
    let ward = map.shapes.iter().find(|shape| shape.id == "07942").unwrap();
    assert_eq!(ward.name, "Phường Phú Thọ");
}

#[test]
fn neighbours_draw_the_same_border() {
    let map = province_map("25").unwrap();
    let mut edges = std::collections::HashMap::new();
    for ring in map.shapes.iter().flat_map(|shape| rings(&shape.d)) {
        let next = ring.iter().cycle().skip(1);
        for (a, b) in ring.iter().zip(next) {
            *edges.entry((*a.min(b), *a.max(b))).or_insert(0) += 1;
        }
    }
    let outer: HashSet<_> = rings(&map.outline)
        .iter()
        .flat_map(|line| line.windows(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1]))).collect::<Vec<_>>())
        .collect();
    let alone = edges.iter().filter(|(edge, n)| **n == 1 && !outer.contains(edge));
    assert_eq!(alone.count(), 0);
}

#[test]
fn the_country_has_34_provinces_and_had_63() {
    let (new, old) = (nation_map(), old_provinces_map());
    assert_eq!((new.shapes.len(), old.shapes.len()), (34, 63));
    assert!(is_inside(&new) && is_inside(&old));
    let name = |map: &Map, id: &str| map.shapes.iter().find(|shape| shape.id == id).unwrap().name.clone();
    assert_eq!(name(&new, "75"), "Thành phố Đồng Nai");
    assert_eq!(name(&old, "26"), "Tỉnh Vĩnh Phúc");
}

#[test]
fn hoang_sa_and_truong_sa_are_on_every_map_of_the_country() {
    for map in [nation_map(), old_provinces_map()] {
        let n_islands = |id: &str| {
            let shape = map.shapes.iter().find(|shape| shape.id == id).unwrap();
            rings(&shape.d).iter().filter(|ring| ring[0].0 > 480).count()
        };
        assert_eq!((n_islands("48"), n_islands("56")), (46, 140));
    }
}

#[test]
fn a_province_that_is_no_more_has_no_map() {
    assert_eq!(province_map("26"), None);
}

#[test]
fn both_publishers_are_named() {
    assert!(attribution().contains("NSO") && attribution().contains("Bản đồ Việt Nam"));
}

/// Twice the area within a path, holes taken out.
fn twice_area(d: &str) -> i64 {
    let corner = |(x, y): (i32, i32)| (i64::from(x), i64::from(y));
    let ring = |ring: &Vec<(i32, i32)>| {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| corner(*a).0 * corner(*b).1 - corner(*b).0 * corner(*a).1).sum::<i64>()
    };
    rings(d).iter().map(ring).sum()
}

#[test]
fn what_is_drawn_together_covers_what_its_communes_cover() {
    let group = |code: &str| match code.bytes().map(u32::from).sum::<u32>() % 4 {
        0 => None,
        n => Some((format!("nhom-{n}"), format!("Nhóm {n}"))),
    };
    for province in ["25", "01", "56"] {
        let (apart, together) = (province_map(province).unwrap(), dissolved(province, group).unwrap());
        assert_eq!((apart.width, apart.height, &apart.outline), (together.width, together.height, &together.outline));
        let mut expected = std::collections::BTreeMap::new();
        for shape in &apart.shapes {
            let id = group(&shape.id).map_or_else(|| shape.id.clone(), |(id, _)| id);
            *expected.entry(id).or_insert(0) += twice_area(&shape.d);
        }
        assert_eq!(together.shapes.len(), expected.len(), "{province}");
        for shape in &together.shapes {
            assert_eq!(twice_area(&shape.d), expected[&shape.id], "{province} {}", shape.id);
        }
        let size = |map: &Map| map.shapes.iter().map(|shape| shape.d.len()).sum::<usize>();
        assert!(size(&together) < size(&apart), "inner borders are gone");
    }
}

#[test]
fn the_three_former_provinces_fill_phu_tho() {
    // Hòa Bình had 17, Phú Thọ 25, Vĩnh Phúc 26; a commune of today lies in one of them.
    let country = load();
    let lives = |code: &str| country.units.iter().find(|unit| unit.code == code && unit.to.is_none());
    let former = |code: &str| {
        let own = lives(code)?;
        let source = country.lines.iter().find(|line| line.target.as_ref() == Some(&own.id))?;
        let mut at = country.units.iter().find(|unit| unit.id == source.source)?;
        while at.level != Level::Province {
            let parent = at.versions.last()?.parent.clone()?;
            at = country.units.iter().find(|unit| unit.id == parent)?;
        }
        Some((at.code.clone(), at.versions.last()?.name.clone()))
    };
    let map = dissolved("25", former).unwrap();
    let mut drawn: Vec<(&str, &str)> =
        map.shapes.iter().map(|shape| (shape.id.as_str(), shape.name.as_str())).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, [("17", "Tỉnh Hòa Bình"), ("25", "Tỉnh Phú Thọ"), ("26", "Tỉnh Vĩnh Phúc")]);
}
