//! `+ - *` on numbers of one type, where Arrow's wrapping arithmetic is exactly Kusto's. Everything else (division, modulo,
//! datetime, decimal) is a function.

use crate::error::Result;
use crate::planner::Planner;
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr};
use kql_bind::bound::Expr;
use kql_types::ScalarType;

impl Planner<'_> {
    pub(super) fn arithmetic(&self, name: &str, arguments: &[Expr], result: ScalarType) -> Result<Option<DfExpr>> {
        let op = match name {
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            "*" => Operator::Multiply,
            _ => return Ok(None),
        };
        let [left, right] = arguments else { return Ok(None) };
        let native = matches!(result, ScalarType::Long | ScalarType::Real) && left.ty == result && right.ty == result;
        if !native {
            return Ok(None);
        }
        Ok(Some(binary_expr(self.value(left)?, op, self.value(right)?)))
    }
}
