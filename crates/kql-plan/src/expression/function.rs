//! Calls of scalar functions.

use super::field_of;
use crate::error::{PlanError, Result};
use crate::planner::Planner;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::expr::ScalarFunction;
use kql_bind::bound::{Expr, ExprKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_functions::{function, scalar_udf};
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, Support};

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
        let types: Vec<ScalarType> = arguments.iter().map(|a| a.ty).collect();
        let lowered = arguments.iter().map(|a| self.value(a)).collect::<Result<Vec<_>>>()?;
        let udf = scalar_udf(found, &types, results);
        Ok(DfExpr::ScalarFunction(ScalarFunction::new_udf(udf, lowered)))
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
        Support::Full => Ok(()),
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
