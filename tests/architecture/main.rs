//! The house holds its shape: the source files are read as text and judged. Every rule is a pure function
//! over a file's name and text, and is itself tested by breaking it on purpose.

mod line;
mod migrations;
mod purity;
mod ranks;
mod source;
mod sql;
mod templates;
