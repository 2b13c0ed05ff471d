//! Access into dynamic values: `d.a.b[0]`.

use super::string_predicate::{call_by_name, text};
use crate::error::Result;
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Expr, PathStep};
use kql_diagnostic::Span;
use kql_functions::function;
use kql_types::ScalarType;

impl Planner<'_> {
    pub(super) fn path(&self, base: &Expr, steps: &[PathStep], span: Span) -> Result<DfExpr> {
        let (types, arguments) = self.path_arguments(base, steps)?;
        call_by_name("__get", &types, arguments, ScalarType::Dynamic, span)
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

/// Access and conversion in one pass over the text, for conversions that have such a function.
pub(super) fn typed_path(
    planner: &Planner<'_>,
    base: &Expr,
    steps: &[PathStep],
    to: ScalarType,
    span: Span,
) -> Result<Option<DfExpr>> {
    let name = format!("__get_{to}");
    if function(&name).is_none() {
        return Ok(None);
    }
    let (types, arguments) = planner.path_arguments(base, steps)?;
    call_by_name(&name, &types, arguments, to, span).map(Some)
}
