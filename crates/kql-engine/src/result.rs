//! What a query gives.

use arrow::record_batch::RecordBatch;
use kql_bind::bound::Render;
use kql_diagnostic::Diagnostics;
use kql_types::RowSchema;
use std::sync::Arc;
use std::time::Duration;

/// One result of a query.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// `PrimaryResult`, or the name `as` or `fork` gave.
    pub name: Arc<str>,
    /// The columns.
    pub schema: RowSchema,
    /// The rows, in engine representation.
    pub batches: Vec<RecordBatch>,
    /// The trailing `render`.
    pub render: Option<Render>,
}

impl QueryResult {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

/// What a text gave: results of its statements, and what there is to say.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Results in order; empty after an error.
    pub results: Vec<QueryResult>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
    /// Figures.
    pub stats: Stats,
    /// What the engines below said, for a report of a defect. Never shown to users as an answer.
    pub internal: Vec<String>,
}

impl Outcome {
    /// True when nothing was refused and nothing failed.
    pub fn is_ok(&self) -> bool {
        !self.diagnostics.iter().any(kql_diagnostic::Diagnostic::is_error)
    }
}

/// Figures of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Text to syntax tree.
    pub parse: Duration,
    /// Syntax tree to bound tree, probes included.
    pub bind: Duration,
    /// Bound tree to physical plan, parts that run first included.
    pub plan: Duration,
    /// Running.
    pub execute: Duration,
    /// Rows read from tables.
    pub rows_scanned: u64,
    /// Most bytes reserved by operators at one time.
    pub peak_memory: usize,
    /// Rows of all results.
    pub rows: u64,
}
