//! The rows a subquery of `mv-apply` or `partition` sees.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_diagnostic::Span;

impl Planner<'_> {
    pub(crate) fn apply_input(&self, id: usize, span: Span) -> Result<Rows> {
        let found = self.applied.borrow().get(&id).cloned();
        found.ok_or_else(|| PlanError::internal(span, "a subquery's rows are not known"))
    }
}
