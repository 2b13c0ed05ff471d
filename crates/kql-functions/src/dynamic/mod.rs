//! Functions over `dynamic` values: access, JSON text, arrays, sets, bags.

use crate::ScalarFunction;

mod cells;
pub mod convert;

pub use cells::from_scalar;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[];
