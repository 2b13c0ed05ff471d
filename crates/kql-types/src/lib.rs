//! The ten scalar types of Kusto, their values and text forms, row schemas, and the signature language of functions.
//!
//! This crate knows no syntax, no Arrow and no DataFusion. Whoever needs to read a datetime from text, print a timespan
//! or walk a dynamic value calls it, so that a rule such as "seven fraction digits" is written once.

pub mod datetime;
pub mod decimal;
pub mod dynamic;
pub mod function;
pub mod guid;
pub mod number;
mod real_text;
mod scalar_type;
mod schema;
pub mod signature;
pub mod timespan;
mod value;

pub use scalar_type::ScalarType;
pub use schema::{Column, RowSchema};
pub use value::Value;
