//! `take`.

use crate::error::{At, Result};
use crate::nodes::OperationNode;
use crate::nodes::group_limit::GroupLimit;
use crate::planner::{Order, Planner};
use crate::rows::{Rows, limit};
use kql_bind::bound::{Expr, Table};
use kql_diagnostic::Span;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn take(&self, input: &Arc<Table>, count: &Expr, order: Order, span: Span) -> Result<Rows> {
        // Of sorted rows the first ones, of others any.
        let order = if input.serialized { Order::Matters } else { order };
        let rows = self.rows(input, order)?;
        self.first(rows, self.row_count(count)?, span)
    }

    /// The first rows; inside `mv-apply` and `partition`, of each group.
    pub(crate) fn first(&self, rows: Rows, count: usize, span: Span) -> Result<Rows> {
        if rows.carried.is_empty() {
            return Ok(Rows::new(limit(rows.plan, count)));
        }
        let groups = rows.carried.groups().collect();
        let plan = OperationNode::plan(GroupLimit::new(count, &rows.carried), groups, rows.plan).at(span)?;
        Ok(Rows { plan, carried: rows.carried })
    }
}
