//! How many rows, and how long it takes: `cargo run --release -p gazetteer --example measure`.
#![expect(clippy::print_stdout, reason = "a measurement is for the terminal")]

use std::time::Instant;

fn main() {
    let start = Instant::now();
    let country = gazetteer::load();
    let loaded = start.elapsed();
    let rows = gazetteer::rollup(&country.history());
    let rolled = start.elapsed() - loaded;
    println!("load {loaded:?}: {} units, {} lines", country.units.len(), country.lines.len());
    println!("roll-up {rolled:?}: {} rows", rows.len());
    for level in 0..4 {
        let n_rows = rows.iter().filter(|row| row.ancestor_level == level).count();
        println!("  level {level}: {n_rows}");
    }
    let today = |row: &&gazetteer::RollupRow| row.to == gazetteer::FOREVER && row.ancestor_level == 3;
    println!("  commune rows today: {}", rows.iter().filter(today).count());
    let versions = country.units.iter().map(|unit| unit.versions.len());
    println!("versions {}", versions.sum::<usize>());
    for (name, map) in [
        ("Phú Thọ, with the names read", gazetteer::province_map("25")),
        ("Phú Thọ", gazetteer::province_map("25")),
        ("34 provinces", Some(gazetteer::nation_map())),
        ("63 provinces", Some(gazetteer::old_provinces_map())),
    ] {
        let Some(map) = map else { continue };
        let n_bytes: usize = map.shapes.iter().map(|shape| shape.d.len()).sum();
        println!("{name}: {}x{}, paths {n_bytes} B, outline {} B", map.width, map.height, map.outline.len());
    }
    let start = Instant::now();
    let map = gazetteer::province_map("25");
    println!("one map of Phú Thọ {:?} {}", start.elapsed(), map.map_or(0, |map| map.shapes.len()));
}
