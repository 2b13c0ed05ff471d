//! Conversions, written (`tostring(x)`) or implied.

use super::path::typed_path;
use super::string_predicate::call_by_name;
use crate::error::{PlanError, Result};
use crate::planner::Planner;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::cast;
use kql_bind::bound::{Expr, ExprKind};
use kql_diagnostic::Span;
use kql_functions::arrow_type;
use kql_types::ScalarType;

impl Planner<'_> {
    pub(super) fn conversion(&self, operand: &Expr, to: ScalarType, span: Span) -> Result<DfExpr> {
        if operand.ty == to {
            return self.value(operand);
        }
        if let ExprKind::Path { base, steps } = &operand.kind
            && let Some(fused) = typed_path(self, base, steps, to, span)?
        {
            return Ok(fused);
        }
        convert(self.value(operand)?, operand.ty, to, span)
    }
}

/// A lowered expression of type `from` converted to `to`.
pub(crate) fn convert(value: DfExpr, from: ScalarType, to: ScalarType, span: Span) -> Result<DfExpr> {
    use ScalarType::{Int, Long, Real};
    if from == to {
        return Ok(value);
    }
    if matches!((from, to), (Int, Long | Real) | (Long, Real)) {
        return Ok(cast(value, arrow_type(to)));
    }
    let Some(name) = conversion_function(to) else {
        return Err(PlanError::internal(span, format!("a conversion from {from} to {to}")));
    };
    call_by_name(name, &[from], vec![value], to, span)
}

/// The function that converts to a type.
pub(crate) fn conversion_function(to: ScalarType) -> Option<&'static str> {
    Some(match to {
        ScalarType::Bool => "tobool",
        ScalarType::Int => "toint",
        ScalarType::Long => "tolong",
        ScalarType::Real => "toreal",
        ScalarType::Decimal => "todecimal",
        ScalarType::String => "tostring",
        ScalarType::Datetime => "todatetime",
        ScalarType::Timespan => "totimespan",
        ScalarType::Guid => "toguid",
        ScalarType::Dynamic => "todynamic",
        ScalarType::Unknown => return None,
    })
}
