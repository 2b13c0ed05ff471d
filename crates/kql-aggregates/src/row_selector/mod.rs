//! Aggregates that choose a row or a value of it.

use crate::AggregateFunction;

mod arg_max;
mod min_max;
mod pick;
mod take_any;

/// The functions of this family.
pub static FUNCTIONS: &[&AggregateFunction] = &[
    &min_max::MAX,
    &min_max::MAXIF,
    &min_max::MIN,
    &min_max::MINIF,
    &arg_max::ARG_MAX,
    &arg_max::ARG_MIN,
    &arg_max::ARGMAX,
    &arg_max::ARGMIN,
    &take_any::TAKE_ANY,
    &take_any::TAKE_ANYIF,
    &take_any::ANY,
    &take_any::ANYIF,
    &take_any::PASSTHROUGH,
];
