//! `where`.

use crate::error::Result;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{Expr, Table};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn filter(&self, input: &Arc<Table>, predicate: &Expr, order: Order) -> Result<Rows> {
        let condition = self.condition(predicate)?;
        self.rows(input, order)?.filter(condition, predicate.span)
    }
}
