//! Units of measure.

use crate::ScalarFunction;

mod convert;
mod tables;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &convert::CONVERT_ANGLE,
    &convert::CONVERT_ENERGY,
    &convert::CONVERT_FORCE,
    &convert::CONVERT_LENGTH,
    &convert::CONVERT_MASS,
    &convert::CONVERT_SPEED,
    &convert::CONVERT_TEMPERATURE,
    &convert::CONVERT_VOLUME,
];
