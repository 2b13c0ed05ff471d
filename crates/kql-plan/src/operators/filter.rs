//! `where`.

use crate::error::{At, Result};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use crate::scan_of::{memory_table, scan};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Column, NullEquality, ScalarValue};
use datafusion::logical_expr::{Expr as DfExpr, Join, JoinConstraint, JoinType, LogicalPlan, SubqueryAlias};
use kql_bind::bound::{Expr, ExprKind, Table};
use kql_syntax::ast::InOp;
use kql_types::{Column as KqlColumn, RowSchema};
use std::sync::Arc;

/// Up to this many values `in (table)` is a list of literals, which sources can prune by; more are joined.
const LIST: usize = 2_000;

impl Planner<'_> {
    pub(crate) fn filter(&self, input: &Arc<Table>, predicate: &Expr, order: Order) -> Result<Rows> {
        let mut rows = self.rows(input, order)?;
        let parts = match &predicate.kind {
            ExprKind::Logical { and: true, operands } => operands.iter().collect(),
            _ => vec![predicate],
        };
        // Rows in order, and the extra rows inside `mv-apply`, would not survive a join.
        let joins = order == Order::Ignored && rows.carried.marker.is_none();
        let (mut long, mut rest): (Vec<&Expr>, Vec<&Expr>) = (Vec::new(), Vec::new());
        for part in parts {
            if joins && self.is_long_list(part)? { long.push(part) } else { rest.push(part) }
        }
        if long.is_empty() {
            return rows.filter(self.condition(predicate)?, predicate.span);
        }
        for part in rest {
            rows = rows.filter(self.condition(part)?, part.span)?;
        }
        for part in long {
            rows = self.filter_by_join(rows, part)?;
        }
        Ok(rows)
    }

    fn is_long_list(&self, part: &Expr) -> Result<bool> {
        match &part.kind {
            ExprKind::InTable { op: InOp::In | InOp::NotIn, table, .. } => {
                Ok(self.list_of(table, part.span)?.len() > LIST)
            }
            _ => Ok(false),
        }
    }

    /// `in` as a semi join, `!in` as an anti join. Null is in no list, and a null in the list is equal to nothing.
    fn filter_by_join(&self, rows: Rows, part: &Expr) -> Result<Rows> {
        let ExprKind::InTable { op, value, table } = &part.kind else { return Ok(rows) };
        let values = self.list_of(table, part.span)?;
        let schema: RowSchema = [KqlColumn::new("value", value.ty)].into_iter().collect();
        let present: Vec<String> = rows.plan.schema().fields().iter().map(|f| f.name().clone()).collect();
        let array = ScalarValue::iter_to_array(values.iter().cloned()).at(part.span)?;
        let batch = RecordBatch::try_new(crate::scan_of::arrow_schema(&schema), vec![array]).at(part.span)?;
        let list = scan(memory_table(vec![batch], &schema, 1, part.span)?, &self.fresh("list"), &schema, part.span)?;
        let key = self.fresh("value");
        let rows = rows.with_columns(vec![(key.clone(), self.value(value)?)], part.span)?;
        let alias = |plan, name| -> Result<Arc<LogicalPlan>> {
            let alias = SubqueryAlias::try_new(Arc::new(plan), name).at(part.span)?;
            Ok(Arc::new(LogicalPlan::SubqueryAlias(alias)))
        };
        let side = |name: &str, column: &str| DfExpr::Column(Column::new(Some(name), column));
        // The list is the side that is held, and filters what is read of the other.
        let (left, right) = (alias(list.plan, "list")?, alias(rows.plan, "rows")?);
        let on = vec![(side("list", "value"), side("rows", &key))];
        let kind = if *op == InOp::In { JoinType::RightSemi } else { JoinType::RightAnti };
        let equal = NullEquality::NullEqualsNothing;
        let join = Join::try_new(left, right, on, None, kind, JoinConstraint::On, equal, false).at(part.span)?;
        let columns = present.iter().map(|c| side("rows", c).alias(c)).collect();
        let plan = crate::rows::project(LogicalPlan::Join(join), columns, part.span)?;
        Ok(Rows { plan, carried: rows.carried })
    }
}
