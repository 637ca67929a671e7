//! Stories of the register itself: figures, lives, lists, the journal.

use super::world::World;
use crate::exchange;
use crate::figures::ask::{Asked, Figures, Part};
use crate::figures::catalogue::{Aggregate, By, FIGURES, by_code};
use crate::places::store as places;
use crate::work::Work;

fn asked(work: &mut Work, place: &str, at: &str, boundaries: &str) -> Asked {
    let place = places::by_code(work, place).unwrap();
    Asked {
        place,
        at: at.into(),
        from: "2022-01-01".into(),
        boundaries: boundaries.into(),
        scheme_id: String::new(),
        group: None,
    }
}

pub(super) fn number(world: &World, code: &str, place: &str, at: &str) -> i64 {
    world
        .app
        .read(|work| {
            let asked = asked(work, place, at, "2026-11-01");
            Figures::open(&world.app.kept, work)?.total(work, by_code(code).unwrap(), &asked)
        })
        .unwrap()
}

/// The same number, counted by its rows.
pub(super) fn number_by_rows(world: &World, code: &str) -> i64 {
    let (figure, at) = (by_code(code).unwrap(), today(world));
    let rows = world
        .app
        .read(|work| {
            let asked = asked(work, "25", &at, "2026-11-01");
            Figures::open(&world.app.kept, work)?.rows(work, figure, &asked, Part::ALL)
        })
        .unwrap();
    match figure.aggregate {
        Aggregate::Schemes | Aggregate::Count => rows.len() as i64,
        Aggregate::Sum => rows.iter().map(|row| row.value).sum(),
    }
}

pub(super) fn the_conference_figures_are_the_published_ones(world: &World) {
    assert_eq!(number(world, "C1", "25", "2025-11-24"), 38);
    assert_eq!(number(world, "F1", "25", "2025-11-24"), 76);
    assert_eq!(number(world, "F4", "25", "2025-11-24"), 15);
    let (f5, f6) = (number(world, "F5", "25", "2025-11-24"), number(world, "F6", "25", "2025-11-24"));
    assert!(f5 > 0 && f6 > 0 && f5 + f6 == 19, "F5 {f5}, F6 {f6}");
    assert_eq!(number(world, "C2", "25", "2025-11-30"), 3_135);
    let teams = number(world, "C3", "25", "2025-11-30");
    assert!((33_100..33_200).contains(&teams), "C3 {teams}");
    assert_eq!(number(world, "F1", "25", "2026-02-02"), 75);
}

pub(super) fn a_number_and_its_rows_agree(world: &World) {
    for place in ["VN", "25", "26@", "17@", "05299", "07942@", "07942@2025-07-01"] {
        for at in ["2023-06-30", "2025-06-30", "2025-11-24", "2026-10-01"] {
            for figure in &FIGURES {
                let (total, rows) = world
                    .app
                    .read(|work| {
                        let asked = asked(work, place, at, at);
                        let mut figures = Figures::open(&world.app.kept, work)?;
                        Ok((figures.total(work, figure, &asked)?, figures.rows(work, figure, &asked, Part::ALL)?))
                    })
                    .unwrap();
                let by_rows = match figure.aggregate {
                    Aggregate::Schemes | Aggregate::Count => rows.len() as i64,
                    Aggregate::Sum => rows.iter().map(|row| row.value).sum(),
                };
                assert_eq!(total, by_rows, "{} of {place} at {at}", figure.code);
            }
        }
    }
}

pub(super) fn a_total_is_the_same_on_every_map(world: &World) {
    for code in ["C2", "C3", "C4", "C12", "F1"] {
        let figure = by_code(code).unwrap();
        let mut totals = Vec::new();
        for map in ["2026-11-01", "2025-06-30", "2023-01-01"] {
            let (total, groups) = world
                .app
                .read(|work| {
                    let asked = asked(work, "25", "2025-11-30", map);
                    let mut figures = Figures::open(&world.app.kept, work)?;
                    Ok((figures.total(work, figure, &asked)?, figures.groups(work, figure, &asked, &By::Place)?))
                })
                .unwrap();
            assert_eq!(total, groups.iter().map(|g| g.value).sum::<i64>(), "{code} on the map of {map}");
            if map < "2025-07-01" {
                let mut keys: Vec<&str> = groups.iter().map(|g| g.key.as_str()).filter(|key| !key.is_empty()).collect();
                keys.sort_unstable();
                assert_eq!(keys, ["17@", "25@", "26@"], "{code} on the map of {map}");
            }
            totals.push(total);
        }
        assert!(totals.windows(2).all(|pair| pair[0] == pair[1]), "{code}: {totals:?}");
    }
}

pub(super) fn an_export_comes_back_unchanged(world: &World) {
    let checked = world
        .app
        .read(|work| {
            let place = places::by_code(work, "25")?;
            let table = exchange::export_points(work, &place)?;
            let bytes = sheets::write_xlsx(&table).unwrap();
            let sheets = exchange::read_sheets("danh-sach.xlsx", &bytes)?;
            exchange::check(work, &place, &sheets)
        })
        .unwrap();
    assert_eq!(checked.rows, checked.new + checked.changed + checked.unchanged + checked.rejected);
    let first = checked.errors.first().map(|e| format!("{} {} {}", e.cell, e.reason, e.value));
    assert_eq!((checked.new, checked.changed, checked.rejected), (0, 0, 0), "{first:?}");
    assert!(checked.unchanged > 3_000);
}

/// A line as the list told it, or as the database joins it.
type Listed = [String; 6];

/// A point as it is kept: in a place on a map, of a state, with its names looked up by joins.
fn joined(world: &World, ancestor: &str, (at, boundaries): (&str, &str), state: &str) -> Vec<Listed> {
    let sql = "select p.id, c.name, l.name, coalesce(u.name, ''), s.state, (select count(*) from team t \
               where t.point_id = p.id and t.from_on <= $2 and t.to_on > $2) from point p \
               join scheme c on c.province = p.province and c.id = p.scheme_id \
               join point_span s on s.province = p.province and s.point_id = p.id and s.from_on <= $2 and s.to_on > $2 \
               join place l on l.id = s.place_id \
               join rollup r on r.place_id = l.pin_id and r.ancestor_id = $1 and r.from_on <= $3 and r.to_on > $3 \
               left join rollup m on m.place_id = l.pin_id and m.level = 3 and m.from_on <= $3 and m.to_on > $3 \
               left join place_version u on u.place_id = m.ancestor_id and u.from_on <= $3 and u.to_on > $3 \
               where s.state = $4 order by p.sort_key, p.id";
    let values = [ancestor.into(), at.into(), boundaries.into(), state.into()];
    let listed =
        |row: &store::Row| [row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.int(5).to_string()];
    world.app.read(|work| Ok(work.query(sql, &values)?.iter().map(listed).collect())).unwrap()
}

/// All pages of a list, one after the other.
fn listed(world: &World, address: &str) -> Vec<Listed> {
    let (mut listed, mut after) = (Vec::new(), String::new());
    loop {
        let answer = world.get("pv05", &format!("{address}&limit=97&after={after}"));
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        let page: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        for point in page["points"].as_array().unwrap() {
            let text = |name: &str| point[name].as_str().unwrap().to_owned();
            let teams = point["n_teams"].to_string();
            listed.push([text("id"), text("scheme"), text("place"), text("commune"), text("state"), teams]);
        }
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return listed,
        }
    }
}

pub(super) fn a_list_says_what_its_rows_say(world: &World) {
    let (now, commune) = (today(world), world.cell(NHAN_NGHIA));
    let same = |place: &str, ancestor: &str, (at, boundaries): (&str, &str), state: &str| {
        let address = format!("/api/v1/points?place={place}&status={state}&at={at}&boundaries={boundaries}");
        let (told, kept) = (listed(world, &address), joined(world, ancestor, (at, boundaries), state));
        let apart = told.iter().zip(&kept).find(|(told, kept)| told != kept);
        assert!(told.len() == kept.len() && apart.is_none(), "{address}: {} {} {apart:?}", told.len(), kept.len());
        told.len()
    };
    let province = "25@2025-07-01";
    assert!(same("25", province, (&now, &now), "active") > 3_000);
    assert!(same("25", province, (&now, &now), "ended") > 0);
    assert!(same(&commune, &commune, (&now, &now), "active") > 0);
    assert!(same("25", province, ("2024-03-01", &now), "active") > 0, "another day");
    assert!(same("25@", "25@", (&now, "2024-12-31"), "active") > 0, "another map");
    for state in ["surveyed", "suspended", "struck_off", "merged"] {
        same("25", province, (&now, &now), state);
    }
}

pub(super) fn a_name_that_no_index_holds_is_refused(world: &World) {
    let long = "Khu dân cư có tên rất dài ".repeat(12);
    let refused = add(world, "ten-dai", &long);
    assert_eq!(refused.status, 422);
    let words = crate::words::words(crate::words::Lang::Vi);
    assert!(refused.body.contains(&words.with("name-long", "150")), "{}", refused.body);
    assert!(refused.body.contains(long.trim()), "what was typed is not lost");
    let list = format!("Tên mô hình,Xã,Khu dân cư,Ngày ra mắt\n5 tự quản,Nhân Nghĩa,{long},01/02/2026\n");
    let told = world.upload("pv05", "/import?place=25", "ten-dai.csv", &list);
    let told = world.get("pv05", &told.location);
    assert!(told.body.contains(&words.with("name-long", "150")), "{}", told.body);
}

pub(super) const NHAN_NGHIA: &str = "select p.id from place p join rollup r on r.place_id = p.id and r.ancestor_id = '25@2025-07-01' \
                          where p.short_name = 'Nhân Nghĩa' and p.to_on = '9999-12-31' and p.level = 3";

fn new_point<'a>(commune: &'a str, key: &'a str, area: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("scheme", "TCBY"),
        ("commune", commune),
        ("area_kind", "residential_area"),
        ("area_name", area),
        ("lead", "Công an xã"),
        ("n_households", "1.142"),
    ]
}

fn scheme_code(world: &World) -> String {
    world.cell("select code from scheme where province = '25' order by sort_key limit 1")
}

pub(super) fn add(world: &World, key: &str, area: &str) -> super::world::Answer {
    let commune = world.cell(NHAN_NGHIA);
    let code = scheme_code(world);
    let mut fields = new_point(&commune, key, area);
    fields[1].1 = &code;
    world.post("nhannghia", "/points/new", &fields)
}

pub(super) fn a_point_lives_from_proposal_to_ending(world: &World) {
    let added = add(world, "doi-song", "Xóm Thử Một");
    assert_eq!(added.status, 303, "{}", added.body);
    let point = added.location;
    let before = number(world, "C2", "25", &today(world));
    let early =
        world.post("nhannghia", &format!("{point}/steps/new"), &[("kind", "launched"), ("on_date", "01/10/2026")]);
    assert_eq!(early.status, 422);
    assert!(early.body.contains(crate::words::words(crate::words::Lang::Vi).t("step-launch-unapproved")));
    let paper = [("paper_number", "31/KH-UBND"), ("paper_date", "20/09/2026"), ("paper_issuer", "UBND xã")];
    let step = |kind, on, more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("kind", kind), ("on_date", on)];
        fields.extend_from_slice(more);
        world.post("nhannghia", &format!("{point}/steps/new"), &fields).status
    };
    assert_eq!(step("approved", "20/09/2026", &paper), 422, "the dossier lacks the papers of survey and submission");
    world.fill_dossier("nhannghia", &point);
    assert_eq!(step("approved", "20/09/2026", &[]), 422, "an approval needs its paper");
    assert_eq!(step("approved", "19/09/2026", &paper), 422, "a step rests on a paper issued by its day");
    assert_eq!(step("approved", "20/09/2026", &paper), 303);
    assert_eq!(step("launched", "19/09/2026", &[]), 422, "nothing happens before what is recorded");
    let lesson = ("lesson", "Không có người đứng đầu (thử)");
    assert_eq!(step("launched", "01/10/2026", &[lesson]), 422, "a lesson is of an ending");
    assert_eq!(step("launched", "01/10/2026", &[]), 303);
    assert_eq!(number(world, "C2", "25", &today(world)), before + 1);
    assert_eq!(step("ended", "02/10/2026", &paper), 422, "an ending needs its reason");
    let mut ending = paper.to_vec();
    ending.extend([("reason", "duplicate"), lesson]);
    assert_eq!(step("ended", "02/10/2026", &ending), 303);
    assert_eq!(number(world, "C2", "25", &today(world)), before);
    let page = world.get("nhannghia", &point);
    assert_eq!(page.status, 200, "nothing is deleted");
    assert!(page.body.contains("/lessons?scheme="), "from the ended point to what it taught");
    assert!(world.get("nhannghia", "/lessons").body.contains(lesson.1));
}

const APPROVAL: [(&str, &str); 3] =
    [("paper_number", "32/KH-UBND"), ("paper_date", "20/09/2026"), ("paper_issuer", "UBND xã")];

fn step(world: &World, who: &str, point: &str, fields: &[(&str, &str)]) -> u16 {
    let mut all = APPROVAL.to_vec();
    all.extend_from_slice(fields);
    world.post(who, &format!("{point}/steps/new"), &all).status
}

pub(super) fn a_point_moves_with_its_figures_from_that_day_on(world: &World) {
    let point = add(world, "doi-cho", "Xóm Thử Dời").location;
    world.fill_dossier("nhannghia", &point);
    assert_eq!(step(world, "nhannghia", &point, &[("kind", "approved"), ("on_date", "20/09/2026")]), 303);
    assert_eq!(step(world, "nhannghia", &point, &[("kind", "launched"), ("on_date", "01/10/2026")]), 303);
    let old = world.cell(NHAN_NGHIA);
    let new = world.cell(
        "select id from place where level = 3 and to_on = '9999-12-31' and short_name = 'Lạc Sơn' \
         and parent_id = '25@2025-07-01'",
    );
    let here = |place: &str, at: &str| number(world, "C2", place, at);
    let (old_before, new_before) = (here(&old, "2026-10-31"), here(&new, "2026-10-31"));
    let moving =
        [("kind", "re_anchored"), ("on_date", "10/11/2026"), ("commune", new.as_str()), ("area_kind", "commune")];
    assert_eq!(step(world, "nhannghia", &point, &moving), 404, "not into a commune out of reach");
    assert_eq!(step(world, "pv05", &point, &moving[..2]), 422, "a move names its place");
    assert_eq!(step(world, "pv05", &point, &moving), 303);
    assert_eq!((here(&old, "2026-10-31"), here(&new, "2026-10-31")), (old_before, new_before), "the past stays");
    assert_eq!((here(&old, "2026-11-10"), here(&new, "2026-11-10")), (old_before - 1, new_before + 1));
    assert_eq!(world.get("nhannghia", &point).status, 404, "the officer's commune has it no more");
    let into = world.cell("select code from point where province = '25' and state = 'active' order by code limit 1");
    let merging = [("kind", "merged"), ("on_date", "11/11/2026"), ("into", into.as_str())];
    assert_eq!(step(world, "pv05", &point, &merging[..2]), 422, "a merger names the other point");
    assert_eq!(step(world, "pv05", &point, &merging), 303);
    assert_eq!(here(&new, "2026-11-11"), new_before);
    assert!(world.app.read(crate::schemes::check::faults).unwrap().is_empty());
}

pub(super) fn a_list_is_applied_and_undone(world: &World) {
    let before = world.get("pv05", "/api/v1/export/points?place=25&format=csv").body;
    let scheme = world.cell("select name from scheme where province = '25' order by sort_key limit 1");
    let list = format!(
        "Mô hình,Xã,Xóm,Ngày ra mắt,QĐ số,Số tổ,Số TV,Số hộ\n\"{scheme}\",Nhân Nghĩa,Xóm Nhập,1/2/2026,9/QĐ-UBND,1,7,30\n"
    );
    let sent = world.upload("pv05", "/import?place=25", "danh-sach.csv", &list);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(world.get("quantri", &sent.location).status, 404, "a list is its sender's own");
    assert_eq!(world.post("pv05", &format!("{}/apply", sent.location), &[]).status, 303);
    assert!(world.get("pv05", "/api/v1/export/points?place=25&format=csv").body != before, "the point is there");
    assert_eq!(world.post("pv05", &format!("{}/undo", sent.location), &[]).status, 303);
    assert!(world.get("pv05", "/api/v1/export/points?place=25&format=csv").body == before, "all is as before");
    let told = world.upload("pv05", "/api/v1/import/points?place=25&check=1", "danh-sach.csv", &list);
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((told["rows"].as_i64(), told["new"].as_i64()), (Some(1), Some(1)));
    assert_eq!(world.upload("docgia", "/api/v1/import/points?place=25", "a.csv", &list).status, 403);
}

pub(super) fn today(world: &World) -> String {
    world.app.read(|work| Ok(work.today())).unwrap()
}

pub(super) fn a_form_sent_twice_makes_one_point(world: &World) {
    let first = add(world, "hai-lan", "Xóm Thử Hai");
    let second = add(world, "hai-lan", "Xóm Thử Hai");
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    let again = add(world, "lan-khac", "Xóm Thử Hai");
    assert_eq!(again.status, 422, "the same scheme on the same place is asked about");
}

pub(super) fn a_step_sent_twice_is_taken_once(world: &World) {
    let point = add(world, "buoc-hai-lan", "Xóm Thử Bước").location;
    world.fill_dossier("nhannghia", &point);
    let path = format!("{point}/steps/new");
    for (kind, on) in [("approved", "20/09/2026"), ("launched", "01/10/2026")] {
        let mut fields = vec![("kind", kind), ("on_date", on), ("key", kind)];
        fields.extend([("paper_number", "9/QĐ"), ("paper_date", "20/09/2026"), ("paper_issuer", "UBND xã")]);
        assert_eq!(world.post("nhannghia", &path, &fields).status, 303);
    }
    let strengthen = |key: &str, on: &str| {
        let sent = world.post("nhannghia", &path, &[("kind", "strengthened"), ("on_date", on), ("key", key)]);
        (sent.status, sent.location)
    };
    let n_steps = || {
        let id = point.rsplit('/').next().unwrap();
        world.cell(&format!("select cast(count(*) as text) from step where point_id = '{id}'"))
    };
    assert_eq!(strengthen("cung-co", "01/01/2099").0, 422, "a refused form gives its key back");
    assert_eq!(strengthen("cung-co", "05/10/2026"), (303, point.clone()));
    assert_eq!(strengthen("cung-co", "05/10/2026"), (303, point.clone()), "a double click is given the first answer");
    assert_eq!(n_steps(), "4", "the plan of the survey, the approval, the launch, one strengthening");
    assert_eq!(strengthen("cung-co-nua", "05/10/2026").0, 303, "another form is another deed");
    assert_eq!(n_steps(), "5");
}

pub(super) fn who_saves_second_is_told(world: &World) {
    let point = add(world, "tranh-nhau", "Xóm Thử Ba").location;
    let was =
        [("was_name", "Điểm thử"), ("was_lead", "Công an xã"), ("was_n_households", "1142"), ("was_n_units", "0")];
    let edit = |who: &str, version: &str, own: [&str; 3]| {
        let mut fields = vec![("version", version), ("name", "Điểm thử")];
        fields.extend(["lead", "contact_role", "n_households"].into_iter().zip(own));
        fields.extend_from_slice(&was);
        world.post(who, &format!("{point}/edit"), &fields)
    };
    assert_eq!(edit("nhannghia", "1", ["Hội Phụ nữ xã", "Trưởng xóm", "1.150"]).status, 303);
    let late = edit("pv05", "1", ["Đoàn Thanh niên xã", "", "1142"]);
    assert_eq!(late.status, 409);
    for told in ["Cán bộ xã Nhân Nghĩa", "Hội Phụ nữ xã", "Công an xã"] {
        assert!(late.body.contains(told), "{told}");
    }
    for kept in
        ["value=\"Đoàn Thanh niên xã\"", "value=\"Trưởng xóm\"", "value=\"1150\"", "name=\"version\" value=\"2\""]
    {
        assert!(late.body.contains(kept), "the form goes on with {kept}");
    }
    assert_eq!(edit("pv05", "2", ["Đoàn Thanh niên xã", "Trưởng xóm", "1150"]).status, 303);
    let after = world.get("pv05", &point).body;
    assert!(after.contains("Đoàn Thanh niên xã") && after.contains("Trưởng xóm"), "nothing of either is lost");
}
