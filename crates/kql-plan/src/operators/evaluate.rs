//! `evaluate`: plugins that are planned, one file each in `plugins`.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::{PluginArgument, Table};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn evaluate(
        &self,
        input: Option<&Arc<Table>>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        match (plugin, input) {
            ("bag_unpack", Some(input)) => self.bag_unpack(input, arguments, table),
            ("narrow", Some(input)) => self.narrow(input, table),
            ("pivot", Some(input)) => self.pivot(input, arguments, table),
            _ => Err(PlanError::unsupported(table.span, format!("the plugin '{plugin}' cannot be run yet"))),
        }
    }
}
