//! `top-nested`.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::{Table, TopNestedLevel};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn top_nested(&self, _input: &Arc<Table>, _levels: &[TopNestedLevel], table: &Table) -> Result<Rows> {
        Err(PlanError::unsupported(table.span, "'top-nested' cannot be run yet"))
    }
}
