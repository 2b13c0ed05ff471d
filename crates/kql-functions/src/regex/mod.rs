//! Regular expressions: the functions that take one, and how one is compiled.

use crate::ScalarFunction;

mod count;
mod extract;
mod extract_all;
mod index;
mod pattern;
mod quote;
mod replace;
mod trim;

pub use pattern::{MAX_GROUPS, check_regex};
pub(crate) use pattern::{changing, check_argument, constant};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &extract::EXTRACT,
    &extract_all::EXTRACT_ALL,
    &replace::REPLACE_REGEX,
    &replace::REPLACE,
    &trim::TRIM,
    &trim::TRIM_START,
    &trim::TRIM_END,
    &count::COUNTOF,
    &index::INDEXOF_REGEX,
    &quote::REGEX_QUOTE,
];
