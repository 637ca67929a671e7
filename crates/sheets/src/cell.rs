//! A sheet as it was read: rows of cells at the places they have in the file.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// What one cell holds. Text is NFC, trimmed and never empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing, or only spaces.
    #[default]
    Empty,
    /// Text; all cells of a CSV file are text.
    Text(String),
    /// A number, whole or not.
    Number(f64),
    /// A day; a time of day is left out.
    Date(Date),
    /// True or false.
    Bool(bool),
    /// What a formula shows instead of a value, such as `#N/A`.
    Error(String),
}

impl Cell {
    pub(crate) fn text(raw: &str) -> Cell {
        let text: String = raw.trim_matches(is_blank).nfc().collect();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    /// The day of an ISO date or moment; other text stays text.
    pub(crate) fn iso_date(raw: &str) -> Cell {
        raw.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| Cell::text(raw), Cell::Date)
    }
}

/// One sheet. `rows[0]` is row 1 of the file; rows end at their last filled cell and may differ in length.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The name on the tab; for CSV the file name without its ending.
    pub name: String,
    /// The rows from the first row of the file to the last filled one.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// The cell at a row and a column, both from 0; empty beyond the edge.
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        self.rows.get(row).and_then(|cells| cells.get(column)).unwrap_or(&Cell::Empty)
    }
}

/// How people name the cell at a row and a column, both from 0: (11, 2) is `C12`.
pub fn address(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_excel_shows() {
        for (row, column, shown) in [
            (0, 0, "A1"),
            (11, 2, "C12"),
            (0, 25, "Z1"),
            (0, 26, "AA1"),
            (9, 701, "ZZ10"),
            (9, 702, "AAA10"),
            (1_048_575, 16_383, "XFD1048576"),
        ] {
            assert_eq!(address(row, column), shown);
        }
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        assert_eq!(Cell::text("\u{a0} Xo\u{301}m\n"), Cell::Text("Xóm".to_owned()));
        assert_eq!(Cell::text(" \u{200b}\t"), Cell::Empty);
    }

    #[test]
    fn beyond_the_edge_all_is_empty() {
        let sheet = Sheet { name: String::new(), rows: vec![vec![], vec![Cell::Bool(true)]] };
        assert_eq!(sheet.cell(1, 0), &Cell::Bool(true));
        assert_eq!(sheet.cell(0, 0), &Cell::Empty);
        assert_eq!(sheet.cell(7, 7), &Cell::Empty);
    }
}
