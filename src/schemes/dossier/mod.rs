//! A point's dossier: which papers there should be, which are there, and which a step is not taken without.
//! The list is the province's own, with days of validity; nothing in it is shown as law.

pub mod actions;
pub mod item;
pub mod pages;
pub mod store;
