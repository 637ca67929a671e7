//! What a province sets itself: how long things are kept, which days are off, by which texts people consent. The
//! clocks of the law stand beside them and are not set here.

pub mod actions;
pub mod pages;
