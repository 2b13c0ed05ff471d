//! The binder: names, scopes, overloads and types. From a syntax tree to a typed [`bound`] tree.
//!
//! Everything Kusto decides before it runs a query is decided here: which thing a name is, which overload a call takes,
//! what is converted implicitly, what a column is called, which type it has. Later stages trust the tree: they look up no
//! names and choose no types. What the engine cannot run is refused here, with a code and a span.
//!
//! The binder learns of tables and functions through [`Catalog`], and of data through [`Probe`] (for `pivot`,
//! `bag_unpack` and their like, whose columns depend on it). It knows no Arrow, no DataFusion and no files.

pub mod bound;
mod catalog;

pub use catalog::{Catalog, Probe, StoredFunction};
