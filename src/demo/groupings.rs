//! Groupings of the sample: the former districts, and emulation clusters made of them.

use crate::demo::chance::Chance;
use crate::demo::ground::Ground;
use crate::error::Result;
use crate::groupings::grouping::{Group, Grouping, Member};
use crate::groupings::{on_map, store};
use crate::places::place::{Level, OPEN};
use crate::work::Work;

/// So many former districts make a cluster.
const DISTRICTS: usize = 4;

fn grouping(chance: &mut Chance, ground: &Ground, name: &str, kind: &str, (from_on, basis): (&str, &str)) -> Grouping {
    Grouping {
        province: ground.province.clone(),
        id: chance.id(),
        slug: fold::key(name).replace(' ', "-"),
        name: name.into(),
        kind: kind.into(),
        basis: basis.into(),
        from_on: from_on.into(),
        to_on: OPEN.into(),
        version: 1,
    }
}

/// Writes both.
pub(super) fn write(work: &mut Work, chance: &mut Chance, ground: &Ground) -> Result<()> {
    let former = grouping(chance, ground, "Huyện, thị xã, thành phố cũ", "former_units", ("2022-01-01", ""));
    store::insert(work, &former)?;
    let districts = store::units(work, &former, "2025-06-30")?;
    for district in districts.into_iter().filter(|unit| unit.level == Level::District) {
        let group = Group { id: chance.id(), name: district.name };
        store::insert_group(work, &former, &group)?;
        put(work, &former, &district.id, &group.id)?;
    }
    // A commune whose parts came from several districts is in the cluster of the first of them.
    let found = on_map::find(work, &former, "2026-10-01")?;
    let basis = "Quyết định số 12/QĐ-BCĐ ngày 05/01/2026 của Ban Chỉ đạo tỉnh (dữ liệu minh họa)";
    let clusters = grouping(chance, ground, "Cụm thi đua 2026", "emulation_block", ("2026-01-01", basis));
    store::insert(work, &clusters)?;
    let mut ids = Vec::new();
    for n in 0..found.groups.len().div_ceil(DISTRICTS) {
        let group = Group { id: chance.id(), name: format!("Cụm {}", n + 1) };
        store::insert_group(work, &clusters, &group)?;
        ids.push(group.id);
    }
    for placed in &found.placed {
        put(work, &clusters, &placed.place_id, &ids[placed.group / DISTRICTS])?;
    }
    for open in &found.open {
        if let Some(first) = open.claims.first() {
            put(work, &clusters, &open.place_id, &ids[first / DISTRICTS])?;
        }
    }
    Ok(())
}

fn put(work: &mut Work, grouping: &Grouping, place_id: &str, group_id: &str) -> Result<()> {
    let member = Member {
        place_id: place_id.into(),
        group_id: group_id.into(),
        from_on: grouping.from_on.clone(),
        to_on: OPEN.into(),
    };
    store::insert_member(work, grouping, &member)
}
