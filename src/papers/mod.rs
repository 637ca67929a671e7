//! Papers: decisions, plans, regulations, minutes, each named by number, date and issuer, kept once a province
//! however often it is used, with its files. The register keeps the legal trace; the files lie on a shelf beside
//! the database, under their hash. A paper is seen by who may see a thing that uses it.

pub mod actions;
pub mod pages;
pub mod paper;
pub mod store;
