//! Groupings: places in groups that cut across the tree, such as police clusters, emulation blocks, branches of an
//! agency, former districts. Several stand side by side, each with its days. A member is a unit of some map; what came
//! of it, or what it came from, is in its group on the other maps as long as that is certain.

pub mod actions;
pub mod grouping;
pub mod on_map;
pub mod pages;
pub mod store;
