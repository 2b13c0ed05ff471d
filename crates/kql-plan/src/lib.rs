//! From bound tree to DataFusion logical plan, and the nodes DataFusion lacks.
//!
//! [`Planner`] turns the bound tables of one query into [`datafusion::logical_expr::LogicalPlan`]s. Each operator has a
//! file in `operators`, each kind of expression one in `expression`; what DataFusion has no node for is in [`nodes`]. Parts
//! that must be run before the rest can be planned (`toscalar`, `materialize`, …) go through the [`Host`].
//!
//! Every plan's output has exactly the names and Arrow types of the bound schema, unqualified. This crate knows no query
//! text, no files and no sessions.

mod cell;
mod error;
mod expression;
mod host;
pub mod nodes;
mod operators;
mod planner;
mod plugins;
mod prepare;
mod prune;
mod rows;
mod scan_of;
mod text;
mod unique;
mod walk;
mod window;

pub use cell::cell;
pub use error::{PlanError, Result};
pub use host::Host;
pub use planner::Planner;
pub use scan_of::{arrow_schema, memory_table};
pub use window::{window_function, window_functions};

use datafusion::config::ConfigOptions;

/// Sets what plans of this crate rely on: rows of a sorted sequence are not dealt out to other threads, since window
/// functions and ordered aggregates above need their order. Work is spread where data comes from and by hash exchanges.
pub fn configure(options: &mut ConfigOptions) {
    options.optimizer.enable_round_robin_repartition = false;
    // Joins come with the smaller side on the left, where filters are taken into account.
    options.optimizer.join_reordering = false;
    // Logical and physical plan disagree on whether `x IS TRUE` can be null, and the check takes that for a defect.
    options.execution.skip_physical_aggregate_schema_check = true;
    // Our structs are results of functions, never columns of files, and the rule fails where common expressions were taken
    // out before: `summarize arg_max(x, y), a = sum(x), b = sum(x)`.
    options.optimizer.enable_leaf_expression_pushdown = false;
}
