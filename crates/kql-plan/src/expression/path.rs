//! Access into dynamic values: `d.a.b[0]`.

use super::string_predicate::{call_by_name, text};
use crate::error::Result;
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Expr, ExprKind, PathStep};
use kql_diagnostic::Span;
use kql_functions::function;
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    pub(super) fn path(&self, base: &Expr, steps: &[PathStep], span: Span) -> Result<DfExpr> {
        // An index into a call that gives several columns takes one of them: `array_sort_asc(a, b)[1]`.
        if let (ExprKind::Call { results, .. }, [PathStep::Index(index), rest @ ..]) = (&base.kind, steps)
            && results.len() > 1
        {
            let column = usize::try_from(*index).unwrap_or(usize::MAX);
            let ty = results.get(column).map_or(base.ty, |(_, ty)| *ty);
            let kind = ExprKind::Element { call: Arc::new(base.clone()), index: column };
            let element = Expr { kind, ty, span };
            return if rest.is_empty() { self.value(&element) } else { self.path(&element, rest, span) };
        }
        self.path_call("get", base, steps, ScalarType::Dynamic, span)
    }

    /// A call of `__get…`, or of `__parse_get…` on the text itself when the base is `parse_json(text)`.
    fn path_call(&self, name: &str, base: &Expr, steps: &[PathStep], to: ScalarType, span: Span) -> Result<DfExpr> {
        let (name, base) = match parsed_text(base) {
            Some(text) => (format!("__parse_{name}"), text),
            None => (format!("__{name}"), base),
        };
        let (types, arguments) = self.path_arguments(base, steps)?;
        call_by_name(&name, &types, arguments, to, span)
    }

    fn path_arguments(&self, base: &Expr, steps: &[PathStep]) -> Result<(Vec<ScalarType>, Vec<DfExpr>)> {
        let mut types = vec![base.ty];
        let mut arguments = vec![self.value(base)?];
        for step in steps {
            let (ty, argument) = match step {
                PathStep::Key(key) => (ScalarType::String, text(key)),
                PathStep::Index(index) => (ScalarType::Long, DfExpr::Literal(ScalarValue::Int64(Some(*index)), None)),
                PathStep::Expression(step) => (step.ty, self.value(step)?),
            };
            types.push(ty);
            arguments.push(argument);
        }
        Ok((types, arguments))
    }
}

/// A dynamic value as a number or bool for `==` and `!=`, of which no string is equal to one; `None` when the expression is
/// no dynamic value converted to such a type.
pub(super) fn held(planner: &Planner<'_>, expr: &Expr) -> Result<Option<DfExpr>> {
    let ExprKind::Convert(inner) = &expr.kind else { return Ok(None) };
    if inner.ty != ScalarType::Dynamic || !matches!(expr.ty, ScalarType::Bool | ScalarType::Real | ScalarType::Decimal)
    {
        return Ok(None);
    }
    let name = format!("held_{}", expr.ty);
    let (base, steps): (&Expr, &[PathStep]) = match &inner.kind {
        ExprKind::Path { base, steps } if base.ty != ScalarType::Dynamic || !several_columns(base) => (base, steps),
        _ => (inner, &[]),
    };
    planner.path_call(&name, base, steps, expr.ty, expr.span).map(Some)
}

fn several_columns(base: &Expr) -> bool {
    matches!(&base.kind, ExprKind::Call { results, .. } if results.len() > 1)
}

/// The text of `parse_json(text)`, in the forms the binder gives it.
fn parsed_text(base: &Expr) -> Option<&Expr> {
    let inner = match &base.kind {
        ExprKind::Convert(inner) => inner,
        ExprKind::Call { function, arguments, .. } if matches!(function.name, "parse_json" | "todynamic") => {
            arguments.first()?
        }
        _ => return None,
    };
    (inner.ty == ScalarType::String).then_some(inner)
}

/// Access and conversion in one pass over the text, for conversions that have such a function.
pub(super) fn typed_path(
    planner: &Planner<'_>,
    base: &Expr,
    steps: &[PathStep],
    to: ScalarType,
    span: Span,
) -> Result<Option<DfExpr>> {
    let name = format!("get_{to}");
    if function(&format!("__{name}")).is_none() {
        return Ok(None);
    }
    planner.path_call(&name, base, steps, to, span).map(Some)
}
