//! Reviews: a campaign over chosen points, decided by whoever answers for each: keep, strengthen, replicate, merge,
//! end, strike off. A decision is carried out in the same transaction as the step it means, so that what a review
//! tells and what the figures tell are the same rows. What ended points taught goes to a shelf of its own.

pub mod actions;
pub mod decision;
pub mod pages;
pub mod store;
