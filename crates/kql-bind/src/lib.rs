//! The binder: names, scopes, overloads and types. From a syntax tree to a typed [`bound`] tree.
//!
//! Everything Kusto decides before it runs a query is decided here: which thing a name is, which overload a call takes,
//! what is converted implicitly, what a column is called, which type it has. Later stages trust the tree: they look up no
//! names and choose no types. What the engine cannot run is refused here, with a code and a span.
//!
//! The binder learns of tables and functions through [`Catalog`], and of data through [`Probe`] (for `pivot`,
//! `bag_unpack` and their like, whose columns depend on it). It knows no Arrow, no DataFusion and no files.
//!
//! Where to look: `statements/` and `operators/` have a file for each construct, `expression/` the scalar expressions,
//! `special/` the functions that are bound otherwise than their signature says, `plugins/` those of `evaluate`; `scope` is
//! what names stand for, `names` how columns are called, `overload` and `convert` how types meet.

mod binder;
pub mod bound;
mod catalog;
mod convert;
pub mod cursor;
mod expression;
mod named;
mod names;
mod operators;
mod operators_spec;
mod options;
mod overload;
mod plugins;
mod scope;
mod special;
mod statements;

pub use catalog::{Catalog, Probe, ServiceFunction, ServiceParameter, StoredFunction};
pub use options::BindOptions;
pub use plugins::plugin_specs;

use bound::BoundScript;
use kql_syntax::ast::Script;

/// Binds a text.
///
/// Never fails as a whole: what is wrong is in [`BoundScript::diagnostics`], and `results` holds what could be bound. Depth and
/// size are limited: functions expand like macros.
pub fn bind(script: &Script, catalog: &dyn Catalog, probe: Option<&dyn Probe>, options: &BindOptions) -> BoundScript {
    let arena = binder::Arena::default();
    binder::Binder::new(catalog, probe, options, &arena).script(script)
}
