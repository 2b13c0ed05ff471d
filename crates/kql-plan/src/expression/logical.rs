//! `and`, `or`, `not`.

use super::Position;
use crate::error::Result;
use crate::planner::Planner;
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr};
use kql_bind::bound::{CompareOp, Expr, ExprKind};
use kql_types::ScalarType;

impl Planner<'_> {
    /// Kleene logic is SQL's own. In a filter each operand is in filter position too: a null operand of `or` adds no row,
    /// one of `and` drops it, as false does.
    pub(super) fn logical(&self, and: bool, operands: &[Expr], position: Position) -> Result<DfExpr> {
        let op = if and { Operator::And } else { Operator::Or };
        let lowered = operands.iter().map(|o| self.lower(o, position)).collect::<Result<Vec<_>>>()?;
        Ok(balanced(lowered, op))
    }

    /// `not` goes into its operand where the negated form obeys Kusto's rules by itself; else the operand's value counts.
    pub(super) fn negation(&self, operand: &Expr, position: Position) -> Result<DfExpr> {
        match &operand.kind {
            ExprKind::Not(inner) => self.lower(inner, position),
            ExprKind::Logical { and, operands } => {
                let op = if *and { Operator::Or } else { Operator::And };
                let negated = operands.iter().map(|o| self.negation(o, position)).collect::<Result<Vec<_>>>()?;
                Ok(balanced(negated, op))
            }
            // A NaN makes both `<` and `>=` false, so comparisons of reals keep their `not`.
            ExprKind::Compare { op, left, right }
                if left.ty != ScalarType::Real || matches!(op, CompareOp::Equal | CompareOp::NotEqual) =>
            {
                self.comparison(opposite(*op), left, right, position)
            }
            ExprKind::StringPredicate { function, negated, left, right } => {
                self.string_predicate(function, !negated, left, right, operand.span)
            }
            ExprKind::In { op, value, list } => match op.negated_form() {
                Some(op) => self.membership(op, value, list, position, operand.span),
                None => Ok(DfExpr::Not(Box::new(self.value(operand)?))),
            },
            ExprKind::InTable { op, value, table } => match op.negated_form() {
                Some(op) => self.table_membership(op, value, table, position, operand.span),
                None => Ok(DfExpr::Not(Box::new(self.value(operand)?))),
            },
            ExprKind::Between { negated, operand, low, high } if operand.ty != ScalarType::Real => {
                self.between(!negated, operand, low, high, position)
            }
            _ => Ok(DfExpr::Not(Box::new(self.value(operand)?))),
        }
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// The operators of `in` that have an opposite.
pub(super) trait NegatedForm: Sized {
    /// The opposite operator.
    fn negated_form(self) -> Option<Self>;
}

impl NegatedForm for kql_syntax::ast::InOp {
    fn negated_form(self) -> Option<Self> {
        use kql_syntax::ast::InOp;
        match self {
            InOp::In => Some(InOp::NotIn),
            InOp::NotIn => Some(InOp::In),
            InOp::InTilde => Some(InOp::NotInTilde),
            InOp::NotInTilde => Some(InOp::InTilde),
            InOp::HasAny | InOp::HasAll => None,
        }
    }
}

/// Joins operands by an associative operator as a balanced tree: thousands of them make a tree of few levels.
pub(crate) fn balanced(mut operands: Vec<DfExpr>, op: Operator) -> DfExpr {
    while operands.len() > 2 {
        let mut next = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            next.push(match rest.next() {
                Some(right) => binary_expr(left, op, right),
                None => left,
            });
        }
        operands = next;
    }
    let mut rest = operands.into_iter();
    match (rest.next(), rest.next()) {
        (Some(left), Some(right)) => binary_expr(left, op, right),
        (Some(one), None) => one,
        _ => DfExpr::Literal(datafusion::common::ScalarValue::Boolean(Some(op == Operator::And)), None),
    }
}
