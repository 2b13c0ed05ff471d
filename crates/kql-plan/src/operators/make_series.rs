//! `make-series`: aggregates by bin, then arrays (`nodes::make_series`).

use crate::error::{At, PlanError, Result};
use crate::expression::{ident, series_bin};
use crate::nodes::OperationNode;
use crate::nodes::make_series::{AxisValue, MAX_BINS, MakeSeries};
use crate::operators::summarize::is_ordered;
use crate::planner::{Order, Planner};
use crate::rows::{Rows, limit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as DfExpr, lit};
use kql_bind::bound::{AggregateCall, Expr, ExprKind, NamedExpr, Table, TableKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn make_series(&self, table: &Table) -> Result<Rows> {
        let TableKind::MakeSeries { input, keys, aggregates, axis, from, to, step, in_range, nonempty } = &table.kind
        else {
            return Err(PlanError::internal(table.span, "no make-series"));
        };
        let ty = axis.value.ty;
        let step_type = if ty == ScalarType::Datetime { ScalarType::Timespan } else { ty };
        let Some(step) = self.axis_value(step, step_type)? else {
            return Err(bad_bound(step.span, "the step of a make-series is null"));
        };
        if !is_positive(step) {
            return Err(bad_bound(table.span, "the step of a make-series must be greater than 0"));
        }
        let bound = |e: &Option<Expr>| e.as_ref().map(|e| self.axis_value(e, ty)).transpose().map(Option::flatten);
        let (from, to) = (bound(from)?, bound(to)?);
        // Without a start, and with `in range`, bins are those of `bin()`.
        let zero = zero_of(ty);
        let origin = match from {
            Some(from) if !in_range => from,
            _ => zero,
        };
        let first = from.map(|from| bin_of(from, origin, step));
        let last = to.map(|to| {
            let bin = bin_of(to, origin, step);
            if !in_range && at(origin, bin, step) == to { bin - 1 } else { bin }
        });
        if let (Some(first), Some(last)) = (first, last)
            && last.saturating_sub(first) >= MAX_BINS
        {
            return Err(bad_bound(table.span, format!("a make-series has at most {MAX_BINS} bins")));
        }

        let ordered = aggregates.iter().any(|(a, _)| is_ordered(a));
        let order = if ordered && input.serialized { Order::Matters } else { Order::Ignored };
        let rows = self.rows(input, order)?;
        if !rows.carried.is_empty() {
            return Err(PlanError::unsupported(
                table.span,
                "make-series inside mv-apply and partition cannot be run yet",
            ));
        }
        let bin = series_bin(self.axis_expression(&axis.value)?, scalar(origin), scalar(step));
        let bin_name = self.fresh("bin");
        let rows = rows.with_columns(vec![(bin_name.clone(), bin)], axis.value.span)?;
        let mut within = DfExpr::IsNotNull(Box::new(ident(&bin_name)));
        if let Some(first) = first {
            within = within.and(ident(&bin_name).gt_eq(lit(first)));
        }
        if let Some(last) = last {
            within = within.and(ident(&bin_name).lt_eq(lit(last)));
        }
        let rows = rows.filter(within, table.span)?;

        let mut by: Vec<NamedExpr> = keys.clone();
        let bin_name: Arc<str> = bin_name.into();
        let column =
            Expr { kind: ExprKind::Column(Arc::clone(&bin_name)), ty: ScalarType::Long, span: axis.value.span };
        by.push(NamedExpr { name: Arc::clone(&bin_name), value: column });
        let mut calls: Vec<AggregateCall> = Vec::with_capacity(aggregates.len());
        let mut series = Vec::with_capacity(aggregates.len());
        for (call, default) in aggregates {
            let [(name, ty)] = call.results.as_slice() else {
                return Err(PlanError::unsupported(call.span, "an aggregate with several results in a make-series"));
            };
            let default = match default {
                Some(default) => {
                    crate::cell::cell(&self.constant(default)?.to_array().at(default.span)?, 0, default.ty)
                }
                None => empty_bin(*ty),
            };
            series.push((name.to_string(), *ty, default));
            calls.push(call.clone());
        }
        let grouped = self.aggregate(rows, &by, &calls, table.span)?;
        let operation = MakeSeries {
            keys: keys.iter().map(|k| (k.name.to_string(), k.value.ty)).collect(),
            aggregates: series,
            axis: axis.name.to_string(),
            origin,
            step,
            first,
            last,
            nonempty: *nonempty,
        };
        let names = by.iter().map(|k| &*k.name).chain(calls.iter().flat_map(|c| c.results.iter().map(|(n, _)| &**n)));
        let plan = OperationNode::plan(operation, names.map(ident).collect(), grouped.plan).at(table.span)?;
        // As for a summarize without keys: no filter may move below what makes a row of nothing.
        let plan = if *nonempty && keys.is_empty() { limit(plan, 1) } else { plan };
        let columns = table.schema.names().map(|n| (n.to_owned(), ident(n))).collect();
        Rows::new(plan).project(columns, table.span)
    }

    fn axis_expression(&self, axis: &Expr) -> Result<DfExpr> {
        let value = self.value(axis)?;
        Ok(if axis.ty == ScalarType::Int {
            datafusion::logical_expr::cast(value, arrow::datatypes::DataType::Int64)
        } else {
            value
        })
    }

    fn axis_value(&self, expr: &Expr, ty: ScalarType) -> Result<Option<AxisValue>> {
        Ok(match (self.constant(expr)?, ty) {
            (value, _) if value.is_null() => None,
            (ScalarValue::Int64(Some(v)), ScalarType::Datetime) => Some(AxisValue::Datetime(v)),
            (ScalarValue::Int64(Some(v)), ScalarType::Timespan) => Some(AxisValue::Timespan(v)),
            (ScalarValue::Int64(Some(v)), ScalarType::Real) => Some(AxisValue::Real(v as f64)),
            (ScalarValue::Int32(Some(v)), ScalarType::Real) => Some(AxisValue::Real(v.into())),
            (ScalarValue::Float64(Some(v)), ScalarType::Real) => Some(AxisValue::Real(v)),
            (ScalarValue::Int64(Some(v)), ScalarType::Long | ScalarType::Int) => Some(AxisValue::Long(v)),
            (ScalarValue::Int32(Some(v)), ScalarType::Long | ScalarType::Int) => Some(AxisValue::Long(v.into())),
            (value, ty) => {
                let what = format!("a {ty} axis with a bound of type {}", value.data_type());
                return Err(PlanError::unsupported(expr.span, what));
            }
        })
    }
}

fn bad_bound(span: Span, message: impl Into<String>) -> PlanError {
    Diagnostic::error(code::OPERAND, span, message).into()
}

fn is_positive(step: AxisValue) -> bool {
    match step {
        AxisValue::Long(v) | AxisValue::Datetime(v) | AxisValue::Timespan(v) => v > 0,
        AxisValue::Real(v) => v > 0.0,
    }
}

fn zero_of(ty: ScalarType) -> AxisValue {
    match ty {
        ScalarType::Datetime => AxisValue::Datetime(0),
        ScalarType::Timespan => AxisValue::Timespan(0),
        ScalarType::Real => AxisValue::Real(0.0),
        _ => AxisValue::Long(0),
    }
}

fn scalar(value: AxisValue) -> ScalarValue {
    match value {
        AxisValue::Long(v) | AxisValue::Datetime(v) | AxisValue::Timespan(v) => ScalarValue::Int64(Some(v)),
        AxisValue::Real(v) => ScalarValue::Float64(Some(v)),
    }
}

fn whole(value: AxisValue) -> Option<i128> {
    match value {
        AxisValue::Long(v) | AxisValue::Datetime(v) | AxisValue::Timespan(v) => Some(v.into()),
        AxisValue::Real(_) => None,
    }
}

fn bin_of(value: AxisValue, origin: AxisValue, step: AxisValue) -> i64 {
    if let (Some(value), Some(origin), Some(step)) = (whole(value), whole(origin), whole(step)) {
        return i64::try_from((value - origin).div_euclid(step)).unwrap_or(i64::MAX);
    }
    match (value, origin, step) {
        (AxisValue::Real(v), AxisValue::Real(o), AxisValue::Real(s)) => ((v - o) / s).floor() as i64,
        _ => 0,
    }
}

fn at(origin: AxisValue, bin: i64, step: AxisValue) -> AxisValue {
    let ticks = |o: i64, s: i64| o.saturating_add(bin.saturating_mul(s));
    match (origin, step) {
        (AxisValue::Long(o), AxisValue::Long(s)) => AxisValue::Long(ticks(o, s)),
        (AxisValue::Datetime(o), AxisValue::Timespan(s)) => AxisValue::Datetime(ticks(o, s)),
        (AxisValue::Timespan(o), AxisValue::Timespan(s)) => AxisValue::Timespan(ticks(o, s)),
        (AxisValue::Real(o), AxisValue::Real(s)) => AxisValue::Real(o + bin as f64 * s),
        (other, _) => other,
    }
}

/// What a bin without rows holds when the query says nothing.
fn empty_bin(ty: ScalarType) -> Value {
    match ty {
        ScalarType::Int => Value::Int(Some(0)),
        ScalarType::Long => Value::Long(Some(0)),
        ScalarType::Real => Value::Real(Some(0.0)),
        ScalarType::Timespan => Value::Timespan(Some(0)),
        other => Value::null(other),
    }
}
