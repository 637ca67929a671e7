//! Self-checks of data: what looks wrong in the register and is worth a look. They only tell; nothing is changed.

pub mod actions;
pub mod finding;
pub mod pages;
pub mod store;
