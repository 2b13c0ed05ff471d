//! Conversions between types, and questions about a value's type and emptiness.

use crate::ScalarFunction;

mod convert;
mod hex;
mod null;
mod text;
mod to_type;

pub(crate) use convert::truncate;
pub use convert::{convert, null_of};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &text::TOSTRING,
    &to_type::TOINT,
    &to_type::TOLONG,
    &to_type::TODOUBLE,
    &to_type::TODECIMAL,
    &to_type::TOBOOL,
    &to_type::TODATETIME,
    &to_type::TOTIMESPAN,
    &to_type::TOGUID,
    &hex::TOHEX,
    &null::GETTYPE,
    &null::ISNULL,
    &null::ISNOTNULL,
    &null::ISEMPTY,
    &null::ISNOTEMPTY,
];
