//! The bound tree: what a query means, with every name resolved and every type known.
//!
//! Operators that are other operators in disguise are written out: `extend`, `project-away`, `distinct`, `count`,
//! `print`, `lookup`, `search`, `find`, `getschema` come as [`TableKind::Project`], [`TableKind::Summarize`],
//! [`TableKind::Join`], [`TableKind::Union`] and [`TableKind::Datatable`]. What is left is what a planner has to plan.

mod expression;
mod graph;
mod outline;
mod render;
mod table;

pub use expression::*;
pub use graph::*;
pub use render::*;
pub use table::*;

use kql_diagnostic::{Diagnostics, Span};
use std::sync::Arc;

/// A bound text.
#[derive(Clone, Debug, Default)]
pub struct BoundScript {
    /// Results in order: one for each tabular statement, several for `fork` and `facet`.
    pub results: Vec<BoundResult>,
    /// `set` statements in order; the last one of a name wins.
    pub options: Vec<(String, kql_types::Value)>,
    /// Management commands, by their place among the statements.
    pub commands: Vec<kql_syntax::ast::Command>,
    /// Errors and warnings. With an error, `results` holds what could be bound.
    pub diagnostics: Diagnostics,
}

/// One result of a query.
#[derive(Clone, Debug)]
pub struct BoundResult {
    /// `PrimaryResult`, or the name given by `as` or a `fork` branch.
    pub name: Arc<str>,
    /// The rows.
    pub table: Arc<Table>,
    /// The trailing `render`.
    pub render: Option<Render>,
    /// The statement.
    pub span: Span,
}
