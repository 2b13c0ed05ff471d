//! Literal rows: `datatable`, `getschema`, the one empty row under `print`.

use crate::error::{At, PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use crate::scan_of::{arrow_schema, memory_table, scan};
use arrow::record_batch::RecordBatch;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use kql_bind::bound::{Expr, Table};
use std::sync::Arc;

/// Rows per batch.
const BATCH: usize = 8192;

impl Planner<'_> {
    pub(crate) fn datatable(&self, rows: &[Vec<Expr>], table: &Table) -> Result<Rows> {
        let width = table.schema.columns.len();
        if width == 0 {
            return match rows.len() {
                1 => Ok(Rows::new(LogicalPlan::EmptyRelation(EmptyRelation {
                    produce_one_row: true,
                    schema: Arc::new(DFSchema::empty()),
                }))),
                _ => Err(PlanError::internal(table.span, "a table without columns")),
            };
        }
        let schema = arrow_schema(&table.schema);
        let mut batches = Vec::new();
        for chunk in rows.chunks(BATCH) {
            let mut columns: Vec<Vec<ScalarValue>> = vec![Vec::with_capacity(chunk.len()); width];
            for row in chunk {
                if row.len() != width {
                    return Err(PlanError::internal(table.span, "a row that has not one value per column"));
                }
                for (cells, cell) in columns.iter_mut().zip(row) {
                    cells.push(self.constant(cell)?);
                }
            }
            let arrays =
                columns.into_iter().map(ScalarValue::iter_to_array).collect::<Result<Vec<_>, _>>().at(table.span)?;
            batches.push(RecordBatch::try_new(Arc::clone(&schema), arrays).at(table.span)?);
        }
        // One partition: a datatable's rows come in the order they are written.
        let provider = memory_table(batches, &table.schema, 1, table.span)?;
        scan(provider, &self.fresh("datatable"), &table.schema, table.span)
    }
}
