//! Does a point live? Real activities and members against the province's own rule; reasons in words and one
//! suggested action. It never ends anything by itself: officers agree or disagree, and the register counts how often.

pub mod actions;
pub mod pages;
pub mod rule;
pub mod store;
