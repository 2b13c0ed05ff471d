//! `project`, `extend` and their kin; window functions in them.

use crate::error::Result;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{NamedExpr, Table};
use kql_diagnostic::Span;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn project(&self, input: &Arc<Table>, columns: &[NamedExpr], order: Order, span: Span) -> Result<Rows> {
        if columns.iter().any(|c| crate::window::has_window_call(&c.value)) {
            return self.windowed_project(input, columns, span);
        }
        let lowered = columns.iter().map(|c| Ok((c.name.to_string(), self.value(&c.value)?))).collect::<Result<_>>()?;
        self.rows(input, order)?.project(lowered, span)
    }
}
