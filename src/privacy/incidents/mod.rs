//! Incidents with people's data: the clock of 72 hours, and what was done.

pub mod actions;
pub mod incident;
pub mod pages;
pub mod store;
