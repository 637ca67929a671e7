//! XLSX for people: bold headings that stay in view and filter, columns as wide as what they hold.

use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, FormatAlign, RowNum, Workbook, Worksheet, XlsxError};
use thiserror::Error;

use crate::{OutCell, Table};

const NARROWEST: usize = 6;
const WIDEST: usize = 60;

/// Why a table cannot be written: too many rows or columns, too long a text, a day before 1900.
#[derive(Debug, Error)]
#[error("cannot write xlsx: {0}")]
pub struct WriteError(#[from] XlsxError);

/// The table as a workbook of one sheet: the title lines, an empty row, the headings, the rows.
pub fn write_xlsx(table: &Table) -> Result<Vec<u8>, WriteError> {
    let bold = Format::new().set_bold();
    let heading = bold.clone().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let formats = Formats::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in table.title_lines.iter().enumerate() {
        sheet.write_string_with_format(row_number(row)?, 0, line, &bold)?;
    }
    let heading_row = match table.title_lines.len() {
        0 => 0,
        n_lines => n_lines + 1,
    };
    for (column, name) in table.headings.iter().enumerate() {
        let at = (row_number(heading_row)?, column_number(column)?);
        sheet.write_string_with_format(at.0, at.1, name, &heading)?;
    }
    for (i, cells) in table.rows.iter().enumerate() {
        let row = row_number(heading_row + 1 + i)?;
        for (column, cell) in cells.iter().enumerate() {
            formats.write(sheet, (row, column_number(column)?), cell)?;
        }
    }
    lay_out(sheet, table, heading_row)?;
    Ok(book.save_to_buffer()?)
}

struct Formats {
    count: Format,
    decimal: Format,
    date: Format,
}

impl Formats {
    fn new() -> Formats {
        Formats {
            count: Format::new().set_num_format("#,##0"),
            decimal: Format::new().set_num_format("#,##0.0##"),
            date: Format::new().set_num_format("dd/mm/yyyy"),
        }
    }

    fn write(&self, sheet: &mut Worksheet, (row, column): (RowNum, ColNum), cell: &OutCell) -> Result<(), XlsxError> {
        match cell {
            OutCell::Empty => {}
            OutCell::Text(text) => {
                sheet.write_string(row, column, text)?;
            }
            OutCell::Count(count) => {
                sheet.write_number_with_format(row, column, *count as f64, &self.count)?;
            }
            OutCell::Decimal(amount) => {
                sheet.write_number_with_format(row, column, *amount, &self.decimal)?;
            }
            OutCell::Date(date) => {
                let year = u16::try_from(date.year()).unwrap_or_default();
                let day = ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8)?;
                sheet.write_datetime_with_format(row, column, &day, &self.date)?;
            }
        }
        Ok(())
    }
}

fn lay_out(sheet: &mut Worksheet, table: &Table, heading_row: usize) -> Result<(), XlsxError> {
    let Some(last_column) = table.headings.len().checked_sub(1) else {
        return Ok(());
    };
    let last_row = row_number(heading_row + table.rows.len())?;
    let heading_row = row_number(heading_row)?;
    sheet.set_freeze_panes(heading_row + 1, 0)?;
    sheet.autofilter(heading_row, 0, last_row, column_number(last_column)?)?;
    for (column, name) in table.headings.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        // The arrow of the filter takes about two letters.
        let widest = cells.map(width).fold(name.chars().count() + 2, usize::max);
        let width = (widest + 1).clamp(NARROWEST, WIDEST) as f64;
        sheet.set_column_width(column_number(column)?, width)?;
    }
    Ok(())
}

fn width(cell: &OutCell) -> usize {
    match cell {
        OutCell::Text(text) => text.lines().map(|line| line.chars().count()).max().unwrap_or(0),
        OutCell::Count(count) => count.to_string().len() * 4 / 3,
        OutCell::Decimal(amount) => format!("{amount:.3}").len(),
        OutCell::Date(_) => 10,
        OutCell::Empty => 0,
    }
}

fn row_number(row: usize) -> Result<RowNum, XlsxError> {
    RowNum::try_from(row).map_err(|_| XlsxError::RowColumnLimitError)
}

fn column_number(column: usize) -> Result<ColNum, XlsxError> {
    ColNum::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Cell, Limits, ReadError, read};

    fn table() -> Table {
        Table {
            title_lines: vec!["ĐIỂM MÔ HÌNH".to_owned(), "Đến ngày 05/03/2025".to_owned()],
            headings: ["Tên", "Ngày", "Hộ", "Tỷ lệ"].map(str::to_owned).to_vec(),
            rows: vec![
                vec![
                    OutCell::Text("=1+1".to_owned()),
                    OutCell::Date(date(2025, 3, 5)),
                    OutCell::Count(33_112),
                    OutCell::Decimal(87.4),
                ],
                vec![OutCell::Text("Xóm Bưng\n1".to_owned()), OutCell::Empty, OutCell::Count(-2), OutCell::Empty],
            ],
        }
    }

    fn texts(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| Cell::text(text)).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = write_xlsx(&table()).unwrap();
        let sheets = read("a.csv", &bytes, Limits::default()).unwrap();
        assert_eq!(sheets.len(), 1);
        assert_eq!(
            sheets[0].rows,
            [
                texts(&["ĐIỂM MÔ HÌNH"]),
                texts(&["Đến ngày 05/03/2025"]),
                vec![],
                texts(&["Tên", "Ngày", "Hộ", "Tỷ lệ"]),
                vec![Cell::text("=1+1"), Cell::Date(date(2025, 3, 5)), Cell::Number(33_112.0), Cell::Number(87.4),],
                vec![Cell::text("Xóm Bưng\n1"), Cell::Empty, Cell::Number(-2.0)],
            ]
        );
    }

    #[test]
    fn a_table_without_rows_or_headings_can_be_written() {
        for empty in [Table::default(), Table { rows: vec![], ..table() }] {
            let bytes = write_xlsx(&empty).unwrap();
            assert!(read("a.xlsx", &bytes, Limits::default()).is_ok());
        }
    }

    #[test]
    fn a_day_before_excel_cannot_be_written() {
        let old = Table {
            headings: vec!["Ngày".to_owned()],
            rows: vec![vec![OutCell::Date(date(1890, 5, 19))]],
            ..Table::default()
        };
        assert!(write_xlsx(&old).is_err());
    }

    #[test]
    fn merged_cells_hidden_sheets_and_places_are_read_as_seen() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("Điểm").unwrap();
        let plain = Format::new();
        sheet.merge_range(2, 1, 2, 3, "Tiêu đề", &plain).unwrap();
        sheet.merge_range(4, 1, 5, 1, "Xã Mỹ Thành", &plain).unwrap();
        sheet.write_string(4, 2, "Tổ 1").unwrap();
        sheet.write_string(5, 2, "Tổ 2").unwrap();
        sheet.write_boolean(5, 3, true).unwrap();
        let hidden = book.add_worksheet();
        hidden.write_string(0, 0, "ẩn").unwrap();
        hidden.set_hidden(true);
        let bytes = book.save_to_buffer().unwrap();
        let sheets = read("a.xlsx", &bytes, Limits::default()).unwrap();
        assert_eq!(sheets.len(), 1);
        assert_eq!(sheets[0].name, "Điểm");
        let mut last = texts(&["", "Xã Mỹ Thành", "Tổ 2"]);
        last.push(Cell::Bool(true));
        assert_eq!(
            sheets[0].rows,
            [
                vec![],
                vec![],
                texts(&["", "Tiêu đề", "Tiêu đề", "Tiêu đề"]),
                vec![],
                texts(&["", "Xã Mỹ Thành", "Tổ 1"]),
                last,
            ]
        );
    }

    #[test]
    fn the_limits_hold_over_all_sheets() {
        let mut book = Workbook::new();
        for _ in 0..2 {
            book.add_worksheet().write_number(5, 4, 1).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let limits = |max_rows, max_columns| Limits { max_rows, max_columns, ..Limits::default() };
        let read = |limits| read("a.xlsx", &bytes, limits).map(|sheets| sheets.len());
        assert_eq!(read(limits(12, 5)), Ok(2));
        assert_eq!(read(limits(11, 5)), Err(ReadError::TooManyRows));
        assert_eq!(read(limits(12, 4)), Err(ReadError::TooManyColumns));
        let small = Limits { max_bytes: bytes.len() - 1, ..Limits::default() };
        assert_eq!(read(small), Err(ReadError::TooLarge));
    }

    #[test]
    fn a_single_cell_in_the_last_corner_takes_no_memory() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_number(0, 0, 1).unwrap();
        sheet.write_number(1_048_575, 16_383, 1).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        assert_eq!(read("a.xlsx", &bytes, Limits::default()), Err(ReadError::TooManyRows));
    }
}
