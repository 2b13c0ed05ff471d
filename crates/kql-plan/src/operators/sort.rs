//! `sort`, `top`, `serialize`.
//!
//! Null is the smallest value, NaN sits with it. DataFusion is free to drop a sort whose order no operator above asks for;
//! [`OrderPin`] asks for it, so that window functions, `take` and ordered aggregates above see the order.

use crate::error::{At, Result};
use crate::expression::call_by_name;
use crate::nodes::OperationNode;
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
        let plan = LogicalPlan::Sort(Sort { expr, input: Arc::new(rows.plan), fetch: Some(count) });
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
        let groups = rows.carried.groups().map(|e| SortExpr { expr: e, asc: true, nulls_first: true });
        let expr = groups.chain(self.sort_keys(keys)?).collect();
        let plan = LogicalPlan::Sort(Sort { expr, input: Arc::new(rows.plan), fetch });
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
