//! Arithmetic operators and mathematical functions.

use crate::ScalarFunction;

mod beta;
mod extremes;
mod operators;
mod real;
mod rounding;
mod several;

/// The arithmetic operators, under the names they are written with.
pub static OPERATORS: &[&ScalarFunction] =
    &[&operators::ADD, &operators::SUBTRACT, &operators::MULTIPLY, &operators::DIVIDE, &operators::MODULO];

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &rounding::ABS,
    &rounding::SIGN,
    &rounding::CEILING,
    &rounding::ROUND,
    &extremes::MAX_OF,
    &extremes::MIN_OF,
    &real::SQRT,
    &several::POW,
    &real::EXP,
    &real::EXP2,
    &real::EXP10,
    &real::LOG,
    &real::LOG2,
    &real::LOG10,
    &real::SIN,
    &real::COS,
    &real::TAN,
    &real::COT,
    &real::ASIN,
    &real::ACOS,
    &real::ATAN,
    &several::ATAN2,
    &real::DEGREES,
    &real::RADIANS,
    &several::PI,
    &real::GAMMA,
    &real::LOGGAMMA,
    &real::ERF,
    &real::ERFC,
    &several::ISNAN,
    &several::ISINF,
    &several::ISFINITE,
    &several::RAND,
    &beta::BETA_CDF,
    &beta::BETA_INV,
    &beta::BETA_PDF,
    &beta::WELCH_TEST,
];
