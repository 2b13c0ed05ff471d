//! Functions over `dynamic` values: access, JSON text, arrays, sets, bags, and what `mv-expand` needs.

use crate::ScalarFunction;

pub(crate) mod access;
pub(crate) mod array;
pub(crate) mod bag;
pub(crate) mod budget;
pub(crate) mod cells;
pub mod convert;
pub(crate) mod element;
pub mod expand;
#[cfg(test)]
mod hostile;
mod json;
mod path;
mod set;
#[cfg(test)]
pub(crate) mod testing;
mod tolerant;

pub use cells::{Elements, from_scalar};
pub(crate) use json::parse_text;

/// The functions of this family that are about all dynamic values or about sets; the folders have their own lists.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[
    &json::PARSE_JSON,
    &json::TODYNAMIC,
    &json::DYNAMIC_TO_JSON,
    &json::EXTRACT_JSON,
    &set::SET_UNION,
    &set::SET_INTERSECT,
    &set::SET_DIFFERENCE,
    &set::SET_EQUALS,
    &set::SET_HAS_ELEMENT,
    &set::JACCARD_INDEX,
    &expand::EXPAND_TO,
];
