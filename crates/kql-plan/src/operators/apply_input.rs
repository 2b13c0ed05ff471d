//! The rows a subquery of `mv-apply` or `partition` sees.

use crate::error::{PlanError, Result};
use crate::expression::ident;
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::Table;

impl Planner<'_> {
    pub(crate) fn apply_input(&self, id: usize, table: &Table) -> Result<Rows> {
        let Some(rows) = self.applied.borrow().get(&id).cloned() else {
            return Err(PlanError::internal(table.span, "a subquery's rows are not known"));
        };
        // The rows around may have more columns than the subquery reads.
        let hidden = rows.carried.idents().count();
        if rows.plan.schema().fields().len() == table.schema.columns.len() + hidden {
            return Ok(rows);
        }
        rows.project(table.schema.names().map(|n| (n.to_owned(), ident(n))).collect(), table.span)
    }
}
