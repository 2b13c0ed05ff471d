//! `pivot`.

use crate::binder::{Aggregation, Binder, table};
use crate::bound::{AggregateCall, CompareOp, Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::expression::aggregate::BoundAggregate;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use crate::operators::summarize::plain_call;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "pivot",
    FunctionKind::Plugin,
    &["(column [, aggregate = count()] [, columns…])"],
    "A row for each combination of the columns (all others when none are listed), a column for each value of the first one, and in it the aggregate over its rows. <https://learn.microsoft.com/kusto/query/pivot-plugin>",
)
.examples(&[example("datatable(u:string, a:string)['x', 'Logon', 'x', 'Logon', 'y', 'Logoff'] | evaluate pivot(a)", "{\"u\":\"x\",\"Logoff\":0,\"Logon\":2}\n{\"u\":\"y\",\"Logoff\":1,\"Logon\":0}")]);

/// Values, hence columns, a pivot may have.
const MAX_COLUMNS: usize = 10_000;

impl<'s> Binder<'s> {
    /// `evaluate pivot(c [, aggregate] [, columns…])`: a row for each combination of the columns (all others when none are
    /// listed), a column for each value of c. Which values there are only the data can tell.
    ///
    /// Written out: the aggregate by the columns and c, then for each value the group where c has it.
    pub(crate) fn pivot(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        if !self.plugin_count(call, 1, usize::MAX) {
            return self.unknown_table(span);
        }
        let ((pivot, aggregate, listed), input) = self.over(&input, |b| {
            let first = b.argument(&call.arguments[0].value);
            let pivot = b.column_argument(Some(&first), call);
            let aggregate = call.arguments.get(1).map(|a| b.pivot_aggregate(&a.value));
            let mut listed = Vec::new();
            for argument in call.arguments.iter().skip(2) {
                let arg = b.argument(&argument.value);
                listed.extend(b.column_argument(Some(&arg), call));
            }
            (pivot, aggregate.flatten(), listed)
        });
        let Some(pivot) = pivot else { return self.unknown_table(span) };
        if pivot.ty == ScalarType::Dynamic {
            let message = "a pivot is by a column that is not dynamic";
            self.error_help(code::OPERAND, call.span, message, "convert it: extend Key = tostring(…)");
        }
        let keys: Vec<Column> = if listed.is_empty() {
            let mut aggregated = Vec::new();
            for argument in aggregate.iter().flat_map(|a| &a.call.arguments) {
                if let ExprKind::Column(name) = &argument.kind {
                    aggregated.push(Arc::clone(name));
                }
            }
            let rest = input.schema.columns.iter().filter(|c| c.name != pivot.name);
            rest.filter(|c| !(self.measured() && aggregated.contains(&c.name))).cloned().collect()
        } else {
            listed
        };
        if self.probe.is_none() {
            return self.with_open_schema(&input, keys, span);
        }
        let input = self.materialized(input, span);
        match self.pivoted(&input, &pivot, aggregate, &keys, span) {
            Some(table) => table,
            None => self.with_open_schema(&input, keys, span),
        }
    }

    fn pivot_aggregate(&mut self, e: &'s ast::Expr) -> Option<BoundAggregate> {
        let Some(call) = plain_call(e) else {
            self.error(code::OPERAND, e.span, "an aggregation function is needed here");
            return None;
        };
        let Some(spec) = self.catalog.aggregate(&call.name.text) else {
            let message = format!("'{}' is no aggregation function", call.name.text);
            self.error(code::UNKNOWN_FUNCTION, call.name.span, message);
            return None;
        };
        debug_assert_eq!(self.row.aggregation, Aggregation::Refused);
        self.aggregate_call(spec, call, &[])
    }

    fn pivoted(
        &mut self,
        input: &Arc<Table>,
        pivot: &Column,
        aggregate: Option<BoundAggregate>,
        keys: &[Column],
        span: Span,
    ) -> Option<Arc<Table>> {
        let take_any = self.catalog.aggregate("take_anyif")?;
        let key = |c: &Column| column_as(c, Arc::clone(&c.name), span);
        let distinct =
            TableKind::Summarize { input: Arc::clone(input), keys: vec![key(pivot)], aggregates: Vec::new() };
        let values = self.probed(&table(distinct, [pivot.clone()].into_iter().collect(), span, false))?;
        if values.len() > MAX_COLUMNS {
            self.error(
                code::LIMIT,
                span,
                format!("the pivot column has {} values: at most {MAX_COLUMNS} can be columns", values.len()),
            );
            return None;
        }
        let mut named: Vec<(String, Value)> =
            values.into_iter().filter_map(|row| row.into_iter().next()).map(|v| (text_of(&v), v)).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.dedup_by(|a, b| a.0 == b.0);
        if keys.is_empty() && named.is_empty() {
            // No rows, and no columns to make of them.
            return Some(table(TableKind::Empty, RowSchema::new(Vec::new()), span, false));
        }
        // Inner: the aggregate by keys and pivot column.
        let cell: Arc<str> = Arc::from("$cell");
        let (mut call, counts) = match aggregate {
            Some(bound) => {
                let counts =
                    matches!(bound.call.function.name, "count" | "sum" | "countif" | "sumif" | "dcount" | "dcountif");
                (bound.call, counts)
            }
            None => {
                let function = self.catalog.aggregate("count")?;
                let results = vec![(Arc::from(""), ScalarType::Long)];
                (AggregateCall { function, arguments: Vec::new(), results, span }, true)
            }
        };
        call.results.truncate(1);
        let ty = call.results.first().map(|(_, t)| *t)?;
        call.results = vec![(Arc::clone(&cell), ty)];
        let inner_keys: Vec<NamedExpr> = keys.iter().map(key).chain([key(pivot)]).collect();
        let inner_schema: RowSchema =
            keys.iter().chain([pivot]).cloned().chain([Column { name: Arc::clone(&cell), ty }]).collect();
        let inner = TableKind::Summarize { input: Arc::clone(input), keys: inner_keys, aggregates: vec![call] };
        let inner = table(inner, inner_schema, span, false);
        // Outer: by keys, the cell where the pivot column has the value.
        let mut calls = Vec::with_capacity(named.len());
        let mut fields: Vec<Column> = keys.to_vec();
        for (name, value) in named {
            let column = Expr { kind: ExprKind::Column(Arc::clone(&pivot.name)), ty: pivot.ty, span };
            let is_value = equals(column, value, span, self);
            let cell_column = Expr { kind: ExprKind::Column(Arc::clone(&cell)), ty, span };
            let mut unique = name;
            while fields.iter().any(|f| *f.name == *unique) {
                unique.push('1');
            }
            let name: Arc<str> = Arc::from(unique);
            fields.push(Column { name: Arc::clone(&name), ty });
            let results = vec![(name, ty)];
            calls.push(AggregateCall { function: take_any, arguments: vec![cell_column, is_value], results, span });
        }
        let outer = TableKind::Summarize { input: inner, keys: keys.iter().map(key).collect(), aggregates: calls };
        let outer = table(outer, RowSchema::new(fields.clone()), span, false);
        if !counts {
            return Some(outer);
        }
        let coalesce = self.catalog.scalar_function("coalesce")?;
        let zero = match ty {
            ScalarType::Real => Value::Real(Some(0.0)),
            ScalarType::Long => Value::Long(Some(0)),
            _ => return Some(outer),
        };
        let columns = fields
            .iter()
            .enumerate()
            .map(|(at, c)| {
                let read = column_as(c, Arc::clone(&c.name), span);
                if at < keys.len() {
                    return read;
                }
                let zero = Expr { kind: ExprKind::Literal(zero.clone()), ty, span };
                let arguments = vec![read.value, zero];
                let results = Arc::from([(String::new(), ty)]);
                let kind = ExprKind::Call { function: coalesce, arguments, results };
                NamedExpr { name: read.name, value: Expr { kind, ty, span } }
            })
            .collect();
        Some(project_to(outer, columns, span))
    }
}

/// Whether a column has a value; for null, whether it is null.
fn equals(column: Expr, value: Value, span: Span, binder: &Binder<'_>) -> Expr {
    let boolean = |kind| Expr { kind, ty: ScalarType::Bool, span };
    if value.is_null()
        && let Some(function) = binder.catalog.scalar_function("isnull")
    {
        let results = Arc::from([(String::new(), ScalarType::Bool)]);
        return boolean(ExprKind::Call { function, arguments: vec![column], results });
    }
    let right = Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
    boolean(ExprKind::Compare { op: CompareOp::Equal, left: Box::new(column), right: Box::new(right) })
}

/// A value as the name of a column: its text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Bool(Some(true)) => "True".to_owned(),
        Value::Bool(Some(false)) => "False".to_owned(),
        Value::Int(Some(n)) => n.to_string(),
        Value::Long(Some(n)) => n.to_string(),
        Value::Real(Some(v)) => kql_types::number::format_real(*v),
        Value::Decimal(Some(v)) => kql_types::decimal::format(*v),
        Value::String(text) => text.clone(),
        Value::Datetime(Some(t)) => kql_types::datetime::format(*t),
        Value::Timespan(Some(t)) => kql_types::timespan::format(*t),
        Value::Guid(Some(g)) => kql_types::guid::format(g),
        Value::Dynamic(Some(text)) => kql_types::dynamic::to_text(text).into_owned(),
        _ => String::new(),
    }
}
