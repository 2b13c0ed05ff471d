//! What an operator that DataFusion lacks has to say of itself.

use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::fmt::Debug;
use std::sync::Arc;

/// An operator over one input that works on a stream of batches.
///
/// The output is the input's columns followed by [`Operation::appended`] ones, or the appended ones alone
/// ([`Operation::keeps_input`]). Expressions over the input row are held by the node around, so that DataFusion's rules can
/// see and rewrite them; the operation gets them compiled, in the same order.
///
/// An operation is plain data: two with the same [`Operation::describe`] text over the same expressions do the same.
pub trait Operation: Debug + Send + Sync + 'static {
    /// Name in plans: `MvExpand`.
    fn name(&self) -> &'static str;

    /// All parameters as text, for plans and for comparing two operations.
    fn describe(&self) -> String;

    /// Whether the input's columns come first in the output.
    fn keeps_input(&self) -> bool {
        true
    }

    /// Columns the operation adds.
    fn appended(&self) -> Vec<FieldRef> {
        Vec::new()
    }

    /// Where input rows must be.
    fn distribution(&self) -> Needs {
        Needs::Nothing
    }

    /// True when output rows come in the order of their input rows.
    fn keeps_order(&self) -> bool {
        true
    }

    /// True when what the operation makes of a row depends on the rows before and behind it: a sort above must not be moved
    /// below, though rows keep their order.
    fn reads_order(&self) -> bool {
        false
    }

    /// True when nothing that is known of the input's columns may be told of the output's.
    fn hides_input(&self) -> bool {
        false
    }

    /// True when the operation sees to it that a sort below it stays.
    fn pins_order(&self) -> bool {
        false
    }

    /// Which filters over input columns may run before the operation instead of after it.
    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::None
    }

    /// True when the first n output rows need only the first n input rows.
    fn limit_below(&self) -> bool {
        false
    }

    /// Starts the work on one partition.
    ///
    /// # Errors
    /// When the expressions cannot be used.
    fn start(&self, context: Start) -> Result<Box<dyn Transform>>;
}

/// What an operation's partition starts with.
#[derive(Debug)]
pub struct Start {
    /// The compiled expressions of the node.
    pub expressions: Vec<Arc<dyn PhysicalExpr>>,
    /// The schema of the output batches.
    pub schema: SchemaRef,
    /// Which partition.
    pub partition: usize,
    /// Rows an output batch should have at most.
    pub batch_size: usize,
}

/// Where input rows must be for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anywhere: each partition for itself.
    Nothing,
    /// All in one partition.
    One,
    /// Rows with equal values of the first `n` expressions in one partition.
    Hashed(usize),
}

/// Which filters may be pushed below an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FiltersBelow {
    /// None.
    None,
    /// Any filter that reads input columns only.
    Input,
    /// Filters that read these input columns only.
    Columns(Vec<String>),
}

/// The work on one partition: batches in, batches out.
pub trait Transform: Send {
    /// Takes a batch; may give output.
    ///
    /// # Errors
    /// When a computation fails.
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()>;

    /// The input has ended.
    ///
    /// # Errors
    /// When a computation fails.
    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let _ = out;
        Ok(())
    }

    /// True when there is output to fetch with [`Transform::more`] before further input is taken.
    fn pending(&self) -> bool {
        false
    }

    /// Gives the next piece of pending output: long outputs are made piece by piece.
    ///
    /// # Errors
    /// When a computation fails.
    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let _ = out;
        Ok(())
    }

    /// Bytes held, for the query's memory limit.
    fn memory(&self) -> usize {
        0
    }

    /// True when no further input is needed.
    fn done(&self) -> bool {
        false
    }
}
