//! How long things are kept that are needed for a time only. A run lists what is over before it erases it.

pub mod pages;
pub mod period;
pub mod run;
