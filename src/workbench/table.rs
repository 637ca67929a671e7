//! The annex as a table: one row a new unit with its sources in a cell, or one row a source with what it goes to, as in
//! conversion tables. Whatever it is, it becomes lines in the plain words of `sentence`.

use sheets::{Cell, Sheet};

use crate::places::reorganisation::{Extent, People};
use crate::workbench::sentence::{Called, ToldDeed, ToldShare, read};

/// What a column tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Column {
    NewName,
    NewCode,
    OldName,
    OldCode,
    Share,
    District,
    Province,
    Ignored,
}

use Column as C;

/// Folded phrases, the first that fits wins; `=` asks for the whole heading.
const PHRASES: &[(Column, &[&str])] = &[
    (
        C::Ignored,
        &["=stt", "=tt", "=so tt", "=so thu tu", "dien tich tu nhien", "quy mo dan so", "=dien tich", "=dan so"],
    ),
    (C::NewCode, &["ma moi", "ma dvhc moi", "ma so moi", "ma xa moi", "ma sau sap xep"]),
    (C::OldCode, &["ma cu", "ma dvhc cu", "ma so cu", "ma xa cu", "ma truoc sap xep"]),
    (
        C::NewName,
        &["ten moi", "don vi moi", "dvhc moi", "hanh chinh moi", "xa moi", "phuong moi", "sau sap xep", "sau sap nhap"],
    ),
    (C::NewName, &["khu dan cu moi", "thon moi", "to dan pho moi", "ten sau", "don vi sau", "thanh lap", "hinh thanh"]),
    (
        C::OldName,
        &["ten cu", "don vi cu", "dvhc cu", "hanh chinh cu", "xa cu", "phuong cu", "truoc sap xep", "truoc sap nhap"],
    ),
    (
        C::OldName,
        &[
            "khu dan cu cu",
            "thon cu",
            "ten truoc",
            "sap nhap tu",
            "thuc hien sap xep",
            "sap xep tu",
            "cac don vi",
            "hien trang",
        ],
    ),
    (C::Share, &["pham vi", "muc do", "hinh thuc", "toan bo", "ghi chu", "phuong an"]),
    (C::District, &["=huyen", "quan huyen", "cap huyen", "thuoc huyen", "huyen cu"]),
    (C::Province, &["=tinh", "cap tinh", "tinh cu", "thuoc tinh"]),
    (C::NewCode, &["=ma", "=ma so", "=ma dvhc"]),
];

/// Where headings may stand.
const MOST_TITLE_ROWS: usize = 40;

/// The lines that the sheets of a file tell.
pub fn lines(sheets: &[Sheet]) -> Vec<String> {
    sheets.iter().flat_map(|sheet| of_table(sheet).unwrap_or_else(|| of_text(sheet))).collect()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Error(_) => String::new(),
        Cell::Text(text) => fold::clean(text),
        Cell::Number(number) => format!("{number:.0}"),
        Cell::Date(date) => date.to_string(),
        Cell::Bool(yes) => yes.to_string(),
    }
}

/// Rows that are sentences themselves.
fn of_text(sheet: &Sheet) -> Vec<String> {
    let joined = sheet.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" "));
    joined.map(|line| fold::clean(&line)).filter(|line| read(line).is_some()).collect()
}

/// The columns of a table and the first row below its headings.
fn header(sheet: &Sheet) -> Option<(Vec<Option<Column>>, usize)> {
    (0..sheet.rows.len().min(MOST_TITLE_ROWS)).find_map(|at| {
        let mut columns: Vec<Option<Column>> = sheet.rows[at].iter().map(|cell| recognise(&text(cell))).collect();
        let has = |columns: &[Option<Column>], column| columns.contains(&Some(column));
        if !has(&columns, C::NewName) || !has(&columns, C::OldName) {
            return None;
        }
        // A second row of headings tells more of columns that stand below one wide heading.
        let mut next = at + 1;
        let is_heading = |row: &&Vec<Cell>| row.iter().filter(|cell| recognise(&text(cell)).is_some()).count() > 1;
        if let Some(second) = sheet.rows.get(next).filter(is_heading) {
            for (n, cell) in second.iter().enumerate() {
                if let Some(column) = recognise(&text(cell)) {
                    columns.resize(columns.len().max(n + 1), None);
                    columns[n] = Some(column);
                }
            }
            next += 1;
        }
        Some((columns, next))
    })
}

fn recognise(heading: &str) -> Option<Column> {
    let key = fold::key(heading);
    if key.is_empty() || key.split(' ').count() > 14 {
        return None;
    }
    let padded = format!(" {key} ");
    let fits = |phrase: &&str| match phrase.strip_prefix('=') {
        Some(whole) => key == whole,
        None => padded.contains(&format!(" {phrase} ")),
    };
    PHRASES.iter().find(|(_, phrases)| phrases.iter().any(&fits)).map(|(column, _)| *column)
}

fn of_table(sheet: &Sheet) -> Option<Vec<String>> {
    let (columns, first) = header(sheet)?;
    let mut units: Vec<(Called, Vec<ToldShare>)> = Vec::new();
    let mut lines = Vec::new();
    for row in &sheet.rows[first..] {
        let at = |column: Column| {
            let n = columns.iter().position(|known| *known == Some(column));
            n.and_then(|n| row.get(n)).map(text).unwrap_or_default()
        };
        let (new, old) = (at(C::NewName), at(C::OldName));
        if new.is_empty() || old.is_empty() {
            continue;
        }
        let unit = Called { name: new, code: at(C::NewCode), within: Vec::new() };
        let several = old.contains([',', ';']) || fold::key(&old).contains(" va ");
        if several {
            lines.extend(in_words(&unit, &old));
            continue;
        }
        let within = [at(C::District), at(C::Province)].into_iter().filter(|name| !name.is_empty()).collect();
        let share = share(Called { name: old, code: at(C::OldCode), within }, &at(C::Share));
        match units.iter_mut().find(|(known, _)| known.name == unit.name && known.code == unit.code) {
            Some((_, from)) => from.push(share),
            None => units.push((unit, vec![share])),
        }
    }
    lines.extend(units.into_iter().map(|(unit, from)| ToldDeed::Found { units: vec![unit], from }.written()));
    Some(lines)
}

/// A cell that names several sources is read as the words before `thành`.
fn in_words(unit: &Called, sources: &str) -> Option<String> {
    let deed = read(&format!("Sáp nhập {sources} thành {}", unit.name))?;
    match deed {
        ToldDeed::Found { units, from } if units.len() == 1 => {
            let unit = Called { code: unit.code.clone(), ..units.into_iter().next()? };
            Some(ToldDeed::Found { units: vec![unit], from }.written())
        }
        other => Some(other.written()),
    }
}

/// `Nhập một phần diện tích` of a cell beside the source.
fn share(source: Called, told: &str) -> ToldShare {
    let key = fold::key(told);
    let part = key.contains("mot phan") || key.contains("phan con lai");
    let people = match (key.contains("dan so"), key.contains("toan bo"), key.contains("dien tich")) {
        _ if !part => People::All,
        (true, true, _) => People::All,
        (false, _, true) => People::None,
        (_, _, _) => People::Some,
    };
    let extent = if part { Extent::Part } else { Extent::Whole };
    ToldShare { source, extent, people, is_rest: key.contains("con lai") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        Sheet { name: String::new(), rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect() }
    }

    #[test]
    fn a_row_a_new_unit() {
        let told = lines(&[sheet(&[
            &["PHỤ LỤC"],
            &["TT", "Các đơn vị hành chính thực hiện sắp xếp", "Đơn vị hành chính mới", "Mã mới"],
            &["1", "Thị trấn Hùng Sơn, các xã Thạch Sơn và Vĩnh Lại", "Xã Lâm Thao", "08515"],
        ])]);
        assert_eq!(told, ["Sáp nhập Thị trấn Hùng Sơn, xã Thạch Sơn, xã Vĩnh Lại thành Xã Lâm Thao mã 08515"]);
    }

    #[test]
    fn a_row_a_source() {
        let told = lines(&[sheet(&[
            &["Mã cũ", "Tên cũ", "Huyện", "Mã mới", "Tên mới", "Ghi chú"],
            &["04789", "Phường Thái Bình", "Thành phố Hòa Bình", "04828", "Phường Thống Nhất", "Nhập toàn bộ"],
            &["04891", "Xã Vầy Nưa", "Huyện Đà Bắc", "04828", "Phường Thống Nhất", "Nhập một phần"],
            &["04891", "Xã Vầy Nưa", "Huyện Đà Bắc", "04891", "Xã Tiền Phong", "Nhập một phần diện tích"],
        ])]);
        assert_eq!(
            told,
            [
                "Sáp nhập Phường Thái Bình (Thành phố Hòa Bình) mã 04789, một phần Xã Vầy Nưa (Huyện Đà Bắc) mã 04891 \
                 thành Phường Thống Nhất mã 04828",
                "Sáp nhập một phần diện tích của Xã Vầy Nưa (Huyện Đà Bắc) mã 04891 thành Xã Tiền Phong mã 04891",
            ]
        );
        for line in told {
            assert_eq!(read(&line).unwrap().written(), line);
        }
    }

    #[test]
    fn sentences_in_the_cells_of_a_sheet() {
        let told = lines(&[sheet(&[&["Điều 1"], &["1.", "Sáp nhập xã A, xã B thành xã C"], &["Điều 2. Hiệu lực"]])]);
        assert_eq!(told, ["1. Sáp nhập xã A, xã B thành xã C"]);
    }
}
