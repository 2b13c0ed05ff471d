//! JSON text, read in place: one pass finds the top-level entries of a record, values stay slices of the input.
//!
//! A record is not turned into a tree. Most values go straight from the input into a column; only `dynamic` ones are looked
//! at again, by `kql_types::dynamic`.

mod scan;
mod string;

pub(crate) use scan::{Entry, Raw, Scanner, SyntaxError};
pub(crate) use string::unescape;
