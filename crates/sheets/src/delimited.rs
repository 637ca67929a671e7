//! CSV as it comes from Excel and from others: UTF-8 or UTF-16, between commas, semicolons or tabs.
//! Parsed here and not by the `csv` crate, which drops empty lines: the rows must be those people see.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::grid::Grid;
use crate::read::{Limits, ReadError};
use crate::write_csv::unguarded;
use crate::{Cell, Sheet};

/// In this order when a file speaks for several alike.
const DELIMITERS: [char; 3] = [';', '\t', ','];
const N_ROWS_LOOKED_AT: usize = 100;

pub(crate) fn read(file_name: &str, bytes: &[u8], limits: Limits) -> Result<Sheet, ReadError> {
    let text = decode(bytes)?;
    refuse_markup(&text)?;
    let (delimiter, body) = match declared(&text) {
        Some(found) => found,
        None => (sniff(&text), text.as_ref()),
    };
    let mut grid = Grid::new(limits);
    for (row, fields) in Rows::new(body, delimiter).enumerate() {
        for (column, field) in fields.iter().enumerate() {
            grid.put(row, column, Cell::text(unguarded(field)))?;
        }
    }
    Ok(grid.into_sheet(sheet_name(file_name)))
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(utf8(rest)?),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        _ => Cow::Borrowed(utf8(bytes)?),
    };
    // No text holds a NUL, and every binary file does.
    if text.contains('\0') {
        return Err(ReadError::NotText);
    }
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|_| ReadError::NotText)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    if !bytes.len().is_multiple_of(2) {
        return Err(ReadError::NotText);
    }
    let units = bytes.chunks_exact(2).map(|two| unit([two[0], two[1]]));
    char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| ReadError::NotText)
}

/// Web systems hand out pages named `.xls`; as CSV they would be rows of tags.
fn refuse_markup(text: &str) -> Result<(), ReadError> {
    let begin: String = text.trim_start().chars().take(9).collect();
    let begin = begin.to_ascii_lowercase();
    let markup = ["<html", "<!doctype", "<table", "<?xml", "{\\rtf"];
    match markup.into_iter().find(|tag| begin.starts_with(tag)) {
        Some(tag) => Err(ReadError::not_a_sheet(tag)),
        None => Ok(()),
    }
}

/// Excel's own first line `sep=;`, which it does not show as a row.
fn declared(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix("sep=")?;
    let delimiter = rest.chars().next()?;
    let body = &rest[delimiter.len_utf8()..];
    let body = body.strip_prefix('\r').unwrap_or(body);
    body.strip_prefix('\n').map(|body| (delimiter, body))
}

/// The delimiter that cuts the most rows into the same number of fields; of equals, the one with more fields.
fn sniff(text: &str) -> char {
    let mut best = (',', (0, 0));
    for delimiter in DELIMITERS {
        let mut rows_by_width = HashMap::new();
        for fields in Rows::new(text, delimiter).take(N_ROWS_LOOKED_AT) {
            if fields.len() > 1 {
                *rows_by_width.entry(fields.len()).or_insert(0_usize) += 1;
            }
        }
        let speaks_for = rows_by_width.into_iter().map(|(width, n)| (n, width)).max();
        if let Some(weight) = speaks_for.filter(|weight| *weight > best.1) {
            best = (delimiter, weight);
        }
    }
    best.0
}

fn sheet_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.to_owned()
}

/// The rows of a delimited text; an empty line is a row without fields.
struct Rows<'a> {
    rest: &'a str,
    delimiter: char,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, delimiter: char) -> Rows<'a> {
        Rows { rest: text, delimiter }
    }

    /// One field and what ended it: the delimiter, a line feed, or nothing at the end of the text.
    fn field(&mut self) -> (Cow<'a, str>, Option<char>) {
        if self.rest.starts_with('"') {
            return self.quoted_field();
        }
        let end = self.rest.find([self.delimiter, '\n', '\r']);
        let field = &self.rest[..end.unwrap_or(self.rest.len())];
        self.rest = &self.rest[field.len()..];
        (Cow::Borrowed(field), self.mark())
    }

    /// A doubled quote is a quote; what follows the closing one belongs to the field as it stands.
    fn quoted_field(&mut self) -> (Cow<'a, str>, Option<char>) {
        let mut field = String::new();
        let mut inside = self.rest.strip_prefix('"').unwrap_or(self.rest);
        loop {
            let Some(quote) = inside.find('"') else {
                field.push_str(inside);
                self.rest = "";
                return (Cow::Owned(field), None);
            };
            field.push_str(&inside[..quote]);
            inside = &inside[quote + 1..];
            match inside.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    inside = after;
                }
                None => break,
            }
        }
        let end = inside.find([self.delimiter, '\n', '\r']);
        let tail = &inside[..end.unwrap_or(inside.len())];
        field.push_str(tail);
        self.rest = &inside[tail.len()..];
        (Cow::Owned(field), self.mark())
    }

    /// Takes the delimiter or the line end that comes next; CR LF and a lone CR are line ends as well.
    fn mark(&mut self) -> Option<char> {
        let mark = self.rest.chars().next()?;
        self.rest = &self.rest[mark.len_utf8()..];
        if mark == '\r' {
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
            return Some('\n');
        }
        Some(mark)
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Vec<Cow<'a, str>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            let (field, mark) = self.field();
            fields.push(field);
            if mark != Some(self.delimiter) {
                break;
            }
        }
        if fields.len() == 1 && fields[0].is_empty() {
            fields.clear();
        }
        Some(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = read("a.csv", bytes, Limits::default()).unwrap();
        let shown = |cell: Cell| match cell {
            Cell::Text(text) => text,
            Cell::Empty => String::new(),
            other => panic!("{other:?}"),
        };
        let line = |cells: Vec<Cell>| cells.into_iter().map(shown).collect();
        sheet.rows.into_iter().map(line).collect()
    }

    #[test]
    fn every_delimiter_and_encoding_gives_the_same_rows() {
        let expected = vec![vec!["Stt", "Xã"], vec!["1", "Mỹ Thành"], vec!["2", "Cuối Hạ"]];
        for delimiter in [",", ";", "\t"] {
            let text = "Stt|Xã\r\n1|Mỹ Thành\r\n2|Cuối Hạ".replace('|', delimiter);
            let units: Vec<u16> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect();
            for bytes in [
                text.clone().into_bytes(),
                format!("\u{feff}{text}\r\n").into_bytes(),
                units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            ] {
                assert_eq!(rows(&bytes), expected, "{delimiter:?}");
            }
        }
    }

    #[test]
    fn commas_in_the_text_do_not_hide_the_semicolons() {
        let text = "Danh sách điểm, năm 2024\n\nStt;Loại;Hộ\n1;5 tự quản, trật tự;1,5\n2;Camera, đèn;2,5\n";
        let found = rows(text.as_bytes());
        assert_eq!(found[0], ["Danh sách điểm, năm 2024"]);
        assert!(found[1].is_empty());
        assert_eq!(found[3], ["1", "5 tự quản, trật tự", "1,5"]);
    }

    #[test]
    fn quotes_hold_delimiters_lines_and_quotes() {
        assert_eq!(
            rows(b"a,\"b,\"\"c\"\"\nd\",e\n\"x\"y,z \"q\",\n\"open, \n"),
            [vec!["a", "b,\"c\"\nd", "e"], vec!["xy", "z \"q\""], vec!["open,"]]
        );
    }

    #[test]
    fn empty_lines_and_cells_keep_their_places() {
        let sheet = read("a.csv", b"\n\n;;x\n;\n\ny;z\n", Limits::default()).unwrap();
        assert_eq!(sheet.cell(2, 2), &Cell::text("x"));
        assert_eq!(sheet.cell(5, 0), &Cell::text("y"));
        assert_eq!(sheet.rows.len(), 6);
    }

    #[test]
    fn a_declared_delimiter_counts_and_is_no_row() {
        assert_eq!(rows(b"sep=|\r\na|b;c\r\n"), [["a", "b;c"]]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [b"a,b\0c".as_slice(), b"\xC4\xE3\xBA\xC3,x", b"\x89PNG\r\n", b"\xFF\xFEa", b"\xFF\xFE\x00\xD8"] {
            let found = read("a.csv", bytes, Limits::default());
            assert_eq!(found, Err(ReadError::NotText));
        }
        for text in ["<html><table>", " <TABLE border=1>", "<?xml version='1.0'?>"] {
            let found = read("a.xls", text.as_bytes(), Limits::default());
            assert!(matches!(found, Err(ReadError::NotASheet(_))));
        }
    }

    #[test]
    fn the_limits_hold() {
        let limits = Limits { max_rows: 2, max_columns: 2, ..Limits::default() };
        assert!(read("a.csv", b"a,b\nc,d\n\n\n", limits).is_ok());
        assert_eq!(read("a.csv", b"a\nb\nc", limits), Err(ReadError::TooManyRows));
        assert_eq!(read("a.csv", b"a,b,c", limits), Err(ReadError::TooManyColumns));
    }

    #[test]
    fn a_sheet_is_named_after_its_file() {
        for (file, name) in [("điểm 2024.csv", "điểm 2024"), ("C:\\tmp\\a.b.csv", "a.b"), ("danh-sach", "danh-sach")]
        {
            assert_eq!(read(file, b"", Limits::default()).unwrap().name, name);
        }
    }
}
