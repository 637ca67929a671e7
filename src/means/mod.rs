//! What a point has and what was spent on it: equipment with its condition and dates of inspection, money by
//! source. Cameras and bells are counted and looked after; no picture or sound is ever connected.

pub mod actions;
pub mod line;
pub mod pages;
pub mod store;
