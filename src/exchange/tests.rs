//! Stories of lists sent in, on a small country: one province, two districts that ended, three communes.

use sheets::{Cell, OutCell, Sheet, Table};
use store::Db;

use crate::app::MIGRATIONS;
use crate::error::Error;
use crate::error::Result;
use crate::exchange::{Checked, check, export_points, runs};
use crate::permissions::Role;
use crate::places;
use crate::schemes::scheme::Scheme;
use crate::work::{Actor, Grant, Moment, Work};

// Two old communes of one name, in two districts, and the new one into which the first was merged.
const COUNTRY: &str = "
insert into place (id, code, level, kind, name, short_name, sort_key, fold, parent_id, from_on, to_on, source) values
 ('25@', '25', 1, 'tinh', 'Tỉnh Phú Thọ', 'Phú Thọ', '', '', 'VN', '0001-01-01', '9999-12-31', 'country'),
 ('157@', '157', 2, 'huyen', 'Huyện Lạc Sơn', 'Lạc Sơn', '', '', '25@', '0001-01-01', '2025-07-01', 'country'),
 ('159@', '159', 2, 'huyen', 'Huyện Kim Bôi', 'Kim Bôi', '', '', '25@', '0001-01-01', '2025-07-01', 'country'),
 ('05275@', '05275', 3, 'xa', 'Xã Mỹ Thành', 'Mỹ Thành', '', '', '157@', '0001-01-01', '2025-07-01', 'country'),
 ('05276@', '05276', 3, 'xa', 'Xã Mỹ Thành', 'Mỹ Thành', '', '', '159@', '0001-01-01', '2025-07-01', 'country'),
 ('05280@', '05280', 3, 'thi_tran', 'Thị trấn Vụ Bản', 'Vụ Bản', '', '', '157@', '0001-01-01', '2025-07-01', 'country'),
 ('05280@2025-07-01', '05280', 3, 'xa', 'Xã Lạc Sơn', 'Lạc Sơn', '', '', '25@', '2025-07-01', '9999-12-31', 'country');
update place set pin_id = id;
insert into place_owner (place_id, province) values ('25@', '25');
insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree)
 select id, from_on, to_on, name, kind, parent_id, '' from place;
insert into rollup (ancestor_id, place_id, from_on, to_on, level)
 select '25@', id, '0001-01-01', '9999-12-31', 1 from place;
insert into rollup (ancestor_id, place_id, from_on, to_on, level)
 select '05280@2025-07-01', id, '2025-07-01', '9999-12-31', 3 from place where id in ('05275@', '05280@', '05280@2025-07-01');
";

struct Office {
    db: Db,
    path: std::path::PathBuf,
}

impl Drop for Office {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

impl Office {
    fn open() -> Office {
        let path = std::env::temp_dir().join(format!("diemsang-{}.sqlite", crate::ids::new()));
        let db = Db::open_file(&path).unwrap();
        db.migrate(MIGRATIONS).unwrap();
        let office = Office { db, path };
        office.work("25@", |work| {
            work.tx.script(COUNTRY)?;
            for (code, name) in [("TQ5", "5 tự quản về an ninh, trật tự"), ("KAN", "Tiếng kẻng an ninh")]
            {
                let scheme = Scheme {
                    province: "25".into(),
                    id: code.into(),
                    code: code.into(),
                    slug: code.into(),
                    name: name.into(),
                    ..Scheme::default()
                };
                crate::schemes::store::insert_scheme(work, &scheme)?;
            }
            Ok(())
        });
        office
    }

    fn work<T>(&self, reach: &str, story: impl FnOnce(&mut Work) -> Result<T>) -> T {
        let grant = Grant { role: Role::CommuneOfficer, place_id: reach.into() };
        let actor = Actor { account_id: "lan".into(), origin: "page".into(), grants: vec![grant] };
        let moment = Moment { today: jiff::civil::date(2026, 11, 23), now: "2026-11-23T01:00:00Z".into() };
        self.db.write(|tx| story(&mut Work::new(tx, actor, moment))).unwrap()
    }

    fn check(&self, reach: &str, rows: &[&[&str]]) -> Checked {
        self.work(reach, |work| {
            let province = places::store::by_id(work, "25@")?;
            check(work, &province, &[list(rows)])
        })
    }

    fn take(&self, rows: &[&[&str]]) -> Checked {
        self.take_run(rows).1
    }

    fn take_run(&self, rows: &[&[&str]]) -> (String, Checked) {
        let checked = self.check("25@", rows);
        let id = self.work("25@", |work| {
            let province = places::store::by_id(work, "25@")?;
            let id = runs::keep(work, &province, "danh-sach.xlsx", &checked)?;
            runs::apply(work, &id)?;
            Ok(id)
        });
        (id, checked)
    }

    fn undo(&self, run: &str) -> Result<()> {
        self.work("25@", |work| Ok(runs::undo(work, run)))
    }

    /// Everything that figures and pages are made of.
    fn facts(&self) -> Vec<String> {
        let tables = [
            "select id, place_id, pin_id, name, lead, state, launched_on from point order by id",
            "select * from point_scale order by point_id, from_on",
            "select * from step order by id",
            "select * from point_span order by point_id, from_on",
            "select id, point_id, name, n_members, from_on, to_on from team order by id",
            "select id, name from place order by id",
            "select thing_id, fold from search_entry order by thing_id, fold",
        ];
        self.work("25@", |work| {
            let mut facts = Vec::new();
            for sql in tables {
                facts.extend(work.query(sql, &[])?.iter().map(|row| format!("{row:?}")));
            }
            Ok(facts)
        })
    }

    fn export(&self) -> Table {
        self.work("25@", |work| {
            let province = places::store::by_id(work, "25@")?;
            export_points(work, &province)
        })
    }

    fn number(&self, sql: &str) -> i64 {
        self.work("25@", |work| Ok(work.first(sql, &[])?.unwrap().int(0)))
    }
}

const HEADINGS: &[&str] = &[
    "Số hộ",
    "QĐ số",
    "Mô hình",
    "Xã",
    "Huyện",
    "Xóm",
    "Ngày ra mắt",
    "Số tổ",
    "Số TV",
    "Tình trạng",
    "Lý do",
    "Ngày kết thúc",
];
const BELL: &[&str] = &[
    "120",
    "8/QĐ-UBND",
    "Tiếng kẻng AN",
    "TT. Vụ Bản",
    "H. Lạc Sơn",
    "Phố Hữu Nghị",
    "16/12/2024",
    "2",
    "7",
    "",
    "",
    "",
];
const SELF: &[&str] = &[
    "90",
    "9/QĐ-UBND",
    "Năm tự quản về ANTT",
    "Xã Mỹ Thành",
    "Lạc Sơn",
    "Xóm 3",
    "1/2/2023",
    "1",
    "5",
    "Đang hoạt động",
    "",
    "",
];

fn list(rows: &[&[&str]]) -> Sheet {
    let cells = |row: &&[&str]| {
        row.iter().map(|t| if t.is_empty() { Cell::Empty } else { Cell::Text((*t).to_owned()) }).collect()
    };
    let rows = std::iter::once(&HEADINGS).chain(rows).map(cells).collect();
    Sheet { name: "Danh sách".into(), rows }
}

fn with<'a>(row: &[&'a str], at: usize, told: &'a str) -> Vec<&'a str> {
    let mut row = row.to_vec();
    row[at] = told;
    row
}

fn verdict(checked: &Checked) -> [usize; 4] {
    assert_eq!(checked.rows, checked.new + checked.changed + checked.unchanged + checked.rejected);
    [checked.new, checked.changed, checked.unchanged, checked.rejected]
}

fn reasons(checked: &Checked) -> Vec<&str> {
    checked.errors.iter().map(|e| e.reason.as_str()).collect()
}

#[test]
fn a_list_taken_twice_changes_nothing_the_second_time() {
    let office = Office::open();
    assert_eq!(verdict(&office.take(&[BELL, SELF])), [2, 0, 0, 0]);
    assert_eq!(verdict(&office.check("25@", &[BELL, SELF])), [0, 0, 2, 0]);
    assert_eq!(
        office.number("select count(*) from team where point_id in (select id from point where scheme_id = 'KAN')"),
        2
    );
    assert_eq!(office.number("select count(*) from step where kind in ('approved', 'launched')"), 4);
    assert_eq!(office.number("select count(*) from journal where deed = 'point.imported'"), 2);
    assert_eq!(office.number("select count(*) from journal where deed = 'import.applied'"), 1);
}

#[test]
fn a_row_repeated_in_one_list_is_taken_once() {
    let office = Office::open();
    let checked = office.take(&[BELL, BELL]);
    assert_eq!((verdict(&checked), checked.repeats), ([1, 0, 1, 0], 1));
    assert_eq!(office.number("select count(*) from point"), 1);
}

#[test]
fn a_row_that_tells_more_households_and_teams_changes_its_point() {
    let office = Office::open();
    office.take(&[BELL]);
    let more = with(&with(BELL, 0, "1.130"), 7, "3");
    assert_eq!(verdict(&office.take(&[&more])), [0, 1, 0, 0]);
    assert_eq!(office.number("select n_households from point_scale where to_on = '9999-12-31'"), 1130);
    assert_eq!(office.number("select count(*) from team where to_on = '9999-12-31'"), 3);
    assert_eq!(verdict(&office.check("25@", &[&more])), [0, 0, 1, 0]);
}

#[test]
fn a_point_that_a_later_list_strikes_off_is_struck_off() {
    let office = Office::open();
    office.take(&[SELF]);
    let ended = with(&with(&with(SELF, 9, "Thanh loại"), 10, "Hồ sơ không đảm bảo"), 11, "15/12/2024");
    assert_eq!(verdict(&office.take(&[&ended])), [0, 1, 0, 0]);
    assert_eq!(office.number("select count(*) from point where state = 'struck_off'"), 1);
    assert_eq!(office.number("select count(*) from step where kind = 'struck_off' and reason = 'poor_dossier'"), 1);
    assert_eq!(verdict(&office.check("25@", &[&ended])), [0, 0, 1, 0]);
}

#[test]
fn two_communes_of_one_name_need_their_district() {
    let office = Office::open();
    let checked = office.check("25@", &[&with(SELF, 4, ""), &with(SELF, 4, "Huyện Kim Bôi")]);
    assert_eq!((verdict(&checked), reasons(&checked)), ([1, 0, 0, 1], vec!["import-place-ambiguous"]));
    assert!(checked.errors[0].value.contains("Xã Mỹ Thành, Huyện Kim Bôi"));
}

#[test]
fn a_commune_officer_takes_only_the_rows_of_the_own_commune() {
    let office = Office::open();
    let elsewhere = with(SELF, 4, "Kim Bôi");
    let checked = office.check("05280@2025-07-01", &[BELL, &elsewhere]);
    assert_eq!((verdict(&checked), reasons(&checked)), ([1, 0, 0, 1], vec!["import-out-of-reach"]));
}

#[test]
fn a_scheme_is_never_made_by_a_list() {
    let office = Office::open();
    let checked = office.take(&[&with(BELL, 2, "Tiếng kẻng bình yên"), &with(BELL, 2, "")]);
    assert_eq!(reasons(&checked), ["import-scheme-unknown", "import-scheme-missing"]);
    assert_eq!(checked.errors[0].cell, "C2");
    assert_eq!(office.number("select count(*) from scheme"), 2);
}

#[test]
fn an_exported_list_comes_back_unchanged() {
    let office = Office::open();
    let ended = with(&with(SELF, 9, "Thanh loại"), 11, "15/12/2024");
    office.take(&[BELL, &ended, &with(BELL, 5, "")]);
    let table = office.export();
    let mut rows: Vec<Vec<Cell>> = vec![table.headings.iter().cloned().map(Cell::Text).collect()];
    rows.extend(table.rows.into_iter().map(|row| row.into_iter().map(back).collect()));
    let sheet = Sheet { name: "Xuất".into(), rows };
    let checked = office.work("25@", |work| {
        let province = places::store::by_id(work, "25@")?;
        check(work, &province, &[sheet])
    });
    assert_eq!((verdict(&checked), reasons(&checked)), ([0, 0, 3, 0], vec![]));
}

#[test]
fn undoing_a_list_leaves_the_register_as_it_was() {
    let office = Office::open();
    let empty = office.facts();
    let (first, _) = office.take_run(&[BELL, SELF]);
    let before = office.facts();
    let more = with(&with(BELL, 0, "1.130"), 7, "3");
    let ended = with(&with(SELF, 9, "Thanh loại"), 11, "15/12/2024");
    let (second, checked) = office.take_run(&[&more, &ended, &with(BELL, 5, "Phố Mới")]);
    assert_eq!(verdict(&checked), [1, 2, 0, 0]);
    assert_ne!(office.facts(), before);
    office.undo(&second).unwrap();
    assert_eq!(office.facts(), before);
    assert_eq!(verdict(&office.check("25@", &[BELL, SELF])), [0, 0, 2, 0]);
    office.undo(&second).unwrap();
    office.undo(&first).unwrap();
    assert_eq!(office.facts(), empty);
    assert!(office.work("25@", crate::schemes::check::faults).is_empty());
    assert!(office.work("25@", |work| crate::journal::faults(work.tx)).is_empty());
}

#[test]
fn a_list_is_not_undone_over_later_work() {
    let office = Office::open();
    let (first, _) = office.take_run(&[BELL, SELF]);
    office.take_run(&[&with(BELL, 0, "1.130")]);
    let before = office.facts();
    let Err(Error::Invalid(faults)) = office.undo(&first) else { panic!("it was undone") };
    assert_eq!(faults[0].key, "import-undo-worked-on");
    assert!(faults[0].value.contains("KAN"), "the point is named: {}", faults[0].value);
    assert_eq!(office.facts(), before);
}

fn back(cell: OutCell) -> Cell {
    match cell {
        OutCell::Text(text) => Cell::Text(text),
        OutCell::Count(count) => Cell::Number(count as f64),
        OutCell::Decimal(number) => Cell::Number(number),
        OutCell::Date(date) => Cell::Date(date),
        OutCell::Empty => Cell::Empty,
    }
}
