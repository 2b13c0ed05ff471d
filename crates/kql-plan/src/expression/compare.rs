//! `== != < <= > >=` and `between`.
//!
//! Kusto's nulls (ENGINE §3): with one null operand `==` is false and `!=` true; with two, both are null; the orderings are
//! null when any operand is.

use super::path::held;
use super::real_compare::real_compare;
use super::{Position, literal};
use crate::error::Result;
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr, lit};
use kql_bind::bound::{CompareOp, Expr, ExprKind};
use kql_types::{ScalarType, Value};

/// An operand: its expression, and whether it can be null.
struct Operand {
    expr: DfExpr,
    nullable: bool,
}

impl Planner<'_> {
    pub(super) fn comparison(&self, op: CompareOp, left: &Expr, right: &Expr, position: Position) -> Result<DfExpr> {
        let (mut a, mut b) = (self.operand(left)?, self.operand(right)?);
        if matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            if let Some(expr) = held(self, left)? {
                a.expr = expr;
            }
            if let Some(expr) = held(self, right)? {
                b.expr = expr;
            }
        }
        if left.ty == ScalarType::Real {
            return Ok(real_comparison(op, a, b, position));
        }
        Ok(match op {
            CompareOp::Equal => equality(a, b, false, position, plain_equality),
            CompareOp::NotEqual => equality(a, b, true, position, plain_equality),
            ordering => binary_expr(a.expr, sql(ordering), b.expr),
        })
    }

    /// Null when any of the three is, in both forms.
    pub(super) fn between(
        &self,
        negated: bool,
        operand: &Expr,
        low: &Expr,
        high: &Expr,
        position: Position,
    ) -> Result<DfExpr> {
        let (value, low_end, high_end) = (self.operand(operand)?, self.operand(low)?, self.operand(high)?);
        let compare = |op, a: &Operand, b: &Operand| {
            let (a, b) = (Operand { ..a.copy() }, Operand { ..b.copy() });
            if operand.ty == ScalarType::Real {
                real_comparison(op, a, b, position)
            } else {
                binary_expr(a.expr, sql(op), b.expr)
            }
        };
        let inside = || {
            let above = compare(CompareOp::GreaterOrEqual, &value, &low_end);
            binary_expr(above, Operator::And, compare(CompareOp::LessOrEqual, &value, &high_end))
        };
        let outside = || {
            if operand.ty == ScalarType::Real {
                // NaN is outside of every range.
                return DfExpr::Not(Box::new(inside()));
            }
            let below = compare(CompareOp::Less, &value, &low_end);
            binary_expr(below, Operator::Or, compare(CompareOp::Greater, &value, &high_end))
        };
        if position == Position::Filter && !negated {
            return Ok(inside());
        }
        let core = if negated { outside() } else { inside() };
        let ends = [&low_end, &high_end].into_iter().filter(|o| o.nullable).map(|o| o.expr.clone());
        let ends: Vec<DfExpr> = ends.collect();
        if ends.is_empty() {
            return Ok(core);
        }
        // With a null end, SQL may still decide by the other one.
        let some_null = ends.into_iter().map(|e| DfExpr::IsNull(Box::new(e)));
        let some_null = some_null.reduce(|a, b| binary_expr(a, Operator::Or, b)).unwrap_or_else(|| lit(false));
        Ok(case_when(some_null, null_bool(), core))
    }

    fn operand(&self, expr: &Expr) -> Result<Operand> {
        Ok(Operand { expr: self.value(expr)?, nullable: can_be_null(expr) })
    }
}

impl Operand {
    fn copy(&self) -> Operand {
        Operand { expr: self.expr.clone(), nullable: self.nullable }
    }
}

/// False for strings, literals that are not null, and `now()`.
pub(super) fn can_be_null(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(value) => value.is_null(),
        ExprKind::Now => false,
        _ => expr.ty.has_null(),
    }
}

fn sql(op: CompareOp) -> Operator {
    match op {
        CompareOp::Equal => Operator::Eq,
        CompareOp::NotEqual => Operator::NotEq,
        CompareOp::Less => Operator::Lt,
        CompareOp::LessOrEqual => Operator::LtEq,
        CompareOp::Greater => Operator::Gt,
        CompareOp::GreaterOrEqual => Operator::GtEq,
    }
}

pub(crate) fn null_bool() -> DfExpr {
    DfExpr::Literal(ScalarValue::Boolean(None), None)
}

pub(crate) fn case_when(when: DfExpr, then: DfExpr, otherwise: DfExpr) -> DfExpr {
    DfExpr::Case(Case::new(None, vec![(Box::new(when), Box::new(then))], Some(Box::new(otherwise))))
}

fn plain_equality(a: DfExpr, b: DfExpr) -> DfExpr {
    binary_expr(a, Operator::Eq, b)
}

/// `==` (or `!=`) of two operands where `equal` is null when one of them is.
fn equality(
    a: Operand,
    b: Operand,
    negated: bool,
    position: Position,
    equal: impl Fn(DfExpr, DfExpr) -> DfExpr,
) -> DfExpr {
    let native = |a: Operand, b: Operand, op| binary_expr(a.expr, op, b.expr);
    match (a.nullable, b.nullable, negated) {
        (false, false, false) => equal(a.expr, b.expr),
        (false, false, true) => native(a, b, Operator::NotEq),
        (_, _, false) if position == Position::Filter => equal(a.expr, b.expr),
        (true, true, _) => {
            let both = binary_expr(
                DfExpr::IsNull(Box::new(a.expr.clone())),
                Operator::And,
                DfExpr::IsNull(Box::new(b.expr.clone())),
            );
            let op = if negated { Operator::IsDistinctFrom } else { Operator::IsNotDistinctFrom };
            // In a filter `null != null` drops the row, and so does IS DISTINCT FROM.
            if position == Position::Filter { native(a, b, op) } else { case_when(both, null_bool(), native(a, b, op)) }
        }
        (_, _, true) => native(a, b, Operator::IsDistinctFrom),
        (_, _, false) => native(a, b, Operator::IsNotDistinctFrom),
    }
}

/// Against a literal that is neither zero nor NaN, Arrow's order gives the IEEE answer once NaNs are kept out, and can be
/// used for pruning; anything else is computed.
fn real_comparison(op: CompareOp, a: Operand, b: Operand, position: Position) -> DfExpr {
    if let Some(number) = plain_literal(&b.expr) {
        return against_literal(op, a, number, position);
    }
    if let (Some(number), Some(mirrored)) = (plain_literal(&a.expr), mirror(op)) {
        return against_literal(mirrored, b, number, position);
    }
    match op {
        CompareOp::Equal | CompareOp::NotEqual => {
            let negated = op == CompareOp::NotEqual;
            let nullable = a.nullable || b.nullable;
            let (one, other) = (a.copy(), b.copy());
            let equal = real_compare(CompareOp::Equal, a.expr, b.expr);
            match (nullable, negated, position) {
                (false, false, _) | (true, false, Position::Filter) => equal,
                (false, true, _) => DfExpr::Not(Box::new(equal)),
                _ => {
                    let is_null = |o: &Operand| DfExpr::IsNull(Box::new(o.expr.clone()));
                    let decided =
                        if negated { DfExpr::IsNotTrue(Box::new(equal)) } else { DfExpr::IsTrue(Box::new(equal)) };
                    if one.nullable && other.nullable {
                        let both = binary_expr(is_null(&one), Operator::And, is_null(&other));
                        case_when(both, null_bool(), decided)
                    } else {
                        decided
                    }
                }
            }
        }
        ordering => real_compare(ordering, a.expr, b.expr),
    }
}

fn mirror(op: CompareOp) -> Option<CompareOp> {
    Some(match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    })
}

fn plain_literal(expr: &DfExpr) -> Option<f64> {
    match expr {
        DfExpr::Literal(ScalarValue::Float64(Some(v)), _) if v.is_finite() && *v != 0.0 => Some(*v),
        _ => None,
    }
}

fn against_literal(op: CompareOp, value: Operand, number: f64, position: Position) -> DfExpr {
    let real = |v: f64| literal(&Value::Real(Some(v)));
    let test = |op| binary_expr(value.expr.clone(), op, real(number));
    // NaNs of either sign lie beyond the infinities in Arrow's order.
    match op {
        CompareOp::Equal if position == Position::Filter || !value.nullable => test(Operator::Eq),
        CompareOp::Equal => test(Operator::IsNotDistinctFrom),
        CompareOp::NotEqual if !value.nullable => test(Operator::NotEq),
        CompareOp::NotEqual => test(Operator::IsDistinctFrom),
        CompareOp::Less | CompareOp::LessOrEqual => {
            let not_nan = binary_expr(value.expr.clone(), Operator::GtEq, real(f64::NEG_INFINITY));
            binary_expr(test(sql(op)), Operator::And, not_nan)
        }
        CompareOp::Greater | CompareOp::GreaterOrEqual => {
            let not_nan = binary_expr(value.expr.clone(), Operator::LtEq, real(f64::INFINITY));
            binary_expr(test(sql(op)), Operator::And, not_nan)
        }
    }
}
