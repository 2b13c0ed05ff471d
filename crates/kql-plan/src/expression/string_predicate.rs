//! `has`, `contains`, `startswith`, `=~`, `matches regex`, … and their `!` forms.

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::expr::ScalarFunction;
use kql_bind::bound::Expr;
use kql_diagnostic::Span;
use kql_functions::{function, scalar_udf};
use kql_types::ScalarType;
use kql_types::function::FunctionSpec;

impl Planner<'_> {
    /// The function is false with one null operand and null with two, so plain negation gives `!has` and its kin.
    pub(super) fn string_predicate(
        &self,
        spec: &FunctionSpec,
        negated: bool,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Result<DfExpr> {
        self.check_constants(spec, [left, right].into_iter())?;
        let test = self.registry_call(spec.name, &[left, right], ScalarType::Bool, span)?;
        Ok(if negated { DfExpr::Not(Box::new(test)) } else { test })
    }

    /// A call of a function by name on bound arguments, with one result.
    pub(super) fn registry_call(
        &self,
        name: &str,
        arguments: &[&Expr],
        result: ScalarType,
        span: Span,
    ) -> Result<DfExpr> {
        let types: Vec<ScalarType> = arguments.iter().map(|a| a.ty).collect();
        let lowered = arguments.iter().map(|a| self.value(a)).collect::<Result<Vec<_>>>()?;
        call_by_name(name, &types, lowered, result, span)
    }
}

/// A call of a function by name on lowered arguments of these types, with one result.
pub(crate) fn call_by_name(
    name: &str,
    types: &[ScalarType],
    arguments: Vec<DfExpr>,
    result: ScalarType,
    span: Span,
) -> Result<DfExpr> {
    let Some(found) = function(name) else {
        return Err(PlanError::unsupported(span, format!("'{name}' cannot be run yet")));
    };
    let udf = scalar_udf(found, types, &[(String::new(), result)]);
    Ok(DfExpr::ScalarFunction(ScalarFunction::new_udf(udf, arguments)))
}

/// A text literal.
pub(crate) fn text(value: &str) -> DfExpr {
    DfExpr::Literal(ScalarValue::Utf8View(Some(value.to_owned())), None)
}
