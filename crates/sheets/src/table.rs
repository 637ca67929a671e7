//! A list to be written: some title lines, one row of headings, and the rows.

use jiff::civil::Date;

/// What is written as a file for people (XLSX) or for programmes (CSV).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the list is, its date, how it was counted: one line each, above the headings.
    pub title_lines: Vec<String>,
    /// The names of the columns.
    pub headings: Vec<String>,
    /// The rows, each as long as the headings.
    pub rows: Vec<Vec<OutCell>>,
}

/// What one written cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum OutCell {
    /// Text, never taken for a formula.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A number with decimals.
    Decimal(f64),
    /// A day.
    Date(Date),
    /// Nothing.
    Empty,
}

/// A day as both kinds of file show it.
pub(crate) fn shown_date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}
