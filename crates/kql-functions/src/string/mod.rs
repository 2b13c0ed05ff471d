//! String functions, one file per small family.

use crate::ScalarFunction;

pub(crate) mod indexof;
mod length;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[&length::STRLEN, &length::STRING_SIZE, &indexof::INDEXOF];
