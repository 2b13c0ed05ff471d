//! `summarize`, `distinct`, `count`.
//!
//! Keys and arguments are computed first, under names of the planner's own; what aggregates need as literals stays literal.

use crate::error::{At, PlanError, Result};
use crate::expression::{field_of, ident, runs};
use crate::nodes::OperationNode;
use crate::nodes::fields::Fields;
use crate::planner::{Order, Planner};
use crate::rows::{Carried, Rows, limit};
use arrow::datatypes::Field;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr as DfExpr, LogicalPlan, lit};
use kql_aggregates::aggregate_udf;
use kql_bind::bound::{AggregateCall, Expr, NamedExpr, Table};
use kql_diagnostic::Span;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::sync::Arc;

/// Fields of a struct that are taken out one by one at most.
const MANY: usize = 8;

impl Planner<'_> {
    pub(crate) fn summarize(
        &self,
        input: &Arc<Table>,
        keys: &[NamedExpr],
        aggregates: &[AggregateCall],
        span: Span,
    ) -> Result<Rows> {
        let ordered = aggregates.iter().any(is_ordered);
        let order = if ordered && input.serialized { Order::Matters } else { Order::Ignored };
        let rows = self.rows(input, order)?;
        let winners = if order == Order::Ignored { self.finds_winners(input, keys, aggregates) } else { None };
        self.grouped(rows, keys, aggregates, winners, span)
    }

    /// Groups rows by keys. The output has the keys, then the results of the aggregates.
    pub(crate) fn aggregate(
        &self,
        rows: Rows,
        keys: &[NamedExpr],
        aggregates: &[AggregateCall],
        span: Span,
    ) -> Result<Rows> {
        self.grouped(rows, keys, aggregates, None, span)
    }

    fn grouped(
        &self,
        rows: Rows,
        keys: &[NamedExpr],
        aggregates: &[AggregateCall],
        winners: Option<&str>,
        span: Span,
    ) -> Result<Rows> {
        let mut computed: Vec<(String, DfExpr)> = Vec::new();
        for (i, key) in keys.iter().enumerate() {
            computed.push((format!("__key{i}__"), self.value(&key.value)?));
        }
        // `take_any(*)` where all columns are keys, or there are none, gives nothing.
        let (nothing, aggregates): (Vec<_>, Vec<_>) = aggregates.iter().partition(|a| a.results.is_empty());
        let calls = aggregates.iter().map(|a| self.aggregate_call(a, &mut computed)).collect::<Result<Vec<_>>>()?;
        let rows = rows.project(computed, span)?;

        // A group's extra row takes part in no aggregate, and without keys it is what makes the group's row.
        let carried = Carried {
            marker: if keys.is_empty() { None } else { rows.carried.marker.clone() },
            ..rows.carried.clone()
        };
        let filter = rows.carried.marker.as_ref().map(|m| Box::new(DfExpr::Not(Box::new(ident(m)))));
        let groups: Vec<DfExpr> =
            (0..keys.len()).map(|i| ident(&format!("__key{i}__"))).chain(carried.idents()).collect();
        let of_first = (winners, aggregates.first().and_then(|a| a.arguments.first()), calls.first());
        let rows = match of_first {
            (Some(best), Some(first), Some(call)) if carried.is_empty() => match call.params.args.first() {
                Some(DfExpr::Column(column)) => {
                    Rows { plan: self.winners(rows.plan, &groups, &column.name, (best, first.ty), span)?, ..rows }
                }
                _ => rows,
            },
            _ => rows,
        };
        let mut results = Vec::with_capacity(calls.len());
        for (i, mut call) in calls.into_iter().enumerate() {
            call.params.filter = filter.clone();
            results.push(DfExpr::AggregateFunction(call).alias(format!("__result{i}__")));
        }
        if groups.is_empty() && results.is_empty() {
            if nothing.is_empty() {
                // `distinct *` of rows without columns: they are alike.
                return Ok(Rows::new(limit(rows.plan, 1)));
            }
            // The row of a summarize without keys is there, though it has no columns.
            let rows = AggregateFunction::new_udf(count_udaf(), vec![lit(1i64)], false, None, Vec::new(), None);
            results.push(DfExpr::AggregateFunction(rows).alias("__rows__"));
        }
        let one_row = groups.is_empty();
        let plan = LogicalPlan::Aggregate(Aggregate::try_new(Arc::new(rows.plan), groups, results).at(span)?);
        // The optimizer moves a filter that reads no column, or none any more, below an aggregate without keys, which then
        // gives a row of nothing instead of no row. It moves none below a limit.
        let plan = if one_row { limit(plan, 1) } else { plan };

        let keys = keys.iter().enumerate().map(|(i, k)| (k.name.to_string(), ident(&format!("__key{i}__"))));
        let (mut plan, mut columns) = (plan, keys.collect::<Vec<_>>());
        for (i, call) in aggregates.iter().enumerate() {
            let column = format!("__result{i}__");
            let results = call.results.iter();
            if call.results.len() > MANY {
                // A node's columns keep their names beside those of the nodes around it.
                let names: Vec<String> = results.clone().map(|_| self.fresh("field")).collect();
                let fields = names.iter().zip(&call.results);
                let fields = fields.map(|(name, (_, ty))| Field::new(name, arrow_type(*ty), ty.has_null()));
                let fields = Fields::new(fields.map(Arc::new).collect());
                plan = OperationNode::plan(fields, vec![ident(&column)], plan).at(span)?;
                columns.extend(results.zip(names).map(|((name, _), field)| (name.to_string(), ident(&field))));
            } else if call.results.len() > 1 {
                let value = |r: usize| field_of(ident(&column), &r.to_string());
                columns.extend(results.enumerate().map(|(r, (name, _))| (name.to_string(), value(r))));
            } else {
                columns.extend(results.map(|(name, _)| (name.to_string(), ident(&column))));
            }
        }
        Rows { plan, carried }.project(columns, span)
    }

    /// An aggregate over columns named here, which are added to `computed`.
    pub(crate) fn aggregate_call(
        &self,
        call: &AggregateCall,
        computed: &mut Vec<(String, DfExpr)>,
    ) -> Result<AggregateFunction> {
        runs(call.function, call.span)?;
        let plain_count = matches!(call.function.name, "count" | "cnt");
        if plain_count {
            // count(x) counts rows too, nulls included.
            return Ok(AggregateFunction::new_udf(count_udaf(), vec![lit(1i64)], false, None, Vec::new(), None));
        }
        let Some(function) = kql_aggregates::aggregate(call.function.name) else {
            let what = format!("the aggregate '{}' cannot be run yet", call.function.name);
            return Err(PlanError::unsupported(call.span, what));
        };
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.aggregate_argument(argument, computed)?);
        }
        let types: Vec<ScalarType> = call.arguments.iter().map(|a| a.ty).collect();
        let results: Vec<ScalarType> = call.results.iter().map(|(_, ty)| *ty).collect();
        let udaf = aggregate_udf(function, &types, &results).at(call.span)?;
        Ok(AggregateFunction::new_udf(udaf, arguments, false, None, Vec::new(), None))
    }

    fn aggregate_argument(&self, argument: &Expr, computed: &mut Vec<(String, DfExpr)>) -> Result<DfExpr> {
        if crate::expression::is_constant(argument) {
            return Ok(DfExpr::Literal(self.constant(argument)?, None));
        }
        let value = self.value(argument)?;
        if let Some((name, _)) = computed.iter().find(|(_, e)| *e == value) {
            return Ok(ident(name));
        }
        let name = format!("__argument{}__", computed.len());
        computed.push((name.clone(), value));
        Ok(ident(&name))
    }
}

/// True for aggregates whose result depends on the order of rows.
pub(crate) fn is_ordered(call: &AggregateCall) -> bool {
    kql_aggregates::aggregate(call.function.name).is_some_and(|f| f.ordered)
}
