//! What was really done at points: single activities, quickly entered where they happen, and totals of a month
//! where single entries are too much. An activity of several offices is entered once. Items of information,
//! reintegration and the like exist as totals of a month only, never as records.

pub mod actions;
pub mod activity;
pub mod pages;
pub mod store;
