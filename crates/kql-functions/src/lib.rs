//! Scalar functions: the signature, documentation and kernel of each, one file per family.
//!
//! A function is a `pub static` [`ScalarFunction`]: a [`kql_types::function::FunctionSpec`] and a [`Kernel`]. Its family's
//! `FUNCTIONS` slice lists it; [`families`] lists the families. Nothing else has to be touched to add one: the binder, help,
//! completion, the language reference and the example tests all read the registry.
//!
//! Kernels work on Arrow arrays in the representation of [`arrow_type`]. The binder converts arguments to the parameter's
//! type before the call, so a kernel sees exactly the types of its signature (for a class such as `scalar`, any type:
//! look at [`Call::arguments`]). String results are never null; bad data gives null (or `''`), never an error.
//!
//! To DataFusion every call is a UDF whose name says all there is to know, `strlen(string)`, so that plans can be sent to
//! another process and resolved there by [`udf_by_name`].
//!
//! This crate knows no syntax, no binder and no files.

mod arrow_type;
mod cache;
pub mod columns;
#[cfg(test)]
mod expressions;
mod from_text;
pub mod kernel;
mod registry;
mod search;
#[cfg(test)]
mod testing;
mod text_form;
mod udf;

pub mod bitwise;
pub mod conditional;
pub mod conversion;
pub mod datetime;
pub mod dynamic;
pub mod encoding;
pub mod geospatial;
pub mod graph;
pub mod hash;
pub mod ip;
pub mod mathematical;
pub mod metadata;
pub mod parsing;
pub mod regex;
pub(crate) mod series;
pub mod sketch;
pub mod string;
pub mod string_operators;
pub mod units;
pub mod window;

pub use arrow_type::arrow_type;
pub use registry::{Family, families, function, functions, udf_by_name};
pub use series::anomalies;
pub use udf::{Call, Kernel, KqlScalarUdf, ScalarFunction, scalar_udf};
