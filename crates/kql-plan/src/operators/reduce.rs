//! `reduce`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::reduce::{Reduce, Rules};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{Table, TableKind};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn reduce(&self, table: &Table) -> Result<Rows> {
        let TableKind::Reduce { input, by, threshold, characters, source } = &table.kind else {
            return Err(PlanError::internal(table.span, "no reduce"));
        };
        let [.., pattern, count, representative] = &*table.schema.columns else {
            return Err(PlanError::internal(table.span, "reduce has three columns"));
        };
        let rows = self.rows(input, Order::Matters)?;
        if !rows.carried.is_empty() {
            return Err(PlanError::unsupported(table.span, "reduce inside mv-apply cannot be run yet"));
        }
        let operation = Reduce {
            rules: Rules { threshold: *threshold, characters: characters.clone() },
            names: [pattern, count, representative].map(|c| Arc::clone(&c.name)),
            source: *source,
        };
        let plan = OperationNode::plan(operation, vec![self.value(by)?], rows.plan).at(table.span)?;
        Rows::new(plan).project(table.schema.names().map(|n| (n.to_owned(), ident(n))).collect(), table.span)
    }
}
