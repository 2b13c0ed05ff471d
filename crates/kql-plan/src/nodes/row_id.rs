//! Numbers rows: what tells the input rows of an `mv-apply` apart.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::Int64Array;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use std::sync::Arc;

/// The operation: appends a long column, different in every row.
#[derive(Debug)]
pub(crate) struct RowId {
    column: String,
}

impl RowId {
    /// Under this name.
    pub(crate) fn new(column: impl Into<String>) -> Self {
        RowId { column: column.into() }
    }
}

impl Operation for RowId {
    fn name(&self) -> &'static str {
        "RowId"
    }

    fn describe(&self) -> String {
        self.column.clone()
    }

    fn appended(&self) -> Vec<FieldRef> {
        vec![Arc::new(Field::new(&self.column, DataType::Int64, false))]
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn limit_below(&self) -> bool {
        true
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        // Rows of different partitions differ in the upper bits.
        Ok(Box::new(Running { next: (start.partition as i64) << 40, schema: start.schema }))
    }
}

struct Running {
    next: i64,
    schema: SchemaRef,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let end = self.next + batch.num_rows() as i64;
        let ids: Int64Array = (self.next..end).collect();
        self.next = end;
        let mut columns = batch.columns().to_vec();
        columns.push(Arc::new(ids));
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        Ok(())
    }
}
