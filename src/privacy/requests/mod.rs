//! The register of requests: what people ask about their data, by when it must be answered, and what was done.

pub mod actions;
pub mod pages;
pub mod request;
pub mod store;
