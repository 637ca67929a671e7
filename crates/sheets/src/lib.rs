//! Spreadsheets in and out: XLSX, XLS, ODS, CSV and the tables of DOCX are read, XLSX and CSV are written. Knows no domain word.
//!
//! What comes in is not trusted: [`Limits`] hold before memory is taken, and a broken file is a [`ReadError`].
//! Row and column numbers count from 0 and are those of the file, so [`address`] names the cell people see.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail where it stands"))]

mod cell;
mod delimited;
mod docx;
mod excel;
mod grid;
mod legacy;
mod ods;
mod read;
mod table;
mod write_csv;
mod write_xlsx;
mod xml;
mod zipped;

pub use cell::{Cell, Sheet, address};
pub use read::{Limits, ReadError, read};
pub use table::{OutCell, Table};
pub use write_csv::write_csv;
pub use write_xlsx::{WriteError, write_xlsx};
