//! Schemes (mô hình), the points where they are applied (điểm mô hình), the teams that carry them out
//! (Tổ thực hiện mô hình). A point's state is what its dated steps make it; nothing is deleted.
//! Teams are not points: guidance 22 counts one point per area, whatever the number of teams.

pub mod actions;
pub mod check;
pub mod dossier;
pub mod kept_names;
pub mod lessons;
pub mod list;
pub mod names;
pub mod origin;
pub mod pages;
pub mod point;
pub mod scheme;
pub mod store;
#[cfg(test)]
mod tests;
