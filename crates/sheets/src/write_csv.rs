//! CSV for programmes, and for Excel to open with a double click: UTF-8 with a byte order mark, commas, CR LF.
//! Numbers are plain (`1234`, `87.4`), days dd/mm/yyyy.

use std::borrow::Cow;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::table::shown_date;
use crate::{OutCell, Table};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The table as CSV. Each title line is a row of one cell that begins with `# `.
pub fn write_csv(table: &Table) -> Vec<u8> {
    let mut csv = WriterBuilder::new()
        .flexible(true)
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let mut write = |cells: Vec<Cow<str>>| {
        csv.write_record(cells.iter().map(|cell| cell.as_bytes())).expect("writing to memory does not fail");
    };
    for line in &table.title_lines {
        write(vec![Cow::Owned(format!("# {line}"))]);
    }
    write(table.headings.iter().map(|text| guarded(text)).collect());
    for row in &table.rows {
        write(row.iter().map(shown).collect());
    }
    csv.into_inner().expect("writing to memory does not fail")
}

fn shown(cell: &OutCell) -> Cow<'_, str> {
    match cell {
        OutCell::Text(text) => guarded(text),
        OutCell::Count(count) => Cow::Owned(count.to_string()),
        OutCell::Decimal(amount) => Cow::Owned(amount.to_string()),
        OutCell::Date(date) => Cow::Owned(shown_date(*date)),
        OutCell::Empty => Cow::Borrowed(""),
    }
}

/// Excel runs a cell that begins like a formula; an apostrophe before it keeps it text.
fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes away the apostrophe that writing has put before.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

/// Apostrophes before the formula count as well, so that taking one away gives the text back.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Cell, Limits, read};

    fn text(text: &str) -> OutCell {
        OutCell::Text(text.to_owned())
    }

    #[test]
    fn a_table_is_written_in_full() {
        let table = Table {
            title_lines: vec!["Điểm mô hình, xã Mỹ Thành".to_owned()],
            headings: vec!["Tên".to_owned(), "Hộ".to_owned()],
            rows: vec![
                vec![text("Camera \"an ninh\""), OutCell::Count(-1234)],
                vec![OutCell::Date(date(2025, 3, 5)), OutCell::Decimal(87.4)],
                vec![OutCell::Empty, text("=1+1")],
            ],
        };
        assert_eq!(
            String::from_utf8(write_csv(&table)).unwrap(),
            "\u{feff}\"# Điểm mô hình, xã Mỹ Thành\"\r\nTên,Hộ\r\n\"Camera \"\"an ninh\"\"\",-1234\r\n\
             05/03/2025,87.4\r\n,'=1+1\r\n"
        );
    }

    #[test]
    fn text_that_looks_like_a_formula_is_guarded_and_comes_back() {
        for (raw, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+84 912", "'+84 912"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("'=1", "''=1"),
            ("'90", "'90"),
            ("H'Mông", "H'Mông"),
            ("", ""),
        ] {
            assert_eq!(guarded(raw), written);
            assert_eq!(unguarded(&guarded(raw)), raw);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let table = Table {
            title_lines: vec!["Danh sách; tại ngày 05/03/2025".to_owned()],
            headings: vec!["Tên".to_owned(), "Ngày".to_owned(), "Hộ".to_owned()],
            rows: vec![
                vec![text("-An, \"ninh\"\nvà trật tự"), OutCell::Date(date(2025, 3, 5)), OutCell::Count(33_112)],
                vec![text("'=x"), OutCell::Empty, OutCell::Decimal(0.5)],
            ],
        };
        let sheets = read("danh-sach.csv", &write_csv(&table), Limits::default()).unwrap();
        let cells = |texts: &[&str]| texts.iter().map(|text| Cell::text(text)).collect::<Vec<_>>();
        assert_eq!(sheets[0].name, "danh-sach");
        assert_eq!(
            sheets[0].rows,
            [
                cells(&["# Danh sách; tại ngày 05/03/2025"]),
                cells(&["Tên", "Ngày", "Hộ"]),
                cells(&["-An, \"ninh\"\nvà trật tự", "05/03/2025", "33112"]),
                cells(&["'=x", "", "0.5"]),
            ]
        );
    }
}
