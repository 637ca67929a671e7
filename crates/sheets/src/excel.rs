//! XLSX and XLS workbooks, parsed by calamine. Hidden sheets and charts are left out: people import what they see.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError};
use jiff::civil::Date;

use crate::grid::{Grid, Region};
use crate::read::{Limits, ReadError};
use crate::{Cell, Sheet};

pub(crate) const MAX_SHEETS: usize = 256;

pub(crate) fn read_xlsx(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    unless_it_panics(|| {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_refusal)?;
        let names = visible_sheets(book.sheets_metadata())?;
        read_each(names, limits, |name, grid| {
            let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_refusal)?;
            while let Some(cell) = cells.next_cell().map_err(xlsx_refusal)? {
                let (row, column) = cell.get_position();
                let data = Data::from(cell.get_value().clone());
                grid.put(row as usize, column as usize, cell_of(data))?;
            }
            drop(cells);
            book.merge_cells_by_sheet_name(name).map_err(xlsx_refusal)
        })
    })
}

/// The caller has made sure that the cells lie within the limits.
pub(crate) fn read_xls(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    unless_it_panics(|| {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(xls_refusal)?;
        let names = visible_sheets(book.sheets_metadata())?;
        read_each(names, limits, |name, grid| {
            let range = book.worksheet_range(name).map_err(xls_refusal)?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, data) in range.used_cells() {
                let at = (row + first_row as usize, column + first_column as usize);
                grid.put(at.0, at.1, cell_of(data.clone()))?;
            }
            book.merge_cells_by_sheet_name(name).map_err(xls_refusal)
        })
    })
}

/// Fills a grid for each sheet, then spreads its merged cells.
fn read_each(
    names: Vec<String>,
    limits: Limits,
    mut fill: impl FnMut(&str, &mut Grid) -> Result<Vec<Dimensions>, ReadError>,
) -> Result<Vec<Sheet>, ReadError> {
    let mut left = limits;
    let mut sheets = Vec::with_capacity(names.len());
    for name in names {
        let mut grid = Grid::new(left);
        for merged in fill(&name, &mut grid)? {
            grid.spread(Region {
                first: (merged.start.0 as usize, merged.start.1 as usize),
                last: (merged.end.0 as usize, merged.end.1 as usize),
            })?;
        }
        let sheet = grid.into_sheet(name);
        left = left.after(&sheet);
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn visible_sheets(sheets: &[calamine::Sheet]) -> Result<Vec<String>, ReadError> {
    if sheets.len() > MAX_SHEETS {
        return Err(ReadError::TooLarge);
    }
    let is_seen =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let names = sheets.iter().filter(is_seen);
    Ok(names.map(|sheet| sheet.name.clone()).collect())
}

fn cell_of(data: Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(number as f64),
        Data::Float(number) => Cell::Number(number),
        Data::String(text) | Data::DurationIso(text) => Cell::text(&text),
        Data::Bool(is_true) => Cell::Bool(is_true),
        Data::DateTime(moment) => day_of(moment).map_or(Cell::Number(moment.as_f64()), Cell::Date),
        Data::DateTimeIso(text) => Cell::iso_date(&text),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

/// None for a time of day, a duration, and what lies outside Excel's calendar.
fn day_of(moment: ExcelDateTime) -> Option<Date> {
    if !moment.is_datetime() || !(1.0..2_958_466.0).contains(&moment.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
}

fn xlsx_refusal(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Encrypted,
        other => ReadError::not_a_sheet(other),
    }
}

fn xls_refusal(error: XlsError) -> ReadError {
    match error {
        XlsError::Password => ReadError::Encrypted,
        other => ReadError::not_a_sheet(other),
    }
}

/// The parser indexes into what the file says; a broken file must not end the request.
fn unless_it_panics<T>(parse: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(ReadError::not_a_sheet("broken")))
}
