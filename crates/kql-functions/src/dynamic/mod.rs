//! Functions over `dynamic` values: access, JSON text, arrays, sets, bags, and what `mv-expand` needs.

pub(crate) mod access;
mod cells;
pub mod convert;
pub mod expand;
pub(crate) mod json;
mod path;
#[cfg(test)]
pub(crate) mod testing;
mod tolerant;

pub use cells::from_scalar;
