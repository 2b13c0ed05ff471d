//! `top-hitters`: computed exactly.

use crate::error::{PlanError, Result};
use crate::expression::ident;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{AggregateCall, Expr, ExprKind, NamedExpr, SortKey, Table};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn top_hitters(
        &self,
        input: &Arc<Table>,
        count: &Expr,
        of: &NamedExpr,
        by: Option<&Expr>,
        table: &Table,
    ) -> Result<Rows> {
        let [_, weight] = &*table.schema.columns else {
            return Err(PlanError::internal(table.span, "top-hitters has two columns"));
        };
        let name = if by.is_some() { "sum" } else { "count" };
        let Some(function) = kql_aggregates::aggregate(name) else {
            return Err(PlanError::unsupported(table.span, format!("the aggregate '{name}' cannot be run yet")));
        };
        let call = AggregateCall {
            function: &function.spec,
            arguments: by.cloned().into_iter().collect(),
            results: vec![(Arc::clone(&weight.name), weight.ty)],
            span: table.span,
        };
        let rows = self.rows(input, Order::Ignored)?;
        let grouped = self.aggregate(rows, std::slice::from_ref(of), &[call], table.span)?;
        let value = Expr { kind: ExprKind::Column(Arc::clone(&weight.name)), ty: weight.ty, span: table.span };
        let key = SortKey { value, descending: true, nulls_first: false };
        let sorted = self.sorted(grouped, std::slice::from_ref(&key), None, table.span)?;
        let best = self.first(sorted, self.row_count(count)?, table.span)?;
        // The engine shows the best ones last.
        let shown = self.sorted(best, &[SortKey { descending: false, ..key }], None, table.span)?;
        shown.project(table.schema.names().map(|n| (n.to_owned(), ident(n))).collect(), table.span)
    }
}
