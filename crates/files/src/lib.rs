//! Files that people send: what they are is told by their content, pictures are drawn anew without what a camera
//! wrote into them, and each is kept under its hash. Knows no domain word.
//!
//! Nothing here is ever run or shown as a page: whoever hands a file out does so as an attachment.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail where it stands"))]

mod examine;
mod picture;
mod shelf;

pub use examine::{Examined, Kind, Refusal, examine};
pub use shelf::{Hash, Shelf};
