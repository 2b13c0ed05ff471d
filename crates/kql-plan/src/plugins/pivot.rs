//! `pivot`: rows to columns (<https://learn.microsoft.com/kusto/query/pivot-plugin>). The binder has read the values that
//! become columns.

use crate::error::{At, PlanError, Result};
use crate::expression::{convert, ident, text};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use datafusion::logical_expr::{Aggregate, Expr as DfExpr, LogicalPlan, Operator, binary_expr};
use kql_bind::bound::{AggregateCall, PluginArgument, PluginValue, Table};
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    /// The columns of the schema that the input has are the groups; each other one is a value, aggregated over its rows.
    pub(crate) fn pivot(&self, input: &Arc<Table>, arguments: &[PluginArgument], table: &Table) -> Result<Rows> {
        let Some(PluginValue::Scalar(pivoted)) = arguments.first().map(|a| &a.value) else {
            return Err(PlanError::internal(table.span, "pivot has no column"));
        };
        let aggregate = arguments.iter().find_map(|a| match &a.value {
            PluginValue::Aggregate(call) => Some(call.clone()),
            _ => None,
        });
        let others: Vec<&str> = arguments
            .iter()
            .skip(1)
            .filter_map(|a| match &a.value {
                PluginValue::Scalar(e) => match &e.kind {
                    kql_bind::bound::ExprKind::Column(name) => Some(&**name),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let count = || -> Result<AggregateCall> {
            let Some(function) = kql_aggregates::aggregate("count") else {
                return Err(PlanError::internal(table.span, "count is missing"));
            };
            let results = vec![("count_".into(), ScalarType::Long)];
            Ok(AggregateCall { function: &function.spec, arguments: Vec::new(), results, span: table.span })
        };
        let aggregate = match aggregate {
            Some(call) => call,
            None => count()?,
        };
        // Groups come first, as many as the input has of them; then the values.
        let mut reads = Vec::new();
        for argument in &aggregate.arguments {
            crate::walk::each_expression(argument, &mut |e| {
                if let kql_bind::bound::ExprKind::Column(name) = &e.kind {
                    reads.push(Arc::clone(name));
                }
            });
        }
        if let kql_bind::bound::ExprKind::Column(name) = &pivoted.kind {
            reads.push(Arc::clone(name));
        }
        let is_group = |name: &str| {
            if others.is_empty() {
                input.schema.column(name).is_some() && !reads.iter().any(|r| **r == *name)
            } else {
                others.contains(&name)
            }
        };
        let groups: Vec<&str> = table.schema.names().take_while(|name| is_group(name)).collect();
        let values: Vec<&str> = table.schema.names().skip(groups.len()).collect();

        let pivot_text = convert(self.value(pivoted)?, pivoted.ty, ScalarType::String, pivoted.span)?;
        let pivot_name = self.fresh("pivot");
        let mut computed: Vec<(String, DfExpr)> = vec![(pivot_name.clone(), pivot_text)];
        computed.extend(groups.iter().enumerate().map(|(i, name)| (format!("__key{i}__"), ident(name))));
        let call = self.aggregate_call(&aggregate, &mut computed)?;
        let rows = self.rows(input, Order::Ignored)?.project(computed, table.span)?;
        let by = (0..groups.len()).map(|i| ident(&format!("__key{i}__"))).collect();
        let mut results = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            let mut call = call.clone();
            call.params.filter = Some(Box::new(binary_expr(ident(&pivot_name), Operator::Eq, text(value))));
            results.push(DfExpr::AggregateFunction(call).alias(format!("__result{i}__")));
        }
        let plan = LogicalPlan::Aggregate(Aggregate::try_new(Arc::new(rows.plan), by, results).at(table.span)?);
        let keys = groups.iter().enumerate().map(|(i, name)| ((*name).to_owned(), ident(&format!("__key{i}__"))));
        let cells = values.iter().enumerate().map(|(i, name)| ((*name).to_owned(), ident(&format!("__result{i}__"))));
        Rows::new(plan).project(keys.chain(cells).collect(), table.span)
    }
}
