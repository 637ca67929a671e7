//! Places through time: administrative units with their whole history, and the residential areas and
//! institutions that a province adds below its communes. A place is never deleted and never moved;
//! only where it is *shown* depends on a boundary date (`rollup`).

pub mod actions;
pub mod country;
pub mod effects;
pub mod events;
pub mod ground;
pub mod maps;
pub mod pages;
pub mod place;
pub mod reorganisation;
pub mod sizes;
pub mod store;
pub mod taking_effect;
#[cfg(test)]
mod tests;
pub mod tree;
