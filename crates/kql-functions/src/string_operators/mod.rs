//! The string operators as functions, called by name from the planner. Only the positive forms are here: `!contains` is the
//! negation of `contains`, and so is a null operand's true.

use crate::ScalarFunction;

mod arguments;
mod equality;
mod regex;
mod substring;
mod term_list;
mod terms;

pub(crate) use arguments::{ValueList, binary, list_predicate};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &equality::EQUAL_TILDE,
    &equality::IN_TILDE,
    &substring::CONTAINS,
    &substring::CONTAINS_CS,
    &substring::STARTSWITH,
    &substring::STARTSWITH_CS,
    &substring::ENDSWITH,
    &substring::ENDSWITH_CS,
    &terms::HAS,
    &terms::HAS_CS,
    &terms::HASPREFIX,
    &terms::HASPREFIX_CS,
    &terms::HASSUFFIX,
    &terms::HASSUFFIX_CS,
    &term_list::HAS_ANY,
    &term_list::HAS_ALL,
    &term_list::HAS_ANY_INDEX,
    &regex::MATCHES_REGEX,
];
