//! The way in: what a file is, is told by its first bytes; its name only gives a CSV sheet its name.

use thiserror::Error;

use crate::{Sheet, delimited, legacy, zipped};

/// How much a file may hold. Rows are counted over all sheets together, empty ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the file.
    pub max_bytes: usize,
    /// The size of what a zipped file (XLSX, ODS) unpacks to.
    pub max_unzipped_bytes: u64,
    /// Rows over all sheets.
    pub max_rows: usize,
    /// Columns of any sheet.
    pub max_columns: usize,
}

impl Default for Limits {
    /// Enough for any list an office keeps, and small enough for a server with little memory.
    fn default() -> Limits {
        Limits { max_bytes: 20 << 20, max_unzipped_bytes: 100 << 20, max_rows: 50_000, max_columns: 100 }
    }
}

impl Limits {
    /// What is left for the next sheets.
    pub(crate) fn after(self, sheet: &Sheet) -> Limits {
        Limits { max_rows: self.max_rows.saturating_sub(sheet.rows.len()), ..self }
    }
}

/// Why a file was not read. The texts are for logs; people are told in their own words.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// More bytes, sheets or merged cells than allowed.
    #[error("too large")]
    TooLarge,
    /// More rows than allowed.
    #[error("too many rows")]
    TooManyRows,
    /// More columns than allowed.
    #[error("too many columns")]
    TooManyColumns,
    /// Unpacks to more than allowed.
    #[error("zip bomb")]
    ZipBomb,
    /// Neither a workbook nor text in UTF-8 or UTF-16.
    #[error("not text")]
    NotText,
    /// Something else than a sheet, or a broken workbook; what was found.
    #[error("not a sheet: {0}")]
    NotASheet(String),
    /// Protected by a password.
    #[error("encrypted")]
    Encrypted,
}

impl ReadError {
    pub(crate) fn not_a_sheet(found: impl ToString) -> ReadError {
        ReadError::NotASheet(found.to_string())
    }
}

/// Reads the visible sheets of a workbook, or the one sheet of a CSV file.
pub fn read(file_name: &str, bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    if bytes.len() > limits.max_bytes {
        return Err(ReadError::TooLarge);
    }
    match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => zipped::read(bytes, limits),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => legacy::read(bytes, limits),
        [b'%', b'P', b'D', b'F', ..] => Err(ReadError::not_a_sheet("PDF")),
        _ => delimited::read(file_name, bytes, limits).map(|sheet| vec![sheet]),
    }
}
