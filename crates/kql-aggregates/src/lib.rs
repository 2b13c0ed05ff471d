//! Aggregation functions as DataFusion UDAFs.
//!
//! A function is a `pub static` [`AggregateFunction`]: a [`kql_types::function::FunctionSpec`] and what makes the [`State`]
//! of a call, one file per small family. Its family's `FUNCTIONS` slice lists it; [`families`] lists the families.
//!
//! A state remembers all groups of a `summarize` in columns; DataFusion's vectorised accumulator, the one without groups,
//! merging and filters are made of it in [`state`]. To DataFusion every call is a UDAF whose name says all there is to
//! know, `make_set(string,long)->dynamic`, so that plans can be sent to another process and resolved there by
//! [`udaf_by_name`]; constants such as the 95 of `percentile(x, 95)` travel as literal arguments.
//!
//! `…if` functions are their base function and a predicate argument. Functions whose result depends on the order of rows
//! ([`AggregateFunction::ordered`]) take the order from the call's `ORDER BY` and sort within each group.
//!
//! This crate knows no syntax, no binder and no files.

pub mod binary;
mod column;
pub mod dynamic;
mod hash;
mod interner;
mod native;
mod ordered;
mod registry;
pub mod row_selector;
pub mod state;
pub mod statistical;
mod udaf;

pub use native::Native;
pub use registry::{Family, aggregate, aggregates, families, series_collect, udaf_by_name};
pub use state::State;
pub use udaf::{AggregateFunction, Call, KqlAggregateUdf, aggregate_udf};
