//! The workbench: from the annex of a resolution to a reorganisation that is in force. Lines are read, their names
//! matched to places, what they touch is shown, a second person signs. What happened at a place that was divided is
//! assigned in a work list; nothing that was entered is rewritten.

pub mod actions;
pub mod allocation;
pub mod annex;
pub mod correction;
pub mod impact;
pub mod matching;
pub mod pages;
pub mod sentence;
pub mod table;
#[cfg(test)]
mod tests;
pub mod tokens;
