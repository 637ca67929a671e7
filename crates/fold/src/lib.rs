//! Vietnamese text as offices write it: one spelling, a key to search by, a key to sort by, dates and numbers.
//! Pure: nothing is read, no clock is asked. Two spellings a reader takes for the same have the same key.

mod date;
mod number;
mod order;
mod text;

pub use date::{date_from_excel_serial, parse_date, parse_month, show_date};
pub use number::{CountError, parse_count, parse_decimal, show_count, show_decimal};
pub use order::{person_sort_key, sort_key};
pub use text::{clean, key, similarity};
