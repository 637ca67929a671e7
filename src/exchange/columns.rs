//! The columns of a list of points, and how their headings are found in a sheet that someone else made.
//! Headings come in any order, in several rows and in many words; a list is known by what it tells.

use sheets::{Cell, Sheet};

/// What a column of a list tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Column {
    Ordinal,
    Code,
    Province,
    District,
    Commune,
    AreaKind,
    Area,
    Scheme,
    LaunchedOn,
    Paper,
    PaperOn,
    Issuer,
    Teams,
    Members,
    Households,
    People,
    Units,
    Commitments,
    Lead,
    State,
    Reason,
    EndedOn,
    EndPaper,
    /// Known, and left out on purpose: remarks, and names of persons.
    Ignored,
}

use Column as C;

/// Folded phrases, the first that fits wins. `=` asks for the whole heading, otherwise its words must
/// hold the phrase. Narrow phrases stand before wide ones: `mo hinh` is in many headings.
const PHRASES: &[(Column, &[&str])] = &[
    (C::Ordinal, &["=stt", "=tt", "=so tt", "=so thu tu", "=no"]),
    (C::Code, &["ma diem", "=ma", "=ma so"]),
    (C::Ignored, &["ghi chu", "nguoi phu trach", "can bo phu trach", "=phu trach", "to truong", "dien thoai"]),
    (C::Ignored, &["so mo hinh", "so luong mo hinh", "so diem", "so luong diem", "loai mo hinh", "linh vuc"]),
    (C::Scheme, &["ten mo hinh", "=mo hinh", "ten diem mo hinh"]),
    (C::Reason, &["ly do", "nguyen nhan"]),
    (
        C::EndPaper,
        &["qd ket thuc", "quyet dinh ket thuc", "qd thanh loai", "quyet dinh thanh loai", "quyet dinh cham dut"],
    ),
    (
        C::EndedOn,
        &["ngay ket thuc", "thoi gian ket thuc", "thoi diem ket thuc", "ngay thanh loai", "thoi gian thanh loai"],
    ),
    (C::EndedOn, &["ngay dung", "ngay cham dut", "thoi gian cham dut", "ngay giai the"]),
    (C::PaperOn, &["ngay qd", "ngay quyet dinh", "ngay ban hanh", "ngay ky", "ngay thang qd", "ngay van ban"]),
    (C::Issuer, &["co quan ban hanh", "don vi ban hanh", "co quan ra quyet dinh", "noi ban hanh"]),
    (C::Paper, &["quyet dinh", "qd", "van ban"]),
    (C::LaunchedOn, &["ra mat", "thanh lap", "ngay xay dung", "thoi gian xay dung", "nam xay dung", "ngay trien khai"]),
    (C::LaunchedOn, &["thoi gian trien khai", "ngay cong nhan", "bat dau", "=ngay", "=thoi gian", "=ngay thang"]),
    (C::State, &["tinh trang", "trang thai", "hien trang", "tinh hinh hoat dong"]),
    (C::Lead, &["chu tri", "don vi phu trach", "co quan phu trach"]),
    (C::People, &["nhan khau", "so khau", "dan so", "=khau"]),
    (C::Members, &["thanh vien", "so tv", "=tv"]),
    (C::Commitments, &["cam ket"]),
    (C::Units, &["so don vi", "so co quan", "don vi tham gia"]),
    (C::Households, &["so ho", "ho tham gia", "ho gia dinh", "ho dan", "=ho"]),
    (C::AreaKind, &["loai dia ban", "loai hinh dia ban", "loai khu vuc"]),
    (C::Area, &["khu dan cu", "dia ban", "noi thuc hien", "noi ap dung", "to dan pho", "dia diem", "kdc", "khu pho"]),
    (
        C::Area,
        &["=thon", "=xom", "thon xom", "xom thon", "thon ban", "ban thon", "thon to", "ten thon", "ten xom", "xom ban"],
    ),
    (C::Area, &["=khu", "=ban", "=ap", "=khu vuc", "=lang", "thon khu"]),
    (C::Teams, &["so to", "=to", "so luong to", "to tu quan", "to thuc hien"]),
    (C::Province, &["=tinh", "=ten tinh", "tinh thanh pho", "=cap tinh"]),
    (
        C::District,
        &["=huyen", "=quan", "=thi xa", "=thi xa thanh pho", "ten huyen", "quan huyen", "cap huyen", "huyen quan"],
    ),
    (C::District, &["huyen thi", "huyen thanh", "huyen tx", "huyen tp"]),
    (C::Commune, &["xa phuong", "phuong xa", "xa thi tran", "thi tran", "=xa", "=phuong", "=cap xa", "ten xa"]),
    (C::Commune, &["cong an xa", "=dia phuong", "=don vi"]),
    (C::Scheme, &["mo hinh"]),
];

/// A title is longer than a heading, and what stands below it has figures in it.
const MOST_WORDS: usize = 12;
/// A list begins on the first page of its sheet.
const MOST_TITLE_ROWS: usize = 60;
const MOST_HEADING_ROWS: usize = 3;

/// What a heading stands for, if it is known.
pub fn recognise(heading: &str) -> Option<Column> {
    let key = fold::key(heading);
    let is_heading = key.split(' ').count() <= MOST_WORDS && !key.contains(|c: char| c.is_ascii_digit());
    if key.is_empty() || !is_heading {
        return None;
    }
    let padded = format!(" {key} ");
    let fits = |phrase: &&str| match phrase.strip_prefix('=') {
        Some(whole) => key == whole,
        None => padded.contains(&format!(" {phrase} ")),
    };
    PHRASES.iter().find(|(_, phrases)| phrases.iter().any(&fits)).map(|(column, _)| *column)
}

/// Where the headings of a list stand.
#[derive(Clone, Debug)]
pub struct Header {
    /// The row of the first heading; the lines above it are titles.
    pub from_row: usize,
    /// The first row below the headings.
    pub to_row: usize,
    columns: Vec<Option<Column>>,
}

impl Header {
    /// The position of a column.
    pub fn at(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|c| *c == Some(column))
    }

    /// Is there such a column?
    pub fn has(&self, column: Column) -> bool {
        self.at(column).is_some()
    }

    /// Does this row say the headings again, as at the top of a printed page?
    pub fn is_repeated_by(&self, row: &[Cell]) -> bool {
        let same = |(at, cell): (usize, &Cell)| {
            let column = recognise(&text(cell));
            column.is_some() && column == self.columns.get(at).copied().flatten()
        };
        row.iter().enumerate().filter(|pair| same(*pair)).count() >= 3
    }

    fn score(&self) -> usize {
        self.columns.iter().flatten().filter(|c| **c != Column::Ignored).count()
    }

    fn is_better_than(&self, other: &Header) -> bool {
        let n_rows = |header: &Header| header.to_row - header.from_row;
        (self.score(), n_rows(other)) > (other.score(), n_rows(self))
    }

    /// A list of points names the scheme and some place.
    pub(super) fn is_list(&self) -> bool {
        self.has(Column::Scheme) && (self.has(Column::Commune) || self.has(Column::Area)) && self.score() >= 3
    }

    /// A list of residential areas names them and no scheme, with how many households or people they have.
    fn is_area_list(&self) -> bool {
        self.has(Column::Area)
            && !self.has(Column::Scheme)
            && (self.has(Column::Households) || self.has(Column::People))
    }
}

/// The text of a cell as a person reads it.
pub fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Error(_) => String::new(),
        Cell::Text(text) => fold::clean(text),
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Bool(yes) => yes.to_string(),
    }
}

/// The sheets of a file that hold a list of points. A thin summary beside full lists is left out.
pub fn lists(sheets: &[Sheet]) -> Vec<(&Sheet, Header)> {
    told_by(sheets, Header::is_list)
}

/// The sheets of a file that hold a list of residential areas.
pub fn area_lists(sheets: &[Sheet]) -> Vec<(&Sheet, Header)> {
    told_by(sheets, Header::is_area_list)
}

fn told_by(sheets: &[Sheet], is_list: fn(&Header) -> bool) -> Vec<(&Sheet, Header)> {
    let found: Vec<(&Sheet, Header)> =
        sheets.iter().filter_map(|sheet| Some((sheet, find_header(&sheet.rows, is_list)?))).collect();
    let best = found.iter().map(|(_, header)| header.score()).max().unwrap_or_default();
    found.into_iter().filter(|(_, header)| header.score() * 2 >= best).collect()
}

/// The headings that tell the most; among equals the fewest rows, then the highest.
pub(super) fn find_header(rows: &[Vec<Cell>], is_list: fn(&Header) -> bool) -> Option<Header> {
    let mut best: Option<Header> = None;
    for from_row in 0..rows.len().min(MOST_TITLE_ROWS) {
        for n_rows in 1..=MOST_HEADING_ROWS.min(rows.len() - from_row) {
            let header = header_of(rows, from_row, n_rows);
            if is_list(&header) && best.as_ref().is_none_or(|b| header.is_better_than(b)) {
                best = Some(header);
            }
        }
    }
    best
}

/// In headings of several rows the lowest known word counts: it is the narrow one.
fn header_of(rows: &[Vec<Cell>], from_row: usize, n_rows: usize) -> Header {
    let to_row = from_row + n_rows;
    let width = rows[from_row..to_row].iter().map(Vec::len).max().unwrap_or_default();
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(width);
    for at in 0..width {
        let column = rows[from_row..to_row].iter().rev().find_map(|row| recognise(&text(row.get(at)?)));
        let is_taken = column != Some(Column::Ignored) && columns.contains(&column);
        columns.push(if is_taken { None } else { column });
    }
    Header { from_row, to_row, columns }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|t| if t.is_empty() { Cell::Empty } else { Cell::Text((*t).to_owned()) }).collect()
    }

    #[test]
    fn headings_are_known_in_many_words() {
        for (heading, column) in [
            ("TÊN MÔ HÌNH", Column::Scheme),
            ("Diem mo hinh", Column::Scheme),
            ("Xã, phường, thị trấn", Column::Commune),
            ("Địa bàn (khu dân cư)", Column::Area),
            ("Nơi thực hiện", Column::Area),
            ("Xóm", Column::Area),
            ("Thôn, tổ dân phố", Column::Area),
            ("Thời gian thành lập", Column::LaunchedOn),
            ("Ngày ra mắt mô hình", Column::LaunchedOn),
            ("Quyết định thành lập", Column::Paper),
            ("QĐ số", Column::Paper),
            ("Văn bản", Column::Paper),
            ("Số TV", Column::Members),
            ("Tổ", Column::Teams),
            ("Số hộ tham gia mô hình", Column::Households),
            ("Huyện, thị xã, thành phố", Column::District),
            ("Ngày kết thúc", Column::EndedOn),
            ("Phụ trách", Column::Ignored),
            ("Ghi chú", Column::Ignored),
        ] {
            assert_eq!(recognise(heading), Some(column), "{heading}");
        }
        assert_eq!(recognise("DANH SÁCH CÁC ĐIỂM MÔ HÌNH PHONG TRÀO TOÀN DÂN BẢO VỆ ANTQ (tính đến 30/6/2024)"), None);
    }

    #[test]
    fn headings_stand_below_titles_and_in_two_rows() {
        let rows = vec![
            row(&["BAN CHỈ ĐẠO TỈNH", "", "", ""]),
            row(&[]),
            row(&["TT", "Tên mô hình", "Địa bàn", "Địa bàn", "Quy mô", "Quy mô"]),
            row(&["", "", "Xã", "Khu dân cư", "Số tổ", "Số hộ"]),
            row(&["1", "Camera an ninh", "Xã Yên Hòa", "Xóm 4", "3", "20"]),
        ];
        let header = find_header(&rows, Header::is_list).unwrap();
        assert_eq!((header.from_row, header.to_row), (2, 4));
        assert_eq!(header.at(Column::Commune), Some(2));
        assert_eq!(header.at(Column::Area), Some(3));
        assert_eq!(header.at(Column::Households), Some(5));
    }

    #[test]
    fn a_summary_beside_full_lists_is_left_out() {
        let full = row(&["TT", "Xã", "Mô hình", "Xóm", "Ngày ra mắt", "Số tổ", "Số TV", "Số hộ", "QĐ số"]);
        let summary = row(&["TT", "Xã", "Mô hình"]);
        let sheets = [
            Sheet { name: "Tổng hợp".into(), rows: vec![summary] },
            Sheet { name: "Chi tiết".into(), rows: vec![full] },
        ];
        let names: Vec<&str> = lists(&sheets).iter().map(|(sheet, _)| sheet.name.as_str()).collect();
        assert_eq!(names, ["Chi tiết"]);
    }
}
