//! What fits where: traits that places have from one day to another and schemes are meant for; which places are alike,
//! which schemes work there, and where a scheme is still missing. Everything is derived from points within reach and opens
//! its rows. A trait belongs to a place or a scheme, never to a person.

pub mod actions;
pub mod likeness;
pub mod pages;
pub mod store;
