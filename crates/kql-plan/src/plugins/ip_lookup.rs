//! `ipv4_lookup` and `ipv6_lookup`.

use super::table_lookup::{Lookup, place};
use crate::error::{At, PlanError, Result};
use crate::nodes::table_lookup::Networks;
use crate::planner::Planner;
use crate::rows::Rows;
use kql_bind::bound::{Expr, ExprKind, PluginArgument, PluginValue, Table};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl Planner<'_> {
    /// Arguments: the lookup table, the address (over the input), the network (a column of the lookup table), further columns
    /// of both that must be equal, `return_unmatched`. Of the lookup table's columns those of the further keys are left out.
    pub(crate) fn ip_lookup(
        &self,
        input: &Arc<Table>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, format!("arguments of '{plugin}'"));
        let [lookup, address, network, further @ ..] = arguments else { return Err(wrong()) };
        let (PluginValue::Table(looked_up), PluginValue::Scalar(address), PluginValue::Scalar(network)) =
            (&lookup.value, &address.value, &network.value)
        else {
            return Err(wrong());
        };
        if address.ty != ScalarType::String {
            return Err(wrong());
        }
        let mut keys: Vec<&Expr> = Vec::new();
        let mut return_unmatched = false;
        for argument in further {
            let PluginValue::Scalar(e) = &argument.value else { return Err(wrong()) };
            match &e.kind {
                ExprKind::Column(_) => keys.push(e),
                ExprKind::Literal(Value::Bool(unmatched)) => return_unmatched = *unmatched == Some(true),
                _ => return Err(wrong()),
            }
        }
        let rows = &self.batch_of(looked_up, table.span)?;
        let network = rows.column(place(looked_up, network).ok_or_else(wrong)?);
        let finder = Arc::new(Networks::new(network, plugin == "ipv6_lookup").at(table.span)?);
        let (arguments, hidden) = (vec![address], Vec::new());
        let lookup = Lookup { input, looked_up, rows, finder, arguments, keys, hidden, return_unmatched };
        self.table_lookup(lookup, table)
    }
}
