//! Calls of aggregation functions (SEMANTICS §5.4, §8).

use super::Arg;
use crate::binder::{Aggregation, Binder};
use crate::bound::{AggregateCall, Expr, ExprKind};
use crate::overload;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionSpec, ResultName};
use kql_types::signature::TypeClass;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// An aggregate with the names its columns take when none are written.
#[derive(Debug)]
pub(crate) struct BoundAggregate {
    /// The call; its result names are set when names are given out.
    pub(crate) call: AggregateCall,
    /// The name of each result column; `None` for `ColumnN`.
    pub(crate) names: Vec<Option<String>>,
    /// Results that are columns by their own name (the rest of `arg_max(t, a)`): spelled out in a sense, but they give way.
    pub(crate) types: Vec<ScalarType>,
}

impl<'s> Binder<'s> {
    /// True when a name that is both a scalar function and an aggregate is the aggregate: those take one argument.
    pub(crate) fn is_aggregate_call(&self, call: &'s ast::Call) -> bool {
        match call.name.text.as_str() {
            "hll_merge" | "tdigest_merge" | "merge_tdigest" => call.arguments.len() == 1,
            _ => true,
        }
    }

    /// An aggregate inside an expression: it is collected, and its (first) result is read as a column.
    pub(crate) fn collect(&mut self, spec: &'static FunctionSpec, call: &'s ast::Call) -> Expr {
        let Some(mut bound) = self.aggregate_call(spec, call, &[]) else { return self.missing(call.span) };
        let number = self.collected.len();
        for (at, (ty, result)) in bound.types.iter().zip(&mut bound.call.results).enumerate() {
            let name = if at == 0 { format!("${number}") } else { format!("${number}.{at}") };
            *result = (Arc::from(name), *ty);
        }
        let Some((name, ty)) = bound.call.results.first().cloned() else { return self.missing(call.span) };
        self.collected.push(bound.call);
        Expr { kind: ExprKind::Column(name), ty, span: call.span }
    }

    /// Binds a call of an aggregate. `keys` are the columns the rows are grouped by, which `*` leaves out.
    pub(crate) fn aggregate_call(
        &mut self,
        spec: &'static FunctionSpec,
        call: &'s ast::Call,
        keys: &[Arc<str>],
    ) -> Option<BoundAggregate> {
        let outer = std::mem::replace(&mut self.row.aggregation, Aggregation::Refused);
        let bound = self.aggregate_of_row(spec, call, keys);
        self.row.aggregation = outer;
        bound
    }

    fn aggregate_of_row(
        &mut self,
        spec: &'static FunctionSpec,
        call: &'s ast::Call,
        keys: &[Arc<str>],
    ) -> Option<BoundAggregate> {
        self.check_support(spec, call.name.span);
        let written = call.name.text.as_str();
        match written {
            "arg_max" | "arg_min" | "argmax" | "argmin" => return self.arg_extreme(spec, call, keys),
            "take_any" | "any" => return self.take_any(spec, call, keys),
            "percentile" | "percentiles" | "percentilew" | "percentilesw" => return self.percentiles(spec, call),
            _ => {}
        }
        let args = self.arguments(call);
        let chosen = self.choose(spec, &args, call)?;
        let types = match overload::result_types(&chosen, &args) {
            Some(results) => results.into_iter().map(|(_, ty)| ty).collect::<Vec<_>>(),
            None => vec![args.first().and_then(Arg::ty).unwrap_or(ScalarType::Unknown)],
        };
        let mut arguments = self.convert_arguments(&chosen, args);
        // A predicate may be dynamic nowhere; numbers stay as they are.
        for (parameter, argument) in chosen.parameters.iter().zip(&mut arguments) {
            if parameter.class == TypeClass::OneOf(vec![ScalarType::Bool]) && argument.ty == ScalarType::Unknown {
                argument.ty = ScalarType::Bool;
            }
        }
        self.check_constants(spec, &arguments);
        let name = self.aggregate_name(spec, call);
        let names = vec![name; types.len()];
        Some(bound(spec, arguments, types, names, call.span))
    }

    /// `count_`, `sum_x`, `set_x`, `x`.
    fn aggregate_name(&self, spec: &'static FunctionSpec, call: &'s ast::Call) -> Option<String> {
        let of = |at: usize| call.arguments.get(at).and_then(|a| self.name_of(&a.value)).unwrap_or_default();
        match spec.result_name {
            ResultName::Default => self.fixed_aggregate_name(call),
            ResultName::FirstArgument | ResultName::OnlyArgument | ResultName::FirstArgumentValue => {
                call.arguments.first().and_then(|a| self.name_of(&a.value))
            }
            // An old name keeps its own prefix: `anyif_x`, `cnt_`; `makeset` and `make_set` share theirs.
            ResultName::Prefix(prefix) => Some(format!("{}_{}", self.own_prefix(call, prefix), of(0))),
            ResultName::PrefixAndTwo(prefix) if self.measured() => Some(format!("{prefix}_{}_{}", of(0), of(1))),
            ResultName::PrefixAndTwo(prefix) => Some(format!("{prefix}_{}", of(0))),
            ResultName::Fixed(name) => Some(name.to_owned()),
        }
    }

    fn own_prefix<'p>(&self, call: &'p ast::Call, prefix: &'p str) -> &'p str {
        match call.name.text.as_str() {
            "cnt" | "anyif" => &call.name.text,
            _ => prefix,
        }
    }

    fn fixed_aggregate_name(&self, call: &'s ast::Call) -> Option<String> {
        match call.name.text.as_str() {
            "percentiles_array" | "percentilesw_array" => Some(format!(
                "percentiles_{}",
                call.arguments.first().and_then(|a| self.name_of(&a.value)).unwrap_or_default()
            )),
            "anyif" => Some(format!(
                "anyif_{}",
                call.arguments.first().and_then(|a| self.name_of(&a.value)).unwrap_or_default()
            )),
            _ => None,
        }
    }

    /// `arg_max(t, a, b)`, `arg_max(t, *)` and `arg_min`; the old `argmax`, `argmin` give longer names.
    fn arg_extreme(
        &mut self,
        spec: &'static FunctionSpec,
        call: &'s ast::Call,
        keys: &[Arc<str>],
    ) -> Option<BoundAggregate> {
        let written = call.name.text.as_str();
        let word = if matches!(written, "arg_max" | "argmax") { "max" } else { "min" };
        let old = matches!(written, "argmax" | "argmin");
        let Some((first, rest)) = call.arguments.split_first() else {
            self.wrong_count(call, "at least 1 argument");
            return None;
        };
        let extreme = self.scalar(&first.value);
        if extreme.ty == ScalarType::Dynamic {
            let message = format!("'{written}' cannot order dynamic values");
            self.error_help(code::OPERAND, first.value.span, message, "convert the value: tolong(), todatetime() …");
        }
        let base = self.name_of(&first.value);
        let of = base.clone().unwrap_or_default();
        let first_name = match (&base, old) {
            (_, true) => format!("{word}_{of}"),
            (Some(name), false) => name.clone(),
            (None, false) => format!("{word}_"),
        };
        let first_column = match &extreme.kind {
            ExprKind::Column(name) => Some(Arc::clone(name)),
            _ => None,
        };
        let mut names = vec![Some(first_name)];
        let mut types = vec![extreme.ty];
        let mut arguments = vec![extreme];
        let prefixed = |name: String| if old { format!("{word}_{of}_{name}") } else { name };
        for (at, argument) in rest.iter().enumerate() {
            if matches!(argument.value.kind, ast::ExprKind::Star) {
                let taken: Vec<Arc<str>> = arguments.iter().filter_map(column_name).collect();
                for column in self.star_columns(keys, first_column.as_ref(), &taken, argument.value.span) {
                    names.push(column_name(&column).map(|n| prefixed(n.to_string())));
                    types.push(column.ty);
                    arguments.push(column);
                }
                continue;
            }
            let value = self.scalar(&argument.value);
            let name = match (&argument.name, self.name_of(&argument.value)) {
                (Some(name), _) => name.text.clone(),
                (None, Some(name)) => prefixed(name),
                (None, None) => format!("{word}_{of}_arg{}", at + 1),
            };
            names.push(Some(name));
            types.push(value.ty);
            arguments.push(value);
        }
        Some(bound(spec, arguments, types, names, call.span))
    }

    /// `take_any(a, b)`, `take_any(*)`; the old `any` puts its name before the columns'.
    fn take_any(
        &mut self,
        spec: &'static FunctionSpec,
        call: &'s ast::Call,
        keys: &[Arc<str>],
    ) -> Option<BoundAggregate> {
        let old = call.name.text == "any";
        if call.arguments.is_empty() {
            self.wrong_count(call, "at least 1 argument");
            return None;
        }
        let single = call.arguments.len() == 1;
        let (mut names, mut types, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
        for (at, argument) in call.arguments.iter().enumerate() {
            if matches!(argument.value.kind, ast::ExprKind::Star) {
                for column in self.star_columns(keys, None, &[], argument.value.span) {
                    let name = column_name(&column).unwrap_or_else(|| Arc::from(""));
                    names.push(Some(if old { format!("any_{name}") } else { name.to_string() }));
                    types.push(column.ty);
                    arguments.push(column);
                }
                continue;
            }
            let value = self.scalar(&argument.value);
            let name = match (self.name_of(&argument.value), old) {
                (Some(name), false) => Some(name),
                (Some(name), true) => Some(format!("any_{name}")),
                (None, true) if single => Some("any_".to_owned()),
                (None, _) => Some(format!("any_arg{at}")),
            };
            names.push(name);
            types.push(value.ty);
            arguments.push(value);
        }
        Some(bound(spec, arguments, types, names, call.span))
    }

    /// All columns of the row but the keys, one other column, and those that are there already.
    fn star_columns(
        &mut self,
        keys: &[Arc<str>],
        other: Option<&Arc<str>>,
        taken: &[Arc<str>],
        span: Span,
    ) -> Vec<Expr> {
        let Some(columns) = self.row.columns.clone() else { return Vec::new() };
        let left_out = |name: &Arc<str>| keys.contains(name) || other == Some(name) || taken.contains(name);
        columns
            .columns
            .iter()
            .filter(|c| !left_out(&c.name))
            .map(|c| Expr { kind: ExprKind::Column(Arc::clone(&c.name)), ty: c.ty, span })
            .collect()
    }

    /// `percentiles(x, 50, 99.9)`: a column for each; the type is that of x (the public analyzer: long for whole numbers, real
    /// for decimals).
    fn percentiles(&mut self, spec: &'static FunctionSpec, call: &'s ast::Call) -> Option<BoundAggregate> {
        let weighted = matches!(call.name.text.as_str(), "percentilew" | "percentilesw");
        let fixed = if weighted { 2 } else { 1 };
        if call.arguments.len() <= fixed {
            self.wrong_count(call, &format!("at least {} arguments", fixed + 1));
            return None;
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            let value = self.scalar(&argument.value);
            arguments.push(value);
        }
        if weighted
            && let Some(weight) = arguments.get(1)
            && !(weight.ty.is_integer() || weight.ty == ScalarType::Unknown)
        {
            let (span, from) = (weight.span, weight.ty);
            self.error(code::OPERAND, span, format!("a weight is a whole number (int or long), not {from}"));
        }
        let of = call.arguments.first().and_then(|a| self.name_of(&a.value)).unwrap_or_default();
        let ty = arguments.first().map_or(ScalarType::Unknown, |a| a.ty);
        let ty = match ty {
            ScalarType::Int if !self.measured() => ScalarType::Long,
            ScalarType::Decimal if !self.measured() => ScalarType::Real,
            other => other,
        };
        let mut names = Vec::new();
        for percentile in arguments.iter_mut().skip(fixed) {
            if !percentile.ty.is_number() && percentile.ty != ScalarType::Unknown {
                let (span, from) = (percentile.span, percentile.ty);
                self.error(code::NOT_NUMERIC, span, format!("a percentile is a number between 0 and 100, not {from}"));
            }
            let text = match &percentile.kind {
                ExprKind::Literal(Value::Long(Some(n))) => n.to_string(),
                ExprKind::Literal(Value::Int(Some(n))) => n.to_string(),
                ExprKind::Literal(Value::Real(Some(v))) => format!("{v}").replace(['.', '-'], "_"),
                ExprKind::Literal(Value::Decimal(Some(v))) => kql_types::decimal::format(*v).replace(['.', '-'], "_"),
                _ => String::new(),
            };
            names.push(Some(format!("percentile_{of}_{text}")));
            let value = std::mem::replace(percentile, self.missing(call.span));
            *percentile = crate::convert::convert(value, ScalarType::Real);
        }
        self.check_constants(spec, &arguments);
        let types = vec![ty; names.len()];
        Some(bound(spec, arguments, types, names, call.span))
    }
}

fn column_name(e: &Expr) -> Option<Arc<str>> {
    match &e.kind {
        ExprKind::Column(name) => Some(Arc::clone(name)),
        _ => None,
    }
}

fn bound(
    function: &'static FunctionSpec,
    arguments: Vec<Expr>,
    types: Vec<ScalarType>,
    names: Vec<Option<String>>,
    span: Span,
) -> BoundAggregate {
    let results = types.iter().map(|ty| (Arc::from(""), *ty)).collect();
    BoundAggregate { call: AggregateCall { function, arguments, results, span }, names, types }
}
