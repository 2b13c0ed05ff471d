//! Conditional functions.

use crate::ScalarFunction;

mod around;
mod coalesce;
mod iff;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[&iff::IFF, &iff::CASE, &coalesce::COALESCE, &iff::NOT, &around::AROUND];
