//! `rows_near`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::rows_near::RowsNear;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{PluginArgument, PluginValue, Table};
use std::sync::Arc;

impl Planner<'_> {
    /// Arguments: the condition, the number of rows before and after, the number of rows after.
    pub(crate) fn rows_near(&self, input: &Arc<Table>, arguments: &[PluginArgument], table: &Table) -> Result<Rows> {
        let values: Vec<_> = arguments
            .iter()
            .filter_map(|a| match &a.value {
                PluginValue::Scalar(e) => Some(e),
                _ => None,
            })
            .collect();
        let [condition, before, rest @ ..] = values.as_slice() else {
            return Err(PlanError::internal(table.span, "arguments of 'rows_near'"));
        };
        let planned = self.rows(input, Order::Matters)?;
        if planned.carried.marker.is_some() {
            let message = "rows_near before a summarize of all rows, inside mv-apply and partition, cannot be run yet";
            return Err(PlanError::unsupported(table.span, message));
        }
        let before = self.row_count(before)?;
        let after = rest.first().map_or(Ok(before), |after| self.row_count(after))?;
        let groups: Vec<_> = planned.carried.groups().collect();
        let operation = RowsNear { before, after, groups: groups.len() };
        let expressions = groups.into_iter().chain([self.condition(condition)?]).collect();
        let plan = OperationNode::plan(operation, expressions, planned.plan).at(table.span)?;
        let output = table.schema.names().map(|n| (n.to_owned(), ident(n))).collect();
        Rows { plan, carried: planned.carried }.project(output, table.span)
    }
}
