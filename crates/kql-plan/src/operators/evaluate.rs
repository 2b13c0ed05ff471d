//! `evaluate`. The binder writes out `bag_unpack`, `narrow` and `pivot` as other operators; the plugins left are not run yet.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::{PluginArgument, Table};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn evaluate(
        &self,
        _input: Option<&Arc<Table>>,
        plugin: &str,
        _arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        Err(PlanError::unsupported(table.span, format!("the plugin '{plugin}' cannot be run yet")))
    }
}
