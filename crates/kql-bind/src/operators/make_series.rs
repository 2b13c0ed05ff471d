//! `make-series`.

use crate::binder::{Binder, table};
use crate::bound::{AggregateCall, Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::convert::{convert, is_constant};
use crate::expression::aggregate::BoundAggregate;
use crate::names::Namer;
use crate::operators::summarize::Target;
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, SeriesRange};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `make-series [kind=nonempty] A = agg(x) [default=v], … on axis [from a] [to b] step s [by k]`: keys, an array for each
    /// aggregate, the array of the axis.
    pub(crate) fn make_series(&mut self, input: Arc<Table>, series: &'s ast::MakeSeries, span: Span) -> Arc<Table> {
        let nonempty =
            Self::property_word(&series.parameters, "kind").is_some_and(|(w, _)| w.eq_ignore_ascii_case("nonempty"));
        let ((keys, targets, axis), input) = self.over(&input, |b| {
            let keys = b.series_keys(&series.by);
            let targets: Vec<(Target<'s>, Vec<AggregateCall>)> = series
                .aggregates
                .iter()
                .map(|(named, _)| {
                    let (mut targets, collected) = b.series_target(named);
                    let target = targets.pop();
                    (target, collected)
                })
                .filter_map(|(t, c)| t.map(|t| (t, c)))
                .collect();
            let mut axis = Vec::new();
            b.named(&series.axis, &mut axis);
            (keys, targets, axis)
        });
        let spelled = keys
            .iter()
            .filter_map(|k| k.written)
            .chain(targets.iter().filter_map(|(t, _)| t.written()))
            .chain(axis.iter().filter_map(|a| a.written))
            .map(|(n, _)| n)
            .collect::<Vec<_>>();
        let mut namer = Namer::new(spelled).avoiding(&input.schema);
        let keys: Vec<NamedExpr> =
            keys.into_iter().map(|k| NamedExpr { name: k.name(self, &mut namer), value: k.value }).collect();
        let mut fields: Vec<Column> =
            keys.iter().map(|k| Column { name: Arc::clone(&k.name), ty: k.value.ty }).collect();
        let mut aggregates = Vec::with_capacity(targets.len());
        for ((target, collected), (named, default)) in targets.into_iter().zip(&series.aggregates) {
            let aggregate = self.series_aggregate(target, collected, named, &mut namer);
            let Some(mut call) = aggregate else { continue };
            let ty = call.results.first().map_or(ScalarType::Unknown, |(_, t)| *t);
            let default = default.as_ref().map(|d| {
                let value = self.without_row(|b| b.scalar(d));
                if !is_constant(&value) {
                    self.error(code::NOT_CONSTANT, d.span, "the default of empty bins is a constant");
                }
                if value.ty.is_number() && ty.is_number() && value.ty != ty {
                    convert(value, crate::convert::wider(ty, ScalarType::Long))
                } else {
                    value
                }
            });
            for (name, _) in &call.results {
                fields.push(Column { name: Arc::clone(name), ty: ScalarType::Dynamic });
            }
            if call.results.len() > 1 {
                let what = format!("'{}' with several results in make-series cannot be run here", call.function.name);
                self.cannot_run(code::UNSUPPORTED, call.span, format!("{what}: name one"));
            }
            call.results.truncate(1);
            aggregates.push((call, default));
        }
        let Some(axis) = axis.into_iter().next() else { return self.unknown_table(span) };
        let axis_type = axis.value.ty;
        let fits = axis_type.is_summable() || axis_type == ScalarType::Unknown;
        if !fits {
            let message = format!("the axis of a series is a datetime, a timespan or a number, not {axis_type}");
            self.error(code::OPERAND, axis.value.span, message);
        }
        let name = axis.name(self, &mut namer);
        fields.push(Column { name: Arc::clone(&name), ty: ScalarType::Dynamic });
        let axis = NamedExpr { name, value: axis.value };
        let (from, to, step, in_range) = self.series_range(&series.range, axis_type);
        let schema = RowSchema::new(fields);
        let kind = TableKind::MakeSeries { input, keys, aggregates, axis, from, to, step, in_range, nonempty };
        table(kind, schema, span, false)
    }

    /// Keys of a series may be dynamic in the public analyzer.
    fn series_keys(&mut self, by: &'s [ast::NamedExpr]) -> Vec<crate::named::Produced<'s>> {
        let mut keys = Vec::with_capacity(by.len());
        for key in by {
            self.named(key, &mut keys);
        }
        for key in &keys {
            if key.value.ty == ScalarType::Dynamic {
                self.refused_by_engine(code::OPERAND, key.value.span, "rows cannot be grouped by a dynamic value");
            }
        }
        keys
    }

    fn series_target(&mut self, named: &'s ast::NamedExpr) -> (Vec<Target<'s>>, Vec<AggregateCall>) {
        self.targets(std::slice::from_ref(named), &[], true)
    }

    /// One aggregate with one result. A constant is the largest of itself in every bin.
    fn series_aggregate(
        &mut self,
        target: Target<'s>,
        collected: Vec<AggregateCall>,
        named: &'s ast::NamedExpr,
        namer: &mut Namer,
    ) -> Option<AggregateCall> {
        match target {
            Target::Aggregate(_, BoundAggregate { mut call, names, .. }) => {
                for (at, (automatic, result)) in names.iter().zip(&mut call.results).enumerate() {
                    result.0 = match named.names.get(at) {
                        Some(name) => namer.written(self, &name.text, name.span),
                        None => namer.generated(automatic.as_deref()),
                    };
                }
                Some(call)
            }
            Target::Expression(produced) => {
                let name = produced.name(self, namer);
                let span = produced.value.span;
                if !collected.is_empty() {
                    // An expression over aggregates is not one aggregate.
                    let what = "an expression over aggregation functions in make-series";
                    self.cannot_run(code::UNSUPPORTED, span, format!("{what} cannot be run here: use one function"));
                }
                let function = self.catalog.aggregate("max")?;
                let ty = produced.value.ty;
                let argument = match produced.value.kind {
                    ExprKind::Literal(_) | ExprKind::Convert(_) | ExprKind::Now | ExprKind::Missing => produced.value,
                    _ if collected.is_empty() => produced.value,
                    _ => Expr { kind: ExprKind::Missing, ty, span },
                };
                Some(AggregateCall { function, arguments: vec![argument], results: vec![(name, ty)], span })
            }
        }
    }

    fn series_range(&mut self, range: &'s SeriesRange, axis: ScalarType) -> (Option<Expr>, Option<Expr>, Expr, bool) {
        let step_type = if axis == ScalarType::Datetime { ScalarType::Timespan } else { axis };
        let (from, to, step, in_range) = match range {
            SeriesRange::Step { from, to, step } => (from.as_ref(), to.as_ref(), step, false),
            SeriesRange::InRange { from, to, step } => (Some(from), Some(to), step, true),
        };
        let end = |b: &mut Self, e: Option<&'s ast::Expr>, ty: ScalarType| {
            e.map(|e| {
                let value = b.without_row(|b| b.scalar(e));
                b.series_bound(value, ty)
            })
        };
        let from = end(self, from, axis);
        let to = end(self, to, axis);
        let step = self.without_row(|b| b.scalar(step));
        let step = self.series_bound(step, step_type);
        (from, to, step, in_range)
    }

    fn series_bound(&mut self, value: Expr, ty: ScalarType) -> Expr {
        let fits = value.ty == ty
            || value.ty == ScalarType::Unknown
            || ty == ScalarType::Unknown
            || (value.ty.is_integer() && ty.is_integer())
            || crate::convert::promotes(value.ty, ty);
        if !fits {
            self.error(code::OPERAND, value.span, format!("a value of type {ty} is needed here, not {}", value.ty));
        }
        if value.ty.is_number() && ty.is_number() && crate::convert::promotes(value.ty, ty) {
            return convert(value, ty);
        }
        value
    }
}
