//! The nodes or the edges of a graph with their properties, and expressions over them.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Field, FieldRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::DFSchema;
use datafusion::error::Result;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::create_physical_expr;
use std::collections::HashMap;
use std::sync::Arc;

/// The id of a node as a column of expressions over nodes, of its own type.
pub(crate) const RAW_ID: &str = "__node_raw_id__";

/// Elements of one kind, as columns.
#[derive(Debug, Default)]
pub(super) struct Elements {
    columns: Vec<(String, ArrayRef)>,
    rows: usize,
}

impl Elements {
    /// Elements without properties.
    pub(super) fn new(rows: usize) -> Self {
        Elements { columns: Vec::new(), rows }
    }

    /// Sets a property; one of that name is replaced.
    pub(super) fn set(&mut self, name: &str, values: ArrayRef) {
        match self.columns.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = values,
            None => self.columns.push((name.to_owned(), values)),
        }
    }

    /// Forgets a property.
    pub(super) fn remove(&mut self, name: &str) {
        self.columns.retain(|(n, _)| n != name);
    }

    /// True when the property is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(n, _)| n == name)
    }

    /// The values of an expression, one for each element.
    pub(super) fn evaluate(&self, expr: &DfExpr) -> Result<ArrayRef> {
        let reads = expr.column_refs();
        let (mut fields, mut arrays): (Vec<FieldRef>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        for (name, values) in self.columns.iter().filter(|(n, _)| reads.iter().any(|c| c.name == *n)) {
            fields.push(Arc::new(Field::new(name, values.data_type().clone(), true)));
            arrays.push(Arc::clone(values));
        }
        evaluate(expr, fields, arrays, self.rows)
    }

    /// For which elements a predicate is true.
    pub(super) fn test(&self, predicate: &DfExpr) -> Result<Vec<bool>> {
        let values = self.evaluate(predicate)?;
        let values = values.as_boolean();
        Ok((0..values.len()).map(|row| values.is_valid(row) && values.value(row)).collect())
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.columns.iter().map(|(_, a)| a.get_array_memory_size()).sum()
    }
}

/// The values of an expression over columns.
pub(super) fn evaluate(expr: &DfExpr, fields: Vec<FieldRef>, arrays: Vec<ArrayRef>, rows: usize) -> Result<ArrayRef> {
    let schema = DFSchema::new_with_metadata(fields.into_iter().map(|f| (None, f)).collect(), HashMap::new())?;
    let context = PhysicalPlanningContext::default();
    let compiled = create_physical_expr(expr, &schema, &ExecutionProps::new(), &context)?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema.inner()), arrays, &options)?;
    compiled.evaluate(&batch)?.into_array(rows)
}
