//! `sample`, `sample-distinct`.

use crate::error::{At, PlanError, Result};
use crate::nodes::OperationNode;
use crate::nodes::sample::Sample;
use crate::planner::{Order, Planner};
use crate::rows::{Rows, limit};
use datafusion::logical_expr::{Distinct, LogicalPlan};
use kql_bind::bound::{Expr, NamedExpr, Table};
use kql_diagnostic::Span;
use std::sync::Arc;

impl Planner<'_> {
    /// Rows drawn at random, each as likely as any other.
    pub(crate) fn sample(&self, input: &Arc<Table>, count: &Expr, span: Span) -> Result<Rows> {
        let rows = self.rows(input, Order::Ignored)?;
        if !rows.carried.is_empty() {
            return Err(PlanError::unsupported(span, "sample inside mv-apply and partition cannot be run yet"));
        }
        let sample = Sample::new(self.row_count(count)?);
        Ok(Rows::new(OperationNode::plan(sample, Vec::new(), rows.plan).at(span)?))
    }

    /// Any distinct values: the first ones met.
    pub(crate) fn sample_distinct(&self, input: &Arc<Table>, count: &Expr, of: &NamedExpr, span: Span) -> Result<Rows> {
        let column = vec![(of.name.to_string(), self.value(&of.value)?)];
        let rows = self.rows(input, Order::Ignored)?.project(column, span)?;
        let distinct = LogicalPlan::Distinct(Distinct::All(Arc::new(rows.plan)));
        if rows.carried.is_empty() {
            return Ok(Rows::new(limit(distinct, self.row_count(count)?)));
        }
        self.first(Rows { plan: distinct, carried: rows.carried }, self.row_count(count)?, span)
    }
}
