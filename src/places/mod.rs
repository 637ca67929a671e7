//! Places through time: administrative units with their whole history, and the residential areas and
//! institutions that a province adds below its communes. A place is never deleted and never moved;
//! only where it is *shown* depends on a boundary date (`rollup`).

pub mod actions;
pub mod country;
pub mod pages;
pub mod place;
pub mod store;
