//! Stories of groupings: places in groups that cut across the tree.

use super::world::World;
use crate::error::Result;
use crate::figures::ask::{Asked, Figures, Group, Part};
use crate::figures::catalogue::{Aggregate, By, by_code};
use crate::groupings::actions::chosen;
use crate::places::place::Level;
use crate::places::store as places;
use crate::work::Work;

const CODES: [&str; 5] = ["C2", "C3", "C5", "F1", "C12"];

fn asked(work: &mut Work, at: &str, boundaries: &str) -> Result<Asked> {
    let place = places::by_code(work, "25")?;
    Ok(Asked { at: at.into(), from: "2022-01-01".into(), boundaries: boundaries.into(), ..Asked::now(work, &place) })
}

fn groups(world: &World, code: &str, (at, boundaries): (&str, &str), by: &By) -> Vec<Group> {
    world
        .app
        .read(|work| {
            let asked = asked(work, at, boundaries)?;
            Figures::open(&world.app.kept, work)?.groups(work, by_code(code).unwrap(), &asked, by)
        })
        .unwrap()
}

/// The number of one group and what its rows make.
fn of_group(world: &World, code: &str, (at, boundaries): (&str, &str), key: &str) -> (i64, i64) {
    world
        .app
        .read(|work| {
            let place = places::by_code(work, "25")?;
            let asked = Asked { group: chosen(work, &place, key)?, ..asked(work, at, boundaries)? };
            let (figure, mut figures) = (by_code(code).unwrap(), Figures::open(&world.app.kept, work)?);
            let rows = figures.rows(work, figure, &asked, Part::ALL)?;
            let by_rows = match figure.aggregate {
                Aggregate::Sum => rows.iter().map(|row| row.value).sum(),
                Aggregate::Count | Aggregate::Schemes => rows.len() as i64,
            };
            Ok((figures.total(work, figure, &asked)?, by_rows))
        })
        .unwrap()
}

fn total(world: &World, code: &str, (at, boundaries): (&str, &str)) -> i64 {
    let ask = |work: &mut Work| {
        let asked = asked(work, at, boundaries)?;
        Figures::open(&world.app.kept, work)?.total(work, by_code(code).unwrap(), &asked)
    };
    world.app.read(ask).unwrap()
}

fn version(world: &World, id: &str) -> String {
    world.cell(&format!("select cast(version as text) from place_grouping where id = '{id}'"))
}

/// Makes the former districts a grouping, as the provincial officer.
fn districts(world: &World, name: &str) -> String {
    let fields = [
        ("place", "25"),
        ("name", name),
        ("kind", "former_units"),
        ("from_on", "01/01/2022"),
        ("start", "district"),
        ("map_on", "30/06/2025"),
    ];
    let made = world.post("pv05", "/groupings/new", &fields);
    assert_eq!(made.status, 303, "{}", made.body);
    made.location.rsplit('/').next().unwrap().to_owned()
}

pub(super) fn every_figure_is_told_by_group_and_opens_its_rows(world: &World) {
    let id = districts(world, "Huyện cũ trong truyện");
    let by = By::Grouping("huyen-cu-trong-truyen".into());
    for day in [("2025-11-24", "2026-11-01"), ("2025-11-24", "2025-06-30"), ("2023-06-30", "2023-06-30")] {
        for code in CODES {
            let lines = groups(world, code, day, &by);
            let sum: i64 = lines.iter().map(|line| line.value).sum();
            assert_eq!(sum, total(world, code, day), "{code} {day:?}");
            assert!(lines.len() > 10, "{code} {day:?}: {}", lines.len());
            for line in lines.iter().take(6).chain(lines.iter().filter(|line| line.key.ends_with('.'))) {
                assert_eq!(of_group(world, code, day, &line.key), (line.value, line.value), "{code} {day:?} {line:?}");
            }
        }
    }
    // On the map of the districts the groups are the districts.
    let day = ("2025-11-24", "2025-06-30");
    let plain = |groups: Vec<Group>| -> Vec<(String, i64)> {
        let mut plain: Vec<_> = groups.into_iter().map(|group| (group.label, group.value)).collect();
        plain.sort();
        plain
    };
    for code in CODES {
        let by_level = groups(world, code, day, &By::Level(Level::District));
        assert_eq!(plain(groups(world, code, day, &by)), plain(by_level), "{code}");
    }
    // A commune of today whose parts lay in one district is in its group by itself.
    let page = world.get("pv05", &format!("/groupings/{id}?boundaries=2026-11-01"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Xã Nhân Nghĩa"), "its commune");
    assert!(page.body.contains("<abbr"), "that it follows is told");
}

pub(super) fn a_unit_goes_to_another_group_from_a_day_on(world: &World) {
    let id = districts(world, "Huyện cũ, xếp lại");
    let by = By::Grouping("huyen-cu-xep-lai".into());
    let commune = world.cell("select id from place where short_name = 'Nhân Nghĩa' and to_on = '9999-12-31'");
    let target = format!("select id from place_group where grouping_id = '{id}' order by sort_key limit 1");
    let target = world.cell(&target);
    let field = format!("m-{commune}");
    let version_at_first = version(world, &id);
    let fields = [("version", version_at_first.as_str()), ("from_on", "01/09/2026"), (&field, target.as_str())];
    let address = format!("/groupings/{id}/members");
    let of_target = |boundaries: &str| -> i64 {
        let lines = groups(world, "C2", ("2026-10-01", boundaries), &by);
        lines.iter().filter(|line| line.key.ends_with(&target)).map(|line| line.value).sum()
    };
    let (before, own) = (of_target("2026-10-01"), {
        let sql = "select cast(count(*) as text) from point p join point_span s on s.point_id = p.id and s.active = 1 \
                   and s.from_on <= '2026-10-01' and s.to_on > '2026-10-01' join place l on l.id = s.place_id \
                   join rollup r on r.place_id = l.pin_id and r.from_on <= '2026-10-01' and r.to_on > '2026-10-01' \
                   where r.ancestor_id = '";
        world.cell(&format!("{sql}{commune}'")).parse::<i64>().unwrap()
    });
    assert!(own > 0, "the commune has points");
    assert_eq!(world.post("nhannghia", &address, &fields).status, 403, "a commune does not set the province's groups");
    assert_eq!(world.post("pv05", &address, &fields).status, 303);
    assert_eq!(of_target("2026-10-01"), before + own);
    assert_eq!(of_target("2026-08-31"), before, "before that day nothing moved");
    let stale = world.post("pv05", &address, &[fields[0], ("from_on", "01/09/2026"), (&field, "")]);
    assert_eq!(stale.status, 409, "who saves second is told");
    let now = version(world, &id);
    let nobody = [("version", now.as_str()), ("from_on", "01/09/2026"), ("m-01@2025-07-01", target.as_str())];
    let refused = world.post("pv05", &address, &nobody);
    assert_eq!(refused.status, 422, "a unit of another province");
    let out = [("version", now.as_str()), ("from_on", "01/09/2026"), (field.as_str(), "")];
    assert_eq!(world.post("pv05", &address, &out).status, 303);
    assert_eq!(of_target("2026-10-01"), before, "it follows its former district again");
    // The commune's own officer sees the group's part within reach and nothing else.
    let page = world.get("nhannghia", "/figures/C2?place=25&by=grouping:huyen-cu-xep-lai&boundaries=2026-11-01");
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("&#38;group=").count() + page.body.matches("&amp;group=").count(), 1, "{}", page.body);
}

pub(super) fn a_grouping_refuses_what_makes_no_sense(world: &World) {
    let none = world.post("pv05", "/groupings/new", &[("place", "25"), ("start", "empty")]);
    assert_eq!(none.status, 422);
    for missing in ["Nhập tên cách nhóm", "Chọn loại cách nhóm", "Nhập ngày bắt đầu áp dụng"] {
        assert!(none.body.contains(missing), "{missing}");
    }
    let fields = [
        ("place", "25"),
        ("name", "Cụm công an trong truyện"),
        ("kind", "police_cluster"),
        ("from_on", "01/07/2025"),
        ("start", "empty"),
    ];
    let made = world.post("pv05", "/groupings/new", &fields);
    assert_eq!(made.status, 303, "{}", made.body);
    assert_eq!(world.post("pv05", "/groupings/new", &fields).status, 422, "the name is taken");
    let id = made.location.trim_end_matches("/edit").rsplit('/').next().unwrap().to_owned();
    let edit = |added: &str, last_on: &str| {
        let now = version(world, &id);
        let fields = [
            ("version", now.as_str()),
            ("name", "Cụm công an trong truyện"),
            ("kind", "police_cluster"),
            ("from_on", "01/07/2025"),
            ("last_on", last_on),
            ("added", added),
        ];
        world.post("pv05", &format!("/groupings/{id}/edit"), &fields)
    };
    assert_eq!(edit("Cụm Bắc\ncum bac", "").status, 422, "two of one name");
    assert_eq!(edit("Cụm Bắc\nCụm Nam", "").status, 303);
    assert_eq!(edit("", "30/06/2025").status, 422, "it ends before it began");
    assert_eq!(edit("", "31/08/2026").status, 303);
    let late = world.post(
        "pv05",
        &format!("/groupings/{id}/members"),
        &[("version", version(world, &id).as_str()), ("from_on", "01/09/2026")],
    );
    assert_eq!(late.status, 422, "it is over by then");
    let sum: i64 = groups(world, "C2", ("2026-08-01", "2026-08-01"), &By::Grouping("cum-cong-an-trong-truyen".into()))
        .iter()
        .map(|line| line.value)
        .sum();
    assert_eq!(sum, total(world, "C2", ("2026-08-01", "2026-08-01")), "all of it in no group, and told");
}
