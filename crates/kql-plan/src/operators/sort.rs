//! `sort`, `top`, `serialize`.
//!
//! Null is the smallest value, NaN sits with it. DataFusion is free to drop a sort whose order no operator above asks for;
//! [`OrderPin`] asks for it, so that window functions, `take` and ordered aggregates above see the order.

use crate::error::{At, Result};
use crate::expression::call_by_name;
use crate::nodes::OperationNode;
use crate::nodes::legs_alike::LegsAlike;
use crate::nodes::order_pin::OrderPin;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use datafusion::logical_expr::{LogicalPlan, Sort, SortExpr, lit, when};
use kql_bind::bound::{Expr, SortKey, Table};
use kql_diagnostic::Span;
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn sort(&self, input: &Arc<Table>, keys: &[SortKey], order: Order, span: Span) -> Result<Rows> {
        let rows = self.rows(input, Order::Ignored)?;
        if order == Order::Ignored {
            return Ok(rows);
        }
        self.sorted(rows, keys, None, span)
    }

    pub(crate) fn top(
        &self,
        input: &Arc<Table>,
        count: &Expr,
        key: &SortKey,
        order: Order,
        span: Span,
    ) -> Result<Rows> {
        let count = self.row_count(count)?;
        let rows = self.rows(input, Order::Ignored)?;
        if !rows.carried.is_empty() || count == 0 {
            let sorted = self.sorted(rows, std::slice::from_ref(key), None, span)?;
            return self.first(sorted, count, span);
        }
        let expr = self.sort_keys(std::slice::from_ref(key))?;
        let late = self.finds_top(input, count, key);
        let input = if late { self.top_winners(rows.plan, &expr, count, span)? } else { rows.plan };
        let input = Arc::new(legs_alike(input, 1, span)?);
        let plan = LogicalPlan::Sort(Sort { expr, input, fetch: Some(count) });
        if order == Order::Ignored {
            return Ok(Rows::new(plan));
        }
        Ok(Rows::new(OperationNode::plan(OrderPin, Vec::new(), plan).at(span)?))
    }

    /// The rows as they come, in one sequence.
    pub(crate) fn serialize(&self, input: &Arc<Table>, order: Order, span: Span) -> Result<Rows> {
        let rows = self.rows(input, Order::Matters)?;
        if order == Order::Ignored {
            return Ok(rows);
        }
        let plan = OperationNode::plan(OrderPin, Vec::new(), rows.plan).at(span)?;
        Ok(Rows { plan, carried: rows.carried })
    }

    /// Rows in the order of the keys; inside `mv-apply` and `partition`, group by group.
    pub(crate) fn sorted(&self, rows: Rows, keys: &[SortKey], fetch: Option<usize>, span: Span) -> Result<Rows> {
        let key_count = rows.carried.groups().count() + keys.len();
        let groups = rows.carried.groups().map(|e| SortExpr { expr: e, asc: true, nulls_first: true });
        let expr: Vec<SortExpr> = groups.chain(self.sort_keys(keys)?).collect();
        let input = Arc::new(legs_alike(rows.plan, key_count, span)?);
        let plan = LogicalPlan::Sort(Sort { expr, input, fetch });
        let plan = OperationNode::plan(OrderPin, Vec::new(), plan).at(span)?;
        Ok(Rows { plan, carried: rows.carried })
    }

    fn sort_keys(&self, keys: &[SortKey]) -> Result<Vec<SortExpr>> {
        let mut sort = Vec::with_capacity(keys.len());
        for key in keys {
            let expr = self.value(&key.value)?;
            if key.value.ty == ScalarType::Real {
                // NaN next to null: null, NaN, numbers when nulls are first; numbers, NaN, null when they are last.
                let nan =
                    call_by_name("isnan", &[ScalarType::Real], vec![expr.clone()], ScalarType::Bool, key.value.span)?;
                let rank = when(expr.clone().is_null(), lit(0_i8)).when(nan, lit(1_i8)).otherwise(lit(2_i8));
                let expr = rank.at(key.value.span)?;
                sort.push(SortExpr { expr, asc: key.nulls_first, nulls_first: key.nulls_first });
            }
            sort.push(SortExpr { expr, asc: !key.descending, nulls_first: key.nulls_first });
        }
        Ok(sort)
    }
}

/// Rows to sort by several keys, without what DataFusion knows of the legs of a union.
///
/// A column that is constant in each leg, but not the same in all, is dropped from the keys of each leg's sort. That is right
/// for the merge above, but the legs of a sort with a limit share the worst row kept so far, and compare it by the keys that
/// are left: rows are lost. A sort without a limit may fail to plan.
fn legs_alike(plan: LogicalPlan, keys: usize, span: Span) -> Result<LogicalPlan> {
    if keys < 2 || !has_union(&plan) {
        return Ok(plan);
    }
    OperationNode::plan(LegsAlike, Vec::new(), plan).at(span)
}

fn has_union(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Union(_)) || plan.inputs().into_iter().any(has_union)
}
