//! Kits of schemes: what must be kept when one is replicated, what counts as real activity, the least of members,
//! and papers to fill in. A kit has versions, each with its days; a scheme without one of its own goes by the kit that
//! comes with the programme, where there is one.

pub mod actions;
pub mod documents;
pub mod kit;
pub mod pages;
pub mod store;
