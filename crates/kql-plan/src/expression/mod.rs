//! Scalar expressions: from bound tree to DataFusion expressions.
//!
//! Comparisons, logic, `in`, `between` and `case` become DataFusion's own expressions, so that filters reach the sources
//! and prune there. Kusto's rules for nulls differ from SQL's, and an expression that obeys them in full prunes less; so a
//! bool is lowered by its [`Position`]: where null and false mean the same, the plain SQL form is enough.

mod arithmetic;
mod case;
mod compare;
mod constant;
mod conversion;
mod function;
mod literal;
mod logical;
mod membership;
mod path;
mod real_compare;
mod series_bin;
mod string_predicate;

pub(crate) use conversion::convert;
pub(crate) use function::runs;
pub(crate) use literal::{literal, null_scalar, typed_null};
pub(crate) use membership::is_constant;
pub(crate) use series_bin::series_bin;
pub(crate) use string_predicate::call_by_name;

use crate::error::{PlanError, Result};
use crate::planner::Planner;
use datafusion::common::{Column, ScalarValue};
use datafusion::functions::core::get_field;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::expr::ScalarFunction;
use kql_bind::bound::{Expr, ExprKind};

/// What becomes of a bool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Null and false mean the same: `where`, conditions of `case`, operands of `and` and `or` there.
    Filter,
    /// Null, false and true are told apart.
    Value,
}

/// A column of the input by its name.
pub(crate) fn ident(name: &str) -> DfExpr {
    DfExpr::Column(Column::new_unqualified(name))
}

impl Planner<'_> {
    /// An expression whose value is used.
    pub(crate) fn value(&self, expr: &Expr) -> Result<DfExpr> {
        self.lower(expr, Position::Value)
    }

    /// A condition that keeps rows where it is true.
    pub(crate) fn condition(&self, expr: &Expr) -> Result<DfExpr> {
        self.lower(expr, Position::Filter)
    }

    pub(crate) fn lower(&self, expr: &Expr, position: Position) -> Result<DfExpr> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(literal(value)),
            ExprKind::Column(name) => Ok(ident(name)),
            ExprKind::Now => Ok(DfExpr::Literal(ScalarValue::Int64(Some(self.now())), None)),
            ExprKind::Logical { and, operands } => self.logical(*and, operands, position),
            ExprKind::Not(operand) => self.negation(operand, position),
            ExprKind::Compare { op, left, right } => self.comparison(*op, left, right, position),
            ExprKind::StringPredicate { function, negated, left, right } => {
                self.string_predicate(function, *negated, left, right, expr.span)
            }
            ExprKind::In { op, value, list } => self.membership(*op, value, list, position, expr.span),
            ExprKind::InTable { op, value, table } => self.table_membership(*op, value, table, position, expr.span),
            ExprKind::Between { negated, operand, low, high } => self.between(*negated, operand, low, high, position),
            ExprKind::Call { function, arguments, results } => self.call(function, arguments, results, expr.span),
            ExprKind::Element { call, index } => self.element(call, *index, expr.span),
            ExprKind::Case { branches, otherwise } => self.case(branches, otherwise, position),
            ExprKind::Path { base, steps } => self.path(base, steps, expr.span),
            ExprKind::Convert(operand) => self.conversion(operand, expr.ty, expr.span),
            ExprKind::ToScalar(table) => self.scalar_of(table, expr.ty, expr.span),
            ExprKind::Missing => Err(PlanError::internal(expr.span, "a column that is not there was left in the tree")),
        }
    }
}

/// One field of a struct.
pub(crate) fn field_of(value: DfExpr, name: &str) -> DfExpr {
    let name = DfExpr::Literal(ScalarValue::Utf8(Some(name.to_owned())), None);
    DfExpr::ScalarFunction(ScalarFunction::new_udf(get_field(), vec![value, name]))
}
