//! Care of the catalogue of schemes: other names, names that come together, what the Ministry spread. Names are like
//! one another by a proposal only; a person decides, and what it does to the number of schemes (C1) is told before.

pub mod actions;
pub mod effect;
pub mod pages;
pub mod store;
