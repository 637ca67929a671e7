//! Exemplars (điển hình tiên tiến) and commendations (khen thưởng) in their first form. An exemplar is
//! not an award: awards are given *to* exemplars. What is withdrawn keeps its row, reason and date.

pub mod actions;
pub mod pages;
pub mod store;
