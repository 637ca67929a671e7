//! Stories of lists of residential areas, with their households and people.

use super::world::World;
use crate::exchange::{self, Checked};
use crate::places::store as places;

fn counts(world: &World, address: &str) -> [usize; 5] {
    let id = address.rsplit('/').next().unwrap();
    let body = world.cell(&format!("select body from import_run where id = '{id}'"));
    let checked: Checked = serde_json::from_str(&body).unwrap();
    [checked.rows, checked.new, checked.changed, checked.unchanged, checked.rejected]
}

fn send(world: &World, list: &str) -> String {
    let sent = world.upload("pv05", "/import?place=25", "khu-dan-cu.csv", list);
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location
}

fn apply(world: &World, address: &str) {
    assert_eq!(world.post("pv05", &format!("{address}/apply"), &[]).status, 303);
}

fn n_areas(world: &World) -> String {
    world.cell("select cast(count(*) as text) from place where name like 'Xóm Đo Đếm %'")
}

const LIST: &str = "TT,Xã,Khu dân cư,Số hộ,Số nhân khẩu\n\
    1,Nhân Nghĩa,Xóm Đo Đếm 1,120,480\n\
    2,Xã Nhân Nghĩa,Xóm Đo Đếm 2,80,\n\
    3,Nhân Nghĩa,xóm đo đếm 1,120,480\n\
    4,Xã Không Có Thật,Xóm Đo Đếm 3,10,20\n\
    5,Nhân Nghĩa,Xóm Đo Đếm 4,-3,12\n\
    6,Nhân Nghĩa,Trường THCS Đo Đếm,,900\n";

pub(super) fn a_list_of_residential_areas_is_applied_and_undone(world: &World) {
    let first = send(world, LIST);
    assert_eq!(counts(world, &first), [6, 3, 0, 1, 2], "the four counts add up");
    assert_eq!(n_areas(world), "0", "looking changes nothing");
    let page = world.get("pv05", &first);
    for told in ["B5", "D6"] {
        assert!(page.body.contains(told), "the cell {told} is named");
    }
    apply(world, &first);
    assert_eq!(n_areas(world), "2");
    let commune = world.cell("select id from place where short_name = 'Nhân Nghĩa' and to_on = '9999-12-31'");
    let page = world.get("nhannghia", &format!("/places/{commune}"));
    assert!(page.body.contains("Xóm Đo Đếm 1") && page.body.contains("480"), "the commune sees its areas");
    let area = world.cell("select id from place where name = 'Trường THCS Đo Đếm'");
    assert_eq!(world.cell(&format!("select kind from place where id = '{area}'")), "school");
    assert!(world.get("nhannghia", &format!("/places/{area}")).body.contains("900"));

    // The same again changes nothing, and neither does what was written out.
    let again = send(world, LIST);
    assert_eq!(counts(world, &again), [6, 0, 0, 4, 2]);
    let (checked, n_rows) = world
        .app
        .read(|work| {
            let scope = places::by_code(work, "25")?;
            let table = exchange::export_areas(work, &scope)?;
            let sheets = exchange::read_sheets("khu-dan-cu.csv", &sheets::write_csv(&table))?;
            let today = work.today();
            Ok((exchange::check_areas(work, &scope, &sheets, &today)?, table.rows.len()))
        })
        .unwrap();
    assert!(checked.errors.is_empty(), "{:?}", &checked.errors[..checked.errors.len().min(5)]);
    assert_eq!((checked.rows, checked.unchanged), (n_rows, n_rows), "export is import");

    // A later list of the same day changes a number; the first cannot be undone before it.
    let second = send(world, "TT,Xã,Khu dân cư,Số hộ,Số nhân khẩu\n1,Nhân Nghĩa,Xóm Đo Đếm 1,121,\n");
    assert_eq!(counts(world, &second), [1, 0, 1, 0, 0]);
    apply(world, &second);
    let page = world.get("pv05", &format!("/places/{commune}"));
    assert!(page.body.contains("121") && page.body.contains("480"), "what was not told stays");
    let refused = world.post("pv05", &format!("{first}/undo"), &[]);
    assert_eq!(refused.status, 422, "someone told of one of them since");
    assert!(refused.body.contains("Xóm Đo Đếm 1"));
    assert_eq!(world.post("pv05", &format!("{second}/undo"), &[]).status, 303);
    assert!(!world.get("pv05", &format!("/places/{commune}")).body.contains(">121<"));
    assert_eq!(world.post("pv05", &format!("{first}/undo"), &[]).status, 303);
    assert_eq!(n_areas(world), "0");
    assert_eq!(world.cell("select cast(count(*) as text) from place_size where n_people in (480, 900)"), "0");
}
