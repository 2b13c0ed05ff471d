//! `geo_polygon_lookup` and `geo_line_lookup`.

use super::table_lookup::{Lookup, place};
use crate::error::{At, PlanError, Result};
use crate::nodes::table_lookup::Shapes;
use crate::planner::Planner;
use crate::rows::Rows;
use datafusion::scalar::ScalarValue;
use kql_bind::bound::{Expr, PluginArgument, PluginValue, Table};
use std::sync::Arc;

impl Planner<'_> {
    /// Arguments: the lookup table, the shape (a column of the lookup table), longitude and latitude (over the input), then
    /// the named ones: `radius`, `return_unmatched`, `return_lookup_key`. `lookup_area_radius` is a hint that changes no
    /// result. The shape is shown only with `return_lookup_key`.
    pub(crate) fn geo_lookup(
        &self,
        input: &Arc<Table>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, format!("arguments of '{plugin}'"));
        let [lookup, shape, longitude, latitude, named @ ..] = arguments else { return Err(wrong()) };
        let PluginValue::Table(looked_up) = &lookup.value else { return Err(wrong()) };
        let scalar = |argument| match argument {
            &PluginArgument { value: PluginValue::Scalar(ref e), .. } => Ok(e),
            _ => Err(wrong()),
        };
        let named = |name: &str| -> Result<Option<ScalarValue>> {
            let argument = named.iter().find(|a| a.name.as_deref() == Some(name));
            let e: Option<&Expr> = argument.map(scalar).transpose()?;
            e.map(|e| self.constant(e)).transpose()
        };
        let radius = named("radius")?.map(|value| match value {
            ScalarValue::Float64(Some(metres)) => metres,
            // Null is no distance: nothing is within it.
            _ => f64::NAN,
        });
        let is_true = |value: Option<ScalarValue>| matches!(value, Some(ScalarValue::Boolean(Some(true))));
        let return_unmatched = is_true(named("return_unmatched")?);
        let rows = &self.batch_of(looked_up, table.span)?;
        let shape = place(looked_up, scalar(shape)?).ok_or_else(wrong)?;
        let hidden = if is_true(named("return_lookup_key")?) { Vec::new() } else { vec![shape] };
        let finder = Shapes::new(rows.column(shape), plugin == "geo_line_lookup", radius).at(table.span)?;
        let (arguments, keys) = (vec![scalar(longitude)?, scalar(latitude)?], Vec::new());
        let finder = Arc::new(finder);
        let lookup = Lookup { input, looked_up, rows, finder, arguments, keys, hidden, return_unmatched };
        self.table_lookup(lookup, table)
    }
}
