//! Functions over `dynamic` values: access, JSON text, arrays, sets, bags, and what `mv-expand` needs.

pub(crate) mod access;
pub(crate) mod array;
pub(crate) mod bag;
pub(crate) mod cells;
pub mod convert;
pub(crate) mod element;
pub mod expand;
pub(crate) mod json;
mod path;
pub(crate) mod set;
#[cfg(test)]
pub(crate) mod testing;
mod tolerant;

pub use cells::{Elements, from_scalar};
