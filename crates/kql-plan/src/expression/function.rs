//! Calls of scalar functions.

use super::{field_of, is_constant};
use crate::error::{At, PlanError, Result};
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::expr::ScalarFunction;
use kql_bind::bound::{Expr, ExprKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_functions::{function, scalar_udf};
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use kql_types::{ScalarType, Value};

impl Planner<'_> {
    pub(super) fn call(
        &self,
        spec: &FunctionSpec,
        arguments: &[Expr],
        results: &[(String, ScalarType)],
        span: Span,
    ) -> Result<DfExpr> {
        if let [(_, result)] = results
            && let Some(native) = self.arithmetic(spec.name, arguments, *result)?
        {
            return Ok(native);
        }
        runs(spec, span)?;
        if spec.kind == FunctionKind::Window {
            return Err(PlanError::unsupported(span, format!("'{}' cannot stand here", spec.name)));
        }
        let Some(found) = function(spec.name) else {
            return Err(PlanError::unsupported(span, format!("'{}' cannot be run yet", spec.name)));
        };
        self.check_constants(spec, arguments.iter())?;
        let types: Vec<ScalarType> = arguments.iter().map(|a| a.ty).collect();
        let lowered = arguments.iter().map(|a| self.value(a)).collect::<Result<Vec<_>>>()?;
        let given = match spec.support {
            Support::Given(_) => self.host.given(spec.name).at(span)?,
            _ => None,
        };
        let udf = given.unwrap_or_else(|| scalar_udf(found, &types, results));
        Ok(DfExpr::ScalarFunction(ScalarFunction::new_udf(udf, lowered)))
    }

    /// What a function asks of its constants, for those that are no literals: the binder has seen the literals.
    pub(super) fn check_constants<'e>(
        &self,
        spec: &FunctionSpec,
        arguments: impl Iterator<Item = &'e Expr> + Clone,
    ) -> Result<()> {
        let Some(check) = spec.check else { return Ok(()) };
        if arguments.clone().all(|a| matches!(a.kind, ExprKind::Literal(_)) || !is_constant(a)) {
            return Ok(());
        }
        let value = |a: &Expr| match &a.kind {
            ExprKind::Literal(value) => Ok(Some(value.clone())),
            _ if a.ty == ScalarType::String && is_constant(a) => self.constant_text(a).map(|t| Some(Value::String(t))),
            _ if a.ty == ScalarType::Bool && is_constant(a) => self.constant(a).map(|v| match v {
                ScalarValue::Boolean(v) => Some(Value::Bool(v)),
                _ => None,
            }),
            _ => Ok(None),
        };
        let values = arguments.clone().map(value).collect::<Result<Vec<_>>>()?;
        let known: Vec<_> = values.iter().map(Option::as_ref).collect();
        check(&known).map_err(|wrong| {
            let span = arguments.clone().nth(wrong.argument).map(|a| a.span).unwrap_or_default();
            Diagnostic::error(wrong.code, span, wrong.message).into()
        })
    }

    pub(super) fn element(&self, call: &Expr, index: usize, span: Span) -> Result<DfExpr> {
        let ExprKind::Call { results, .. } = &call.kind else {
            return Err(PlanError::internal(span, "a column is taken of something that is no call"));
        };
        if results.len() == 1 {
            return self.value(call);
        }
        let Some((name, _)) = results.get(index) else {
            return Err(PlanError::internal(span, "a call has fewer columns than are taken of it"));
        };
        Ok(field_of(self.value(call)?, name))
    }
}

/// Refuses functions that are only known to the binder.
pub(crate) fn runs(spec: &FunctionSpec, span: Span) -> Result<()> {
    match spec.support {
        // What was not given the binder has refused.
        Support::Full | Support::Given(_) => Ok(()),
        Support::CheckOnly(why) => {
            Err(Diagnostic::error(code::UNSUPPORTED, span, format!("'{}' is checked but cannot be run yet", spec.name))
                .with_help(why)
                .into())
        }
        Support::Cloud(instead) => {
            Err(Diagnostic::error(code::NEEDS_CLOUD, span, format!("'{}' needs the cloud", spec.name))
                .with_help(instead)
                .into())
        }
    }
}
