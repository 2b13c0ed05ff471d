//! `name = expression` in the lists of operators.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::names::Namer;
use crate::scope::Entity;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::ScalarType;
use std::sync::Arc;

/// One column that a list makes.
#[derive(Debug)]
pub(crate) struct Produced<'s> {
    /// The name that was written. A bare column counts as one.
    pub(crate) written: Option<(&'s str, Span)>,
    /// The name the expression gives.
    pub(crate) automatic: Option<String>,
    /// The expression.
    pub(crate) value: Expr,
}

impl Produced<'_> {
    /// Its column name.
    pub(crate) fn name(&self, binder: &mut Binder<'_>, namer: &mut Namer) -> Arc<str> {
        match self.written {
            Some((name, span)) => namer.written(binder, name, span),
            None => namer.generated(self.automatic.as_deref()),
        }
    }
}

impl<'s> Binder<'s> {
    /// Binds `name = e`, `(a, b) = f(…)`, or `e`. A call with several result columns makes several.
    pub(crate) fn named(&mut self, named: &'s ast::NamedExpr, out: &mut Vec<Produced<'s>>) {
        let value = self.several(&named.value);
        self.produce(named, value, out);
    }

    /// A scalar that may have several result columns: a call that stands alone.
    fn several(&mut self, e: &'s ast::Expr) -> Expr {
        let mut at = e;
        while let ast::ExprKind::Parenthesized(inner) = &at.kind {
            at = inner;
        }
        let ast::ExprKind::Call(call) = &at.kind else { return self.scalar(e) };
        let entity = self.deeper(e.span, |b| b.call_entity(call)).unwrap_or(Entity::Error);
        match entity {
            Entity::Scalar(scalar) if scalar.row.is_none_or(|row| row == self.row.level) => {
                Arc::try_unwrap(scalar.value).unwrap_or_else(|shared| Expr::clone(&shared))
            }
            entity => self.demand_scalar(entity, e.span),
        }
    }

    /// The columns of a bound target.
    fn produce(&mut self, named: &'s ast::NamedExpr, value: Expr, out: &mut Vec<Produced<'s>>) {
        let results = match &value.kind {
            // Measured: one name takes the forecast alone.
            ExprKind::Call { function, results, .. }
                if self.measured()
                    && function.name == "series_decompose_forecast"
                    && named.names.len() == 1
                    && !named.tuple =>
            {
                results.first().map(|first| Arc::from([first.clone()])).unwrap_or_default()
            }
            ExprKind::Call { results, .. } if results.len() > 1 => Arc::clone(results),
            _ => {
                let written = named.names.first().map(|n| (n.text.as_str(), n.span));
                let written = written.or_else(|| bare_column(&named.value, &value));
                let automatic = if written.is_some() { None } else { self.automatic_name(&named.value) };
                out.push(Produced { written, automatic, value });
                self.extra_names(named, 1);
                return;
            }
        };
        let names = self.result_names(&named.value, &results);
        let span = value.span;
        let call = Arc::new(value);
        for (index, ((_, ty), name)) in results.iter().zip(names).enumerate() {
            let value = Expr { kind: ExprKind::Element { call: Arc::clone(&call), index }, ty: *ty, span };
            let written = named.names.get(index).map(|n| (n.text.as_str(), n.span));
            out.push(Produced { written, automatic: Some(name), value });
        }
        self.extra_names(named, results.len());
    }

    /// More names than columns.
    pub(crate) fn extra_names(&mut self, named: &'s ast::NamedExpr, columns: usize) {
        if let Some(name) = named.names.get(columns) {
            let message = format!("the name '{}' has no value: the expression gives {columns}", name.text);
            self.error(code::SYNTAX, name.span, message);
        }
    }

    fn automatic_name(&self, e: &'s ast::Expr) -> Option<String> {
        match single_array_sort(e) {
            Some(call) => Some(self.sorted_name(call, 0)),
            None => self.name_of(e),
        }
    }

    fn sorted_name(&self, call: &'s ast::Call, index: usize) -> String {
        match call.arguments.get(index).and_then(|a| self.name_of(&a.value)) {
            Some(name) => format!("{name}_sorted"),
            None => format!("array{index}_sorted"),
        }
    }

    /// Automatic names of the columns of a call that gives several: `series_stats_x_min`, `a_sorted`.
    fn result_names(&self, e: &'s ast::Expr, results: &[(String, ScalarType)]) -> Vec<String> {
        let Some(call) = call_of(e) else { return results.iter().map(|(n, _)| n.clone()).collect() };
        if single_array_sort(e).is_some() {
            return (0..results.len()).map(|i| self.sorted_name(call, i)).collect();
        }
        let argument = call.arguments.first().and_then(|a| self.name_of(&a.value)).unwrap_or_default();
        results.iter().map(|(suffix, _)| format!("{}_{argument}_{suffix}", call.name.text)).collect()
    }
}

fn call_of(e: &ast::Expr) -> Option<&ast::Call> {
    match &e.kind {
        ast::ExprKind::Call(call) => Some(call),
        ast::ExprKind::Parenthesized(inner) => call_of(inner),
        _ => None,
    }
}

fn single_array_sort(e: &ast::Expr) -> Option<&ast::Call> {
    call_of(e).filter(|c| matches!(c.name.text.as_str(), "array_sort_asc" | "array_sort_desc"))
}

/// A column reference without a name: its name counts as written.
fn bare_column<'s>(e: &'s ast::Expr, bound: &Expr) -> Option<(&'s str, Span)> {
    match &e.kind {
        ast::ExprKind::Name(name) if matches!(bound.kind, ExprKind::Column(_) | ExprKind::Missing) => {
            Some((name.text.as_str(), name.span))
        }
        ast::ExprKind::Parenthesized(inner) => bare_column(inner, bound),
        _ => None,
    }
}
