//! How one row of a list of points is read, without asking the database: what it says, and every fault.

use jiff::civil::Date;
use sheets::Cell;

use crate::exchange::columns::{Column, Header, text};
use crate::schemes::point::State;

/// One cell that cannot be read, and why; a key that begins with `import-note-` refuses nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub column: Column,
    pub key: &'static str,
    pub value: String,
}

impl Fault {
    /// Does the row have to be refused for it?
    pub fn refuses(&self) -> bool {
        !self.key.starts_with("import-note-")
    }
}

/// What a row of a list turns out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// Blank, a total, a signature, the headings again.
    Nothing,
    /// A line that names the place of the rows below it.
    Section(String),
    Point,
}

/// What a row says about a point; counts that are not told are `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub code: String,
    pub district: String,
    pub commune: String,
    pub area_kind: &'static str,
    pub area: String,
    pub scheme: String,
    pub launched_on: Option<String>,
    pub paper: String,
    pub paper_on: Option<String>,
    pub issuer: String,
    pub n_teams: Option<i64>,
    pub n_members: Option<i64>,
    pub n_households: Option<i64>,
    pub n_units: Option<i64>,
    pub n_commitments: Option<i64>,
    pub lead: String,
    pub state: Option<State>,
    pub reason: &'static str,
    pub reason_text: String,
    pub ended_on: Option<String>,
    pub end_paper: String,
}

// Folded beginnings; the first that fits wins, so `khong hoat dong` stands before `hoat dong`.
const STATES: &[(State, &[&str])] = &[
    (State::StruckOff, &["thanh loai", "da thanh loai", "loai bo", "loai khoi"]),
    (State::Suspended, &["tam dung", "tam ngung", "dang tam dung"]),
    (State::Merged, &["sap nhap", "da sap nhap", "hop nhat", "nhap vao"]),
    (State::Ended, &["ket thuc", "da ket thuc", "dung", "da dung", "ngung", "cham dut", "da cham dut"]),
    (State::Ended, &["giai the", "khong hoat dong", "khong con", "het hieu luc"]),
    (State::Active, &["dang hoat dong", "hoat dong", "con hoat dong", "dang duy tri", "duy tri", "van hoat dong"]),
    (State::Approved, &["da phe duyet", "phe duyet", "da duyet", "duoc phe duyet"]),
    (State::Surveyed, &["da khao sat", "khao sat", "dang khao sat"]),
    (State::Proposed, &["de xuat", "dang de xuat", "du kien"]),
];

const REASONS: &[(&str, &[&str])] = &[
    ("ineffective", &["khong hieu qua", "kem hieu qua", "chua hieu qua", "khong con hieu qua", "hieu qua thap"]),
    ("poor_dossier", &["ho so"]),
    ("unsuitable", &["khong phu hop", "khong con phu hop", "chua phu hop"]),
    ("duplicate", &["trung"]),
    ("area_merged", &["sap nhap", "chia tach", "nhap dia ban"]),
    ("goal_reached", &["muc tieu", "hoan thanh"]),
    ("no_funds", &["kinh phi"]),
];

const AREA_KINDS: &[(&str, &[&str])] = &[
    ("residential_area", &["khu dan cu", "khu", "thon", "xom", "ban", "to dan pho", "tdp", "ap", "lang", "kdc", "pho"]),
    ("commune", &["toan xa", "toan phuong", "xa phuong"]),
    ("school", &["truong", "nha truong"]),
    ("enterprise", &["cong ty", "doanh nghiep", "nha may", "hop tac xa", "xi nghiep"]),
    ("health", &["benh vien", "tram y te", "phong kham", "co so y te", "trung tam y te", "y te"]),
    ("market", &["cho"]),
    ("religious", &["chua", "nha tho", "giao xu", "giao ho", "den", "ton giao", "co so ton giao"]),
    ("agency", &["co quan", "ubnd", "uy ban", "cong an", "dang uy", "chi cuc"]),
];

const TOTALS: [&str; 6] = ["cong", "tong", "tong cong", "tong so", "tong hop", "cong tong"];
const BLANKS: [&str; 7] = ["-", "–", "—", "_", ".", "...", "…"];
// Nothing of the movement is older than the day of the People's Police.
const EARLIEST: Date = jiff::civil::date(1945, 8, 19);

impl Line {
    /// The day on which the point was closed: as told, but not before its launch.
    pub fn closed_on(&self) -> Option<&String> {
        self.ended_on.as_ref().map(|end| self.launched_on.as_ref().map_or(end, |launch| launch.max(end)))
    }

    /// What is missing to close the point as the row's state asks: a day, and a paper. A day before the launch
    /// is told, and the day of the launch is taken: one of the two was mistyped, and the row is not lost.
    pub fn closing_faults(&self) -> Vec<Fault> {
        if !self.state.is_some_and(|state| state.is_over() || state == State::Suspended) {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let mut tell = |column, key, value: &str| faults.push(Fault { column, key, value: value.to_owned() });
        match (&self.ended_on, &self.launched_on) {
            (None, _) => tell(Column::EndedOn, "import-end-date-missing", ""),
            (Some(end), Some(launch)) if end < launch => tell(Column::EndedOn, "import-note-end-before-launch", end),
            (Some(_), _) => {}
        }
        if self.paper.is_empty() && self.end_paper.is_empty() {
            tell(Column::EndPaper, "import-end-paper-missing", "");
        }
        faults
    }
}

/// One row under its headings.
pub struct ListRow<'a> {
    pub header: &'a Header,
    pub cells: &'a [Cell],
    pub today: Date,
}

impl ListRow<'_> {
    fn cell(&self, column: Column) -> &Cell {
        self.header.at(column).and_then(|at| self.cells.get(at)).unwrap_or(&Cell::Empty)
    }

    /// The text of a column; a dash is nothing.
    pub fn text(&self, column: Column) -> String {
        shown(self.cell(column))
    }

    /// Is this a point, a section, or nothing?
    pub fn kind(&self) -> RowKind {
        let words = self.words();
        let Some(first) = words.first() else { return RowKind::Nothing };
        if is_total(first) || self.header.is_repeated_by(self.cells) || words.iter().all(|w| w.chars().count() == 1) {
            return RowKind::Nothing;
        }
        let is_one = words.iter().all(|word| word == first);
        if is_one && names_place(first) {
            return RowKind::Section(section_name(first).to_owned());
        }
        // The same words all over the row are a merged line.
        let is_merged = is_one && words.len() > 1;
        if self.is_point() && !is_merged { RowKind::Point } else { RowKind::Nothing }
    }

    /// The texts of the row without figures: a section may bear its number and its sums.
    fn words(&self) -> Vec<String> {
        let ordinal = self.header.at(Column::Ordinal);
        let is_figure = |t: &str| t.chars().all(|c| c.is_ascii_digit() || ".,()".contains(c));
        let is_roman = |t: &str| t.chars().all(|c| "IVXivx.)".contains(c));
        let shown = self.cells.iter().enumerate().map(|(at, cell)| (at, shown(cell)));
        shown.filter(|(at, t)| !(is_figure(t) || Some(*at) == ordinal && is_roman(t))).map(|(_, t)| t).collect()
    }

    /// Two of what makes a point, or one with a number in front.
    fn is_point(&self) -> bool {
        let has = |column: Column| !self.text(column).is_empty();
        let n_told = [Column::Code, Column::Scheme, Column::Commune, Column::Area, Column::LaunchedOn]
            .into_iter()
            .filter(|column| has(*column))
            .count();
        if !self.header.has(Column::Ordinal) {
            return n_told >= 2;
        }
        let is_numbered = self.text(Column::Ordinal).starts_with(|c: char| c.is_ascii_digit());
        let is_measured = [Column::LaunchedOn, Column::Teams, Column::Members, Column::Households, Column::Paper]
            .into_iter()
            .any(has);
        is_numbered && n_told >= 1 || n_told >= 2 && is_measured
    }

    /// What the row says, and every cell that cannot be read.
    pub fn read(&self) -> (Line, Vec<Fault>) {
        let mut faults = Vec::new();
        let (paper, written_on) = split_paper(&self.text(Column::Paper));
        let mut line = Line {
            code: self.text(Column::Code),
            district: self.text(Column::District),
            commune: self.text(Column::Commune),
            area: self.text(Column::Area),
            scheme: self.text(Column::Scheme),
            launched_on: self.date(Column::LaunchedOn, &mut faults),
            paper,
            paper_on: self.date(Column::PaperOn, &mut faults).or(written_on),
            issuer: self.text(Column::Issuer),
            n_teams: self.count(Column::Teams, &mut faults),
            n_members: self.count(Column::Members, &mut faults),
            n_households: self.count(Column::Households, &mut faults),
            n_units: self.count(Column::Units, &mut faults),
            n_commitments: self.count(Column::Commitments, &mut faults),
            lead: self.text(Column::Lead),
            state: self.state(&mut faults),
            reason_text: self.text(Column::Reason),
            ended_on: self.date(Column::EndedOn, &mut faults),
            end_paper: split_paper(&self.text(Column::EndPaper)).0,
            ..Line::default()
        };
        line.area_kind = area_kind(&self.text(Column::AreaKind), &line.area);
        line.reason = reason(&line.reason_text);
        self.check_life(&mut line, &mut faults);
        (line, faults)
    }

    /// A life must have the days that its state needs, in their order.
    fn check_life(&self, line: &mut Line, faults: &mut Vec<Fault>) {
        let mut tell = |column, key, value: &str| {
            let is_told = faults.iter().any(|f| f.column == column && f.refuses());
            if !is_told {
                faults.push(Fault { column, key, value: value.to_owned() });
            }
        };
        if line.scheme.is_empty() && line.code.is_empty() {
            tell(Column::Scheme, "import-scheme-missing", "");
        }
        let state = line.state.unwrap_or(if line.ended_on.is_some() { State::Ended } else { State::Active });
        match state {
            State::Proposed | State::Surveyed => line.launched_on = None,
            State::Approved => {
                line.launched_on = None;
                if line.paper_on.is_none() && line.code.is_empty() {
                    tell(Column::PaperOn, "import-date-missing", "");
                }
            }
            State::Active | State::Suspended | State::Ended | State::StruckOff | State::Merged => {
                if line.launched_on.is_none() && line.code.is_empty() {
                    tell(Column::LaunchedOn, "import-date-missing", "");
                }
            }
        }
        if !(state.is_over() || state == State::Suspended) {
            line.ended_on = None;
        }
        line.state = Some(state);
    }

    fn state(&self, faults: &mut Vec<Fault>) -> Option<State> {
        let told = self.text(Column::State);
        if told.is_empty() {
            return None;
        }
        let state = state_of(&told);
        if state.is_none() {
            faults.push(Fault { column: Column::State, key: "import-state-unknown", value: told });
        }
        state
    }

    fn date(&self, column: Column, faults: &mut Vec<Fault>) -> Option<String> {
        let told = self.text(column);
        let date = match self.cell(column) {
            Cell::Date(date) => Some(*date),
            Cell::Number(serial) if *serial >= 10_000.0 => fold::date_from_excel_serial(*serial),
            Cell::Error(_) => None,
            Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) if told.is_empty() => return None,
            Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) => fold::parse_date(&told),
        };
        if let Some(month) = month_of(&told).filter(|month| *month <= self.today) {
            faults.push(Fault { column, key: "import-note-month-only", value: told });
            return Some(month.to_string());
        }
        let key = match date {
            Some(date) if date > self.today => "import-date-future",
            Some(date) if date >= EARLIEST => return Some(date.to_string()),
            Some(_) | None => "import-date-bad",
        };
        faults.push(Fault { column, key, value: told });
        None
    }

    pub fn count(&self, column: Column, faults: &mut Vec<Fault>) -> Option<i64> {
        let told = self.text(column);
        let read = match self.cell(column) {
            Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e12 => Some(*number as i64),
            Cell::Number(_) | Cell::Error(_) => None,
            Cell::Empty | Cell::Text(_) | Cell::Date(_) | Cell::Bool(_) if told.is_empty() => return None,
            Cell::Empty | Cell::Text(_) | Cell::Date(_) | Cell::Bool(_) => count_of(&told),
        };
        let key = match read {
            Some(count) if count >= 0 => return Some(count),
            Some(_) => "import-count-negative",
            None => "import-count-bad",
        };
        faults.push(Fault { column, key, value: told });
        None
    }
}

fn shown(cell: &Cell) -> String {
    let text = text(cell);
    if BLANKS.contains(&text.as_str()) { String::new() } else { text }
}

/// `1.022 hộ` is a count with its unit.
fn count_of(told: &str) -> Option<i64> {
    fold::parse_count(told.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ')).ok()
}

/// The first day of `tháng 3/2022`, `3-2022` or `2022`: many lists know no day.
fn month_of(told: &str) -> Option<Date> {
    let key = fold::key(told);
    let mut figures = key.split(' ').filter(|word| !matches!(*word, "thang" | "nam"));
    let first: i16 = figures.next()?.parse().ok()?;
    let second: Option<i16> = figures.next().map(|figure| figure.parse().ok()).unwrap_or(None);
    match (first, second, figures.next()) {
        (month @ 1..=12, Some(year @ 1945..=2100), None) => Date::new(year, i8::try_from(month).ok()?, 1).ok(),
        (year @ 1945..=2100, None, None) if key.split(' ').count() <= 2 => Date::new(year, 1, 1).ok(),
        _ => None,
    }
}

/// The number of a paper, and its date when they are written together.
fn split_paper(told: &str) -> (String, Option<String>) {
    let lower = told.to_lowercase();
    let (number, day) = match lower.find("ngày") {
        Some(at) if told.is_char_boundary(at) => (&told[..at], day_of(&told[at..])),
        Some(_) | None => (told, None),
    };
    let mut number = number.trim_matches([' ', ',', ';', ':', '(']);
    for start in ["Quyết định", "quyết định", "QĐ số", "Số", "số", ":"] {
        number = number.strip_prefix(start).unwrap_or(number).trim_start();
    }
    (number.to_owned(), day.map(|date| date.to_string()))
}

fn day_of(told: &str) -> Option<Date> {
    let bare = told.split_once(' ').map_or(told, |(_, bare)| bare).trim_matches([' ', ')', '.', ';']);
    fold::parse_date(told).or_else(|| fold::parse_date(bare))
}

fn begins(key: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| key == *phrase || key.starts_with(&format!("{phrase} ")))
}

/// The state that a list's word means.
pub fn state_of(told: &str) -> Option<State> {
    let key = fold::key(told);
    STATES.iter().find(|(_, phrases)| begins(&key, phrases)).map(|(state, _)| *state)
}

/// The reason that a list's words mean; words of its own are another reason.
pub fn reason(told: &str) -> &'static str {
    let key = fold::key(told);
    REASONS.iter().find(|(_, phrases)| phrases.iter().any(|p| key.contains(p))).map_or("other", |(reason, _)| reason)
}

/// The kind of area, told or seen in the area's name. A point without an area covers the commune.
pub fn area_kind(told: &str, area: &str) -> &'static str {
    let known = |text: &str| {
        let key = fold::key(text);
        AREA_KINDS.iter().find(|(_, phrases)| begins(&key, phrases)).map(|(kind, _)| *kind)
    };
    if area.is_empty() {
        return "commune";
    }
    known(told)
        .filter(|kind| *kind != "commune")
        .or_else(|| known(area))
        .filter(|kind| *kind != "commune")
        .unwrap_or("residential_area")
}

fn is_total(told: &str) -> bool {
    let key = fold::key(told);
    TOTALS.contains(&key.as_str()) || key.starts_with("tong cong ") || key.starts_with("cong ") && key.len() < 12
}

/// Does a line name a district or a commune, whatever figure stands before it?
fn names_place(told: &str) -> bool {
    let key = fold::key(section_name(told));
    let kinds = ["huyen", "thi xa", "thanh pho", "quan", "xa", "phuong", "thi tran", "tx", "tp", "tt", "h", "p", "x"];
    kinds.iter().any(|kind| key.starts_with(&format!("{kind} ")))
}

/// The name in `II. HUYỆN HẠ HÒA (16 điểm)`.
pub fn section_name(told: &str) -> &str {
    let told = told.split(['(', ':', ';']).next().unwrap_or(told).trim();
    match told.split_once(['.', ')', '-', '/']) {
        Some((figure, rest))
            if !figure.is_empty() && figure.chars().all(|c| c.is_ascii_digit() || "IVXABCivx ".contains(c)) =>
        {
            rest.trim()
        }
        Some(_) | None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::columns::{Header, find_header};

    const HEADINGS: [&str; 13] = [
        "Stt",
        "Huyện",
        "Xã",
        "Xóm",
        "Mô hình",
        "Ngày thành lập",
        "Số tổ",
        "Số TV",
        "Số hộ",
        "Tình trạng",
        "Lý do",
        "Ngày kết thúc",
        "QĐ số",
    ];

    fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|t| if t.is_empty() { Cell::Empty } else { Cell::Text((*t).to_owned()) }).collect()
    }

    fn kind(texts: &[&str]) -> RowKind {
        let rows = [cells(&HEADINGS), cells(texts)];
        let header = find_header(&rows, Header::is_list).unwrap();
        ListRow { header: &header, cells: &rows[1], today: jiff::civil::date(2026, 11, 23) }.kind()
    }

    fn read(row: Vec<Cell>) -> (Line, Vec<&'static str>) {
        let rows = [cells(&HEADINGS), row];
        let header = find_header(&rows, Header::is_list).unwrap();
        let (line, faults) =
            ListRow { header: &header, cells: &rows[1], today: jiff::civil::date(2026, 11, 23) }.read();
        (line, faults.iter().map(|f| f.key).collect())
    }

    #[test]
    fn a_row_is_read_as_the_office_wrote_it() {
        let row = [
            "11",
            "Huyện Lạc Thủy",
            "Xã Hưng Thi",
            "Xóm Chiềng 5",
            "Liên kết đảm bảo ANTT",
            "13/5/2023",
            "2",
            "12",
            "1.068",
            "Thanh loại",
            "Hoạt động không hiệu quả",
            "15/12/2023",
            "4/QĐ-UBND",
        ];
        let (line, faults) = read(cells(&row));
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(line.launched_on.as_deref(), Some("2023-05-13"));
        assert_eq!((line.n_teams, line.n_members, line.n_households), (Some(2), Some(12), Some(1068)));
        assert_eq!((line.state, line.reason), (Some(State::StruckOff), "ineffective"));
        assert_eq!((line.ended_on.as_deref(), line.paper.as_str()), (Some("2023-12-15"), "4/QĐ-UBND"));
        assert_eq!(line.area_kind, "residential_area");
    }

    #[test]
    fn a_row_tells_every_fault_at_once() {
        let row = ["1", "", "Xã Hưng Thi", "Xóm 5", "", "31/02/2024", "-2", "mười", "1,234", "", "", "", "4/QĐ-UBND"];
        let (_, faults) = read(cells(&row));
        assert_eq!(
            faults,
            [
                "import-date-bad",
                "import-count-negative",
                "import-count-bad",
                "import-count-bad",
                "import-scheme-missing"
            ]
        );
    }

    #[test]
    fn a_point_does_not_end_before_it_was_launched() {
        let row = [
            "27",
            "",
            "Xã Vầy Nưa",
            "Xóm 2",
            "X",
            "14/3/2024",
            "5",
            "20",
            "4",
            "Thanh loại",
            "",
            "15/12/2023",
            "270/QĐ-UBND",
        ];
        let (line, faults) = read(cells(&row));
        assert!(faults.is_empty());
        assert_eq!(line.closing_faults().iter().map(|f| f.key).collect::<Vec<_>>(), ["import-note-end-before-launch"]);
    }

    #[test]
    fn dates_come_as_text_as_serial_and_as_month() {
        for (cell, day) in [
            (Cell::Number(44837.0), "2022-10-03"),
            (Cell::Text("ngày 17 tháng 9 năm 2023".into()), "2023-09-17"),
            (Cell::Text("25-02-22".into()), "2022-02-25"),
            (Cell::Text("tháng 3/2022".into()), "2022-03-01"),
            (Cell::Text("2021".into()), "2021-01-01"),
            (Cell::Number(2021.0), "2021-01-01"),
            (Cell::Date(jiff::civil::date(2024, 5, 6)), "2024-05-06"),
        ] {
            let mut row = cells(&["1", "", "Xã A", "Xóm 1", "M", "", "1", "3", "4", "", "", "", "1/QĐ"]);
            row[5] = cell.clone();
            assert_eq!(read(row).0.launched_on.as_deref(), Some(day), "{cell:?}");
        }
    }

    #[test]
    fn sections_totals_and_blank_rows_are_no_points() {
        assert_eq!(kind(&["HUYỆN CẨM KHÊ"]), RowKind::Section("HUYỆN CẨM KHÊ".into()));
        assert_eq!(
            kind(&["II", "Huyện Hạ Hòa", "", "", "", "", "15", "", "90"]),
            RowKind::Section("Huyện Hạ Hòa".into())
        );
        assert_eq!(kind(&["II. Huyện Hạ Hòa (16 điểm)"]), RowKind::Section("Huyện Hạ Hòa".into()));
        assert_eq!(kind(&["", "", "Cộng", "", "", "", "12"]), RowKind::Nothing);
        assert_eq!(kind(&["", "Tổng cộng"]), RowKind::Nothing);
        assert_eq!(kind(&["", "–", ""]), RowKind::Nothing);
        assert_eq!(kind(&["(1)", "(2)", "(3)", "(4)"]), RowKind::Nothing);
        assert_eq!(kind(&HEADINGS), RowKind::Nothing);
        assert_eq!(kind(&["", "NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG CÔNG AN"]), RowKind::Nothing);
        assert_eq!(kind(&["4", "", "Xã A", "", "", "", "", ""]), RowKind::Section("Xã A".into()));
        assert_eq!(kind(&["5", "Huyện A", "Xã B", "Xóm 1", "", "1/2/2023"]), RowKind::Point);
    }

    #[test]
    fn a_paper_is_cut_from_its_date() {
        assert_eq!(split_paper("QĐ số 44/QĐ-UBND ngày 12/3/2023"), ("44/QĐ-UBND".into(), Some("2023-03-12".into())));
        assert_eq!(split_paper("44/QĐ-UBND"), ("44/QĐ-UBND".into(), None));
    }
}
