//! `partition by`: the subquery is planned once over all rows, working by key (see `mv_apply`).

use super::mv_apply::summarizes_all;
use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::first_per_key::FirstPerKey;
use crate::planner::{Order, Planner};
use crate::prepare::is_deterministic;
use crate::rows::{Carried, Rows};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan, Union, lit};
use kql_bind::bound::{Expr, Table, TableKind};
use kql_diagnostic::Span;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn partition(
        &self,
        input: &Arc<Table>,
        by: &Expr,
        id: usize,
        subquery: &Arc<Table>,
        span: Span,
    ) -> Result<Rows> {
        let rows = self.rows(input, Order::Matters)?;
        if !rows.carried.is_empty() {
            return Err(PlanError::unsupported(span, "partition inside mv-apply or partition cannot be run yet"));
        }
        let key = self.fresh("partition");
        let rows = rows.with_columns(vec![(key.clone(), self.value(by)?)], span)?;
        let mut applied =
            Rows { plan: rows.plan, carried: Carried { keys: vec![key], values: Vec::new(), marker: None } };
        if summarizes_all(subquery, id) && may_drop_rows(subquery) {
            if !is_deterministic(input) {
                return Err(PlanError::unsupported(span, "this partition over random rows cannot be run yet")
                    .with_help("materialize() the rows first"));
            }
            applied = self.with_extra_rows(applied, span)?;
        }
        self.applied.borrow_mut().insert(id, applied);
        let planned = self.rows(subquery, Order::Ignored);
        self.applied.borrow_mut().remove(&id);
        let mut planned = planned?;
        if let Some(marker) = planned.carried.marker.take() {
            planned.plan = crate::rows::filter(planned.plan, DfExpr::Not(Box::new(ident(&marker))), span)?;
        }
        planned.carried = Carried::default();
        let columns = subquery.schema.names().map(|n| (n.to_owned(), ident(n))).collect();
        planned.project(columns, span)
    }

    /// Adds the row per key that keeps a key in `summarize`s without `by` when no row of it is left.
    fn with_extra_rows(&self, rows: Rows, span: Span) -> Result<Rows> {
        let marker = self.fresh("marker");
        let marked = |plan, is_extra: bool| {
            let rows = Rows { plan, carried: Carried::default() };
            rows.with_columns(vec![(marker.clone(), lit(is_extra))], span)
        };
        let keys: Vec<DfExpr> = rows.carried.groups().collect();
        let first = OperationNode::plan(FirstPerKey::new(keys.len()), keys, rows.plan.clone()).at(span)?;
        let (all, extra) = (marked(rows.plan, false)?.plan, marked(first, true)?.plan);
        let plan = LogicalPlan::Union(Union::try_new(vec![Arc::new(all), Arc::new(extra)]).at(span)?);
        Ok(Rows { plan, carried: Carried { marker: Some(marker), ..rows.carried } })
    }
}

/// True when the subquery may end up without some rows of a key before it summarizes.
fn may_drop_rows(table: &Table) -> bool {
    let keeps = matches!(
        table.kind,
        TableKind::Project { .. }
            | TableKind::Summarize { .. }
            | TableKind::Sort { .. }
            | TableKind::Serialize { .. }
            | TableKind::ApplyInput { .. }
    );
    !keeps || crate::walk::inputs(table).into_iter().any(|input| may_drop_rows(input))
}
