//! `bag_unpack`: the slots of a bag as columns
//! (<https://learn.microsoft.com/kusto/query/bag-unpack-plugin>). The binder has read the slots and their types.

use crate::error::{PlanError, Result};
use crate::expression::{call_by_name, ident, text};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Expr, ExprKind, PluginArgument, PluginValue, Table};
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn bag_unpack(&self, input: &Arc<Table>, arguments: &[PluginArgument], table: &Table) -> Result<Rows> {
        let scalar = |name: Option<&str>, place: usize| {
            let named = name.and_then(|name| arguments.iter().find(|a| a.name.as_deref() == Some(name)));
            let placed = arguments.iter().filter(|a| a.name.is_none()).nth(place);
            match named.or(placed).map(|a| &a.value) {
                Some(PluginValue::Scalar(value)) => Some(value),
                _ => None,
            }
        };
        let Some(bag) = scalar(None, 0) else {
            return Err(PlanError::internal(table.span, "bag_unpack has no column"));
        };
        let prefix = self.text_argument(scalar(Some("OutputColumnPrefix"), 1))?;
        let conflict = self.text_argument(scalar(Some("columnsConflict"), 2))?;
        let unpacked = match &bag.kind {
            ExprKind::Column(name) => Some(&**name),
            _ => None,
        };
        let rows = self.rows(input, Order::Ignored)?;
        let value = self.value(bag)?;
        let mut columns: Vec<(String, DfExpr)> = Vec::with_capacity(table.schema.columns.len());
        for column in table.schema.columns.iter() {
            let own = input.schema.column(&column.name).is_some() && unpacked != Some(&*column.name);
            let key = column.name.strip_prefix(prefix.as_str());
            let column_value = match key {
                Some(key) if !own => self.slot(&value, key, column.ty, bag)?,
                Some(_) if conflict == "replace_source" => {
                    return Err(PlanError::unsupported(
                        table.span,
                        "bag_unpack with columnsConflict='replace_source' cannot be run yet",
                    ));
                }
                _ => ident(&column.name),
            };
            columns.push((column.name.to_string(), column_value));
        }
        rows.project(columns, table.span)
    }

    /// The slot of a bag as a value of a type.
    fn slot(&self, bag: &DfExpr, key: &str, ty: ScalarType, at: &Expr) -> Result<DfExpr> {
        let name = if ty == ScalarType::Dynamic { "__get".to_owned() } else { format!("__get_{ty}") };
        let types = [ScalarType::Dynamic, ScalarType::String];
        call_by_name(&name, &types, vec![bag.clone(), text(key)], ty, at.span)
    }

    fn text_argument(&self, argument: Option<&Expr>) -> Result<String> {
        match argument {
            Some(argument) if argument.ty == ScalarType::String => self.constant_text(argument),
            _ => Ok(String::new()),
        }
    }
}
