//! What people consented to. Nothing is consented to by silence: a consent names its purpose, what of the person,
//! through which channels, the text that was read, the day and the way it was given; and it ends when withdrawn.

pub mod actions;
pub mod consent;
pub mod pages;
pub mod store;
