//! Lists that a province words itself: terms with days of validity, in a marked default until the province has its own.
//! What was written under a term stays with the wording of its day.

pub mod actions;
pub mod pages;
pub mod store;
pub mod term;
