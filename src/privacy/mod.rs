//! What people may ask about their data, and what the register owes them: requests with the clocks of the law,
//! erasing, a copy of everything held, incidents, and how long things are kept.

pub mod actions;
pub mod clock;
pub mod erasure;
pub mod export;
pub mod incidents;
mod mentions;
pub mod pages;
pub mod requests;
pub mod retention;
pub mod rules;
