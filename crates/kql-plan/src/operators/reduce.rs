//! `reduce`.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::Table;

impl Planner<'_> {
    pub(crate) fn reduce(&self, table: &Table) -> Result<Rows> {
        Err(PlanError::unsupported(table.span, "'reduce' cannot be run yet"))
    }
}
