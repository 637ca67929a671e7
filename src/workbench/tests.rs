//! The real reform of Phú Thọ entered through the workbench on the map before it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use gazetteer::{Gazetteer, Unit};
use store::Db;

use crate::app::MIGRATIONS;
use crate::error::{Error, Result};
use crate::permissions::Role;
use crate::places::country;
use crate::places::place::NATION;
use crate::places::reorganisation::{Decision, State};
use crate::work::{Actor, Grant, Moment, Work};
use crate::workbench::actions::{self, Told};
use crate::workbench::annex::Annex;

const EVE: &str = "2025-06-30";
const DAY: &str = "2025-07-01";
const PHU_THO: &str = "25@2025-07-01";

struct Country {
    db: Db,
    path: PathBuf,
}

impl Drop for Country {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

fn person(id: &str) -> Actor {
    let grants = vec![Grant { role: Role::Administrator, place_id: NATION.into() }];
    Actor { account_id: id.into(), origin: "page".into(), grants }
}

impl Country {
    fn of(gazetteer: &Gazetteer) -> Country {
        let path = std::env::temp_dir().join(format!("diemsang-{}.sqlite", crate::ids::new()));
        let db = Db::open_file(&path).unwrap();
        db.migrate(MIGRATIONS).unwrap();
        let country = Country { db, path };
        country.work("chuyên viên", "2025-06-20", |work| country::put(work, gazetteer)).unwrap();
        country
    }

    fn work<T>(&self, who: &str, on: &str, story: impl FnOnce(&mut Work) -> Result<T>) -> Result<T> {
        let moment = Moment { today: on.parse().unwrap(), now: format!("{on}T01:00:00.000000Z") };
        self.db.write(|tx| story(&mut Work::new(tx, person(who), moment)))
    }

    /// Everything about the places that lie in Phú Thọ, before and after.
    fn told(&self) -> BTreeSet<String> {
        let of = "in (select place_id from rollup where ancestor_id in ('25@', '26@', '17@', '25@2025-07-01'))";
        let mut told = BTreeSet::new();
        for sql in [
            format!(
                "select id, code, level, kind, name, short_name, sort_key, parent_id, from_on, to_on, pin_id from place where id {of}"
            ),
            format!("select place_id, from_on, to_on, name, kind, parent_id from place_version where place_id {of}"),
            format!("select source_id, target_id, on_date, part, people from place_line where source_id {of}"),
            format!("select place_id, ancestor_id, from_on, to_on, level from rollup where place_id {of}"),
            "select place_id, province from place_owner where place_id = '25@2025-07-01'".to_owned(),
        ] {
            let rows = self.db.read(|tx| -> Result<_> { Ok(tx.query(&sql, &[])?) }).unwrap();
            told.extend(rows.iter().map(|row| format!("{:?}", row.values())));
        }
        told
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// The annex in the words of the resolution: 148 units, and what happens above them. A name that two communes of
/// one kind bear is told with its district, but for Cao Sơn.
fn annex(country: &Gazetteer) -> String {
    let units: BTreeMap<&str, &Unit> = country.units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
    let named = |id: &str| lower(&units[id].version(EVE).unwrap().name);
    let old: Vec<&str> = country
        .lines
        .iter()
        .filter(|line| line.on == DAY && parent_of(&units, line.target.as_deref()) == Some(PHU_THO))
        .map(|line| line.source.as_str())
        .collect();
    let old: BTreeSet<&str> = old.into_iter().collect();
    let mut text = String::from("Sáp nhập tỉnh Phú Thọ, tỉnh Vĩnh Phúc và tỉnh Hòa Bình thành tỉnh Phú Thọ mã 25\n");
    for province in ["Hòa Bình", "Vĩnh Phúc", "Phú Thọ"] {
        text.push_str(&format!("Kết thúc cấp huyện của tỉnh {province}\n"));
    }
    let mut n = 0;
    for unit in country.units.iter().filter(|unit| parent_of(&units, Some(&unit.id)) == Some(PHU_THO)) {
        n += 1;
        let lines: Vec<_> = country.lines.iter().filter(|line| line.target.as_deref() == Some(&unit.id)).collect();
        let source = |id: &str| {
            let twice = old.iter().filter(|other| named(other) == named(id)).count() > 1;
            let district = units[id].version(EVE).unwrap().parent.as_deref().unwrap();
            if twice && named(id) != "xã Cao Sơn" {
                format!("{} ({})", named(id), named(district))
            } else {
                named(id)
            }
        };
        let list = |part: bool| {
            lines
                .iter()
                .filter(|line| line.part == part)
                .map(|line| source(&line.source))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (whole, part) = (list(false), list(true));
        let mut told = Vec::new();
        if !whole.is_empty() {
            told.push(format!("toàn bộ diện tích tự nhiên, quy mô dân số của {whole}"));
        }
        if !part.is_empty() {
            told.push(format!("một phần diện tích tự nhiên, quy mô dân số của {part}"));
        }
        let name = lower(&unit.versions[0].name);
        let kind = if name.starts_with("phường") { "phường" } else { "xã" };
        text.push_str(&format!(
            "{n}. Sắp xếp {} thành {kind} mới có tên gọi là {name} (mã {})\n",
            told.join(" và "),
            unit.code
        ));
    }
    assert_eq!(n, 148);
    text
}

fn parent_of<'a>(units: &BTreeMap<&str, &'a Unit>, id: Option<&str>) -> Option<&'a str> {
    units.get(id?)?.versions.first()?.parent.as_deref()
}

fn decision() -> Decision {
    let text = |text: &str| text.to_owned();
    Decision {
        number: text("1676/NQ-UBTVQH15"),
        issued_on: text("2025-06-16"),
        issuer: text("Ủy ban Thường vụ Quốc hội"),
    }
}

#[test]
fn the_reform_of_phu_tho_gives_the_tree_that_is_shipped() {
    let whole = gazetteer::load();
    let office = Country::of(&whole.before(DAY));
    let told = Told {
        title: "Sắp xếp đơn vị hành chính tỉnh Phú Thọ".into(),
        on: DAY.into(),
        decision: decision(),
        annex: Annex::of_lines(NATION, annex(&whole).lines().map(str::to_owned).collect()),
    };
    let draft = office.work("chuyên viên", "2025-06-20", |work| actions::draft(work, &told)).unwrap();
    let mut annex = actions::annex_of(&draft).unwrap();
    let open = office
        .work("chuyên viên", "2025-06-20", |work| {
            let resolved = annex.resolve(work, DAY)?;
            Ok(resolved.verdicts.iter().flat_map(|verdict| verdict.open.clone()).collect::<Vec<_>>())
        })
        .unwrap();
    // Only Cao Sơn is asked about: the name is borne in Lương Sơn and in Đà Bắc.
    assert!(open.iter().all(|open| open.called == "xã Cao Sơn" && open.is_ambiguous), "{open:#?}");
    let refused = office.work("phó phòng", "2025-06-21", |work| actions::sign(work, &draft.id, 1));
    assert!(matches!(refused, Err(Error::Refused("reorganisation-open-lines"))), "{refused:?}");
    pick_cao_son(&mut annex, &open, &whole);
    let told = Told { annex, ..told };
    let edited = office.work("chuyên viên", "2025-06-22", |work| actions::edit(work, &draft.id, 1, &told)).unwrap();
    assert_eq!(edited.told.used_up, BTreeSet::from(["04891@", "04957@", "05221@"].map(str::to_owned)));
    let own = office.work("chuyên viên", "2025-06-22", |work| actions::sign(work, &draft.id, 2));
    assert!(matches!(own, Err(Error::Refused("reorganisation-second-person"))));
    let signed = office.work("phó phòng", "2025-06-22", |work| actions::sign(work, &draft.id, 2)).unwrap();
    assert_eq!(signed.state, State::Signed);
    office.work("clock", "2025-07-01", actions::daybreak).unwrap();
    let shipped = Country::of(&whole);
    let (entered, shipped) = (office.told(), shipped.told());
    let missing: Vec<&String> = shipped.difference(&entered).take(8).collect();
    let foreign: Vec<&String> = entered.difference(&shipped).take(8).collect();
    assert!(missing.is_empty() && foreign.is_empty(), "missing {missing:#?}\nforeign {foreign:#?}");
    assert!(entered.len() > 5_000);
}

fn pick_cao_son(annex: &mut Annex, open: &[crate::workbench::annex::Open], whole: &Gazetteer) {
    let line_of = |target: &str| {
        let name = lower(&whole.units.iter().find(|unit| unit.id == target).unwrap().versions[0].name);
        move |line: &&mut crate::workbench::annex::Line| line.text.contains(&format!("là {name} (mã"))
    };
    for line in whole.lines.iter().filter(|line| line.on == DAY && (line.source == "04957@" || line.source == "04876@"))
    {
        let target = line.target.as_deref().unwrap();
        let Some(told) = annex.lines.iter_mut().find(line_of(target)) else { continue };
        assert!(open[0].offered.iter().any(|(id, _)| *id == line.source), "{} is offered", line.source);
        told.picks.insert("xã Cao Sơn".into(), line.source.clone());
    }
}
