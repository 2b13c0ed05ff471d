//! `range`.

use crate::error::{At, PlanError, Result};
use crate::nodes::OperationNode;
use crate::nodes::range::Range;
use crate::planner::Planner;
use crate::rows::Rows;
use crate::scan_of::arrow_schema;
use datafusion::common::DFSchema;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use kql_bind::bound::{Expr, Table};
use std::sync::Arc;

impl Planner<'_> {
    /// Rows from `from` to `to`, which is included when hit exactly.
    pub(crate) fn range(&self, from: &Expr, to: &Expr, step: &Expr, table: &Table) -> Result<Rows> {
        let (from, to, step) = (self.constant(from)?, self.constant(to)?, self.constant(step)?);
        let schema = arrow_schema(&table.schema);
        let range = schema.fields().first().and_then(|f| Range::new(Arc::clone(f), &from, &to, &step));
        let Some(range) = range else {
            return Err(PlanError::internal(table.span, "the bounds and the step of a range are not of its type"));
        };
        let one_row = EmptyRelation { produce_one_row: true, schema: Arc::new(DFSchema::empty()) };
        let plan = OperationNode::plan(range, Vec::new(), LogicalPlan::EmptyRelation(one_row)).at(table.span)?;
        Ok(Rows::new(plan))
    }
}
