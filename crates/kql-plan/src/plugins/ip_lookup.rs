//! `ipv4_lookup` and `ipv6_lookup`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::ip_lookup::{Index, IpLookup};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::{Expr, ExprKind, PluginArgument, PluginValue, Table};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl Planner<'_> {
    /// Arguments: the lookup table, the address (over the input), the network (a column of the lookup table), further columns
    /// of both that must be equal, `return_unmatched`. The lookup table's columns follow the input's, those of the further
    /// keys left out.
    pub(crate) fn ip_lookup(
        &self,
        input: &Arc<Table>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, format!("arguments of '{plugin}'"));
        let [lookup, address, network, further @ ..] = arguments else { return Err(wrong()) };
        let (PluginValue::Table(lookup), PluginValue::Scalar(address), PluginValue::Scalar(network)) =
            (&lookup.value, &address.value, &network.value)
        else {
            return Err(wrong());
        };
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
        let rows = self.batch_of(lookup, table.span)?;
        let place = |e: &Expr| match &e.kind {
            ExprKind::Column(name) => lookup.schema.columns.iter().position(|c| c.name == *name),
            _ => None,
        };
        let key_places = keys.iter().map(|k| place(k)).collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
        let shown: Vec<usize> = (0..lookup.schema.columns.len()).filter(|i| !key_places.contains(i)).collect();
        let network = place(network).ok_or_else(wrong)?;
        let index = Index::new(&rows, network, &key_places, &shown, plugin == "ipv6_lookup").at(table.span)?;

        let planned = self.rows(input, Order::Ignored)?;
        let mut expressions = vec![self.value(address)?];
        for key in keys {
            expressions.push(self.value(key)?);
        }
        expressions.extend(planned.carried.marker.as_deref().map(ident));
        let names: Vec<String> = shown.iter().map(|_| self.fresh("lookup")).collect();
        let operation = IpLookup {
            name: self.fresh("table"),
            index: Arc::new(index),
            columns: names.iter().cloned().zip(shown.iter().map(|i| lookup.schema.columns[*i].ty)).collect(),
            keys: key_places.len(),
            return_unmatched,
        };
        let plan = OperationNode::plan(operation, expressions, planned.plan).at(table.span)?;
        let sources = input.schema.names().map(str::to_owned).chain(names);
        let output = table.schema.names().zip(sources).map(|(name, source)| (name.to_owned(), ident(&source)));
        let output: Vec<_> = output.collect();
        if output.len() != table.schema.columns.len() || address.ty != ScalarType::String {
            return Err(wrong());
        }
        Rows { plan, carried: planned.carried }.project(output, table.span)
    }
}
