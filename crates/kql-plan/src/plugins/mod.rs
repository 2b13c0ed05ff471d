//! Plugins of `evaluate` that the binder did not write out as other operators, one file each.

mod geo_lookup;
mod ip_lookup;
mod patterns;
mod rows_near;
mod sequences;
mod table_lookup;

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::{PluginArgument, PluginValue, Table, TableKind};
use std::sync::Arc;

impl Planner<'_> {
    /// The rows of a plugin.
    pub(crate) fn evaluate(
        &self,
        input: Option<&Arc<Table>>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let Some(input) = input else {
            return Err(PlanError::internal(table.span, format!("the plugin '{plugin}' has no rows to work on")));
        };
        match plugin {
            "ipv4_lookup" | "ipv6_lookup" => self.ip_lookup(input, plugin, arguments, table),
            "geo_polygon_lookup" | "geo_line_lookup" => self.geo_lookup(input, plugin, arguments, table),
            "autocluster" | "basket" | "diffpatterns" => self.patterns(input, plugin, arguments, table),
            "sequence_detect" => self.sequence_detect(input, arguments, table),
            "funnel_sequence" | "funnel_sequence_completion" => self.funnel(input, plugin, arguments, table),
            "rows_near" => self.rows_near(input, arguments, table),
            _ => Err(PlanError::unsupported(table.span, format!("the plugin '{plugin}' cannot be run yet"))),
        }
    }
}

/// The table that a plugin looks things up in: its rows are there before the plugin is planned.
pub(crate) fn looked_up(table: &Table) -> Option<&Arc<Table>> {
    let TableKind::Evaluate { plugin, arguments, .. } = &table.kind else { return None };
    match (&**plugin, arguments.first().map(|a| &a.value)) {
        ("ipv4_lookup" | "ipv6_lookup" | "geo_polygon_lookup" | "geo_line_lookup", Some(PluginValue::Table(table))) => {
            Some(table)
        }
        _ => None,
    }
}
