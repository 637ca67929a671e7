//! How a scheme spreads: from which point a point was replicated, what it kept, adapted and dropped, whether its place
//! was ready, who guides it; the tree of a scheme through time, and how many live on by generation.

pub mod actions;
pub mod adaptation;
pub mod draw;
pub mod pages;
pub mod store;
pub mod tree;
