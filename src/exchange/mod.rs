//! Lists of points, and of residential areas, in and out: what an office sends is checked, shown, and only then applied.
//! `columns` finds the headings, `points` reads a row, `names` knows the names, `known` what is kept
//! already; `check` gives each row a verdict, `apply` does what was checked, `export` writes the same list.

pub mod apply;
pub mod areas;
pub mod check;
pub mod columns;
pub mod export;
pub mod file;
pub mod forget;
mod known;
mod names;
pub mod pages;
pub mod points;
pub mod runs;
#[cfg(test)]
mod tests;
pub mod told;

pub use areas::{check_areas, export_areas};
pub use check::{Checked, RowError, check};
pub use export::export_points;
pub use file::read_sheets;
