//! Every administrative unit of Vietnam since 2021-11-01: its names, its parents, what became of it,
//! and where it lies. Pure: the tables are embedded, nothing is read at run time and no clock is asked.
//!
//! Three questions are answered here: [`load`] says which units there were and how they changed,
//! [`rollup()`] says under which units a fact is shown on any boundary date, and the maps say how to draw them.

mod embedded;
mod history;
mod map;
mod rollup;
mod table;
mod topology;
mod unit;

pub use history::{History, Link, NATION, Place, Span};
pub use map::{Map, Shape, dissolved, nation_map, old_provinces_map, province_map};
pub use rollup::{RollupRow, rollup};
pub use table::{Fault, load, read};
pub use unit::{Gazetteer, Level, Line, Unit, Version};

/// The first day of time: what has been "before 2021-11-01" starts here.
pub const BEGINNING: &str = "0001-01-01";

/// The day that never comes: what is still valid ends here.
pub const FOREVER: &str = "9999-12-31";

/// The sources, as they must be named wherever the units or a map are published.
pub fn attribution() -> &'static str {
    "Đơn vị hành chính: Cục Thống kê (NSO), Quyết định 19/2025/QĐ-TTg. \
     Ranh giới: Nhà xuất bản Tài nguyên - Môi trường và Bản đồ Việt Nam (sapnhap.bando.com.vn), \
     qua thanglequoc/vietnamese-provinces-database (MIT)."
}
