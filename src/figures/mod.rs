//! Figures: a named relation of rows and an aggregate, asked at a cut-off date and a boundary date.
//!
//! The same relation gives the number, its breakdowns and its rows; no other query exists for it.
//! A number is never shown without its rule and both dates.

pub mod ask;
pub mod catalogue;
pub mod kept;
pub mod pages;
pub mod proof;
pub mod relations;
mod rows;
#[cfg(test)]
mod tests;
pub mod told;
