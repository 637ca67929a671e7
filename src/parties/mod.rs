//! People of whom the register holds something. A person is an id with a place; what is known of them stands in their
//! envelope, value by value, and can be burnt while every record and figure that speaks of them stays.

pub mod actions;
pub mod person;
pub mod store;
