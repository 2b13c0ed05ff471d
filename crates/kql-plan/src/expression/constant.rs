//! Constants: expressions without columns, computed while planning.

use super::literal::{is_of, null_scalar};
use crate::error::{At, PlanError, Result};
use crate::planner::Planner;
use arrow::datatypes::Schema;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr as DfExpr};
use datafusion::physical_expr::create_physical_expr;
use kql_bind::bound::Expr;
use kql_diagnostic::Span;
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    /// The value of an expression without columns, in the representation of its type.
    pub(crate) fn constant(&self, expr: &Expr) -> Result<ScalarValue> {
        let value = evaluate(self.value(expr)?, expr.span)?;
        if value.is_null() {
            return Ok(null_scalar(expr.ty));
        }
        if is_of(&value, expr.ty) {
            return Ok(value);
        }
        Err(PlanError::internal(expr.span, format!("a constant of type {} came as {}", expr.ty, value.data_type())))
    }

    /// A constant number of rows: of type int, long or real. Negative ones count as 0.
    pub(crate) fn row_count(&self, expr: &Expr) -> Result<usize> {
        let count = match self.constant(expr)? {
            ScalarValue::Int32(v) => v.map_or(0, i64::from),
            ScalarValue::Int64(v) => v.unwrap_or(0),
            ScalarValue::Float64(v) => v.unwrap_or(0.0) as i64,
            other => return Err(PlanError::internal(expr.span, format!("a row count of type {}", other.data_type()))),
        };
        Ok(usize::try_from(count.max(0)).unwrap_or(usize::MAX))
    }

    /// A constant text.
    pub(crate) fn constant_text(&self, expr: &Expr) -> Result<String> {
        match self.constant(expr)? {
            ScalarValue::Utf8View(v) => Ok(v.unwrap_or_default()),
            other => Err(PlanError::internal(expr.span, format!("a text of type {}", other.data_type()))),
        }
    }

    /// A constant in ticks, or a whole number: what axis bounds and steps are.
    pub(crate) fn constant_long(&self, expr: &Expr) -> Result<Option<i64>> {
        match (self.constant(expr)?, expr.ty) {
            (ScalarValue::Int64(v), _) => Ok(v),
            (ScalarValue::Int32(v), ScalarType::Int) => Ok(v.map(i64::from)),
            (other, _) => Err(PlanError::internal(expr.span, format!("a whole number of type {}", other.data_type()))),
        }
    }
}

/// Computes an expression over one row without columns.
pub(crate) fn evaluate(expr: DfExpr, span: Span) -> Result<ScalarValue> {
    if let DfExpr::Literal(value, _) = expr {
        return Ok(value);
    }
    let context = PhysicalPlanningContext::default();
    let compiled = create_physical_expr(&expr, &DFSchema::empty(), &ExecutionProps::new(), &context).at(span)?;
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &one_row).at(span)?;
    match compiled.evaluate(&batch).at(span)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0).at(span),
    }
}
