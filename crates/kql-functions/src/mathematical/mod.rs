//! Arithmetic operators and mathematical functions.

use crate::ScalarFunction;

mod operators;

/// The arithmetic operators, under the names they are written with.
pub static OPERATORS: &[&ScalarFunction] =
    &[&operators::ADD, &operators::SUBTRACT, &operators::MULTIPLY, &operators::DIVIDE, &operators::MODULO];
