//! `in`, `in~`, `has_any`, `has_all` and their `!` forms, over values and over the first column of a table.

use super::compare::can_be_null;
use super::conversion::convert;
use super::string_predicate::call_by_name;
use super::{Position, constant};
use crate::error::Result;
use crate::planner::Planner;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Expr as DfExpr, Operator, binary_expr, lit};
use kql_bind::bound::{Expr, ExprKind, Table};
use kql_diagnostic::Span;
use kql_syntax::ast::InOp;
use kql_types::dynamic::Kind;
use kql_types::{ScalarType, dynamic};
use std::sync::Arc;

impl Planner<'_> {
    pub(super) fn membership(
        &self,
        op: InOp,
        value: &Expr,
        list: &[Expr],
        position: Position,
        span: Span,
    ) -> Result<DfExpr> {
        if let Some((name, negated)) = by_function(op) {
            let mut types = vec![value.ty];
            let mut arguments = vec![self.value(value)?];
            for element in list {
                types.push(element.ty);
                arguments.push(self.value(element)?);
            }
            return function_membership(name, negated, &types, arguments, span);
        }
        let mut elements = Vec::with_capacity(list.len());
        let mut arrays = Vec::new();
        for element in list {
            if element.ty != ScalarType::Dynamic {
                elements.push(self.value(element)?);
            } else if is_constant(element) {
                self.flatten(element, value.ty, &mut elements)?;
            } else {
                arrays.push(element);
            }
        }
        let negated = op == InOp::NotIn;
        if arrays.is_empty() {
            return Ok(in_list(self.value(value)?, can_be_null(value), value.ty, elements, negated, position));
        }
        // A column of arrays: element by element at run time.
        let mut tests =
            vec![in_list(self.value(value)?, can_be_null(value), value.ty, elements, false, Position::Value)];
        for array in arrays {
            let arguments = vec![self.value(array)?, self.value(value)?];
            let test = call_by_name("set_has_element", &[array.ty, value.ty], arguments, ScalarType::Bool, span)?;
            tests.push(DfExpr::IsTrue(Box::new(test)));
        }
        let any = super::logical::balanced(tests, Operator::Or);
        Ok(if negated { DfExpr::Not(Box::new(any)) } else { any })
    }

    pub(super) fn table_membership(
        &self,
        op: InOp,
        value: &Expr,
        table: &Arc<Table>,
        position: Position,
        span: Span,
    ) -> Result<DfExpr> {
        let values = self.list_of(table, span)?;
        let ty = table.schema.columns.first().map_or(value.ty, |c| c.ty);
        if let Some((name, negated)) = by_function(op) {
            let mut json = String::from("[");
            for (i, element) in values.iter().enumerate() {
                if i > 0 {
                    json.push(',');
                }
                match element {
                    ScalarValue::Utf8View(Some(text)) if ty == ScalarType::Dynamic => json.push_str(text),
                    ScalarValue::Utf8View(Some(text)) => dynamic::write_quoted(&mut json, text),
                    other => dynamic::write_quoted(&mut json, &other.to_string()),
                }
            }
            json.push(']');
            let list = DfExpr::Literal(ScalarValue::Utf8View(Some(json)), None);
            let arguments = vec![self.value(value)?, list];
            return function_membership(name, negated, &[value.ty, ScalarType::Dynamic], arguments, span);
        }
        let elements = values.iter().map(|v| DfExpr::Literal(v.clone(), None)).collect();
        Ok(in_list(self.value(value)?, can_be_null(value), value.ty, elements, op == InOp::NotIn, position))
    }

    /// The elements of a constant array (or a constant scalar in a dynamic), as values of the left side's type. Elements of
    /// another kind are equal to no value of it: 2.5 and `'2'` to no long.
    fn flatten(&self, element: &Expr, to: ScalarType, out: &mut Vec<DfExpr>) -> Result<()> {
        let ScalarValue::Utf8View(Some(json)) = self.constant(element)? else { return Ok(()) };
        let items: Vec<&str> =
            if dynamic::kind(&json) == Kind::Array { dynamic::array_items(&json).collect() } else { vec![&json] };
        for item in items.into_iter().filter(|item| comparable(item, to)) {
            let literal = DfExpr::Literal(ScalarValue::Utf8View(Some(item.to_owned())), None);
            let converted = convert(literal, ScalarType::Dynamic, to, element.span)?;
            out.push(DfExpr::Literal(constant::evaluate(converted, element.span)?, None));
        }
        Ok(())
    }
}

/// True when an element of a dynamic array can be equal to a value of the type.
fn comparable(item: &str, to: ScalarType) -> bool {
    match (to, dynamic::kind(item)) {
        (_, Kind::Null) => false,
        (ScalarType::Int | ScalarType::Long, Kind::Real) => item.parse::<f64>().is_ok_and(|v| v.fract() == 0.0),
        (ScalarType::Int | ScalarType::Long | ScalarType::Real | ScalarType::Decimal, kind) => {
            matches!(kind, Kind::Long | Kind::Real)
        }
        (ScalarType::Bool, kind) => kind == Kind::Bool,
        _ => true,
    }
}

/// The function behind an operator that is one, and whether the operator negates it.
fn by_function(op: InOp) -> Option<(&'static str, bool)> {
    match op {
        InOp::In | InOp::NotIn => None,
        InOp::InTilde => Some(("in~", false)),
        InOp::NotInTilde => Some(("in~", true)),
        InOp::HasAny => Some(("has_any", false)),
        InOp::HasAll => Some(("has_all", false)),
    }
}

fn function_membership(
    name: &str,
    negated: bool,
    types: &[ScalarType],
    arguments: Vec<DfExpr>,
    span: Span,
) -> Result<DfExpr> {
    let test = call_by_name(name, types, arguments, ScalarType::Bool, span)?;
    Ok(if negated { DfExpr::Not(Box::new(test)) } else { test })
}

/// True when the expression has no column and gives one value.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    crate::walk::each_expression(expr, &mut |e| {
        constant &= !matches!(e.kind, ExprKind::Column(_));
        constant &= !matches!(&e.kind, ExprKind::Call { function, .. } if !function.deterministic);
    });
    constant
}

/// `value in (elements)`; never null: a null value is in no list, a null element equal to nothing.
fn in_list(
    value: DfExpr,
    nullable: bool,
    ty: ScalarType,
    mut elements: Vec<DfExpr>,
    negated: bool,
    position: Position,
) -> DfExpr {
    elements.retain(|e| !matches!(e, DfExpr::Literal(v, _) if v.is_null() || is_nan(v)));
    if ty == ScalarType::Real && elements.iter().any(|e| matches!(e, DfExpr::Literal(v, _) if is_zero(v))) {
        for zero in [0.0, -0.0] {
            elements.push(DfExpr::Literal(ScalarValue::Float64(Some(zero)), None));
        }
    }
    if elements.is_empty() {
        return lit(negated);
    }
    let constant = elements.iter().all(|e| matches!(e, DfExpr::Literal(..)));
    let inside = |negated| DfExpr::InList(InList::new(Box::new(value.clone()), elements.clone(), negated));
    match (negated, nullable || !constant) {
        (_, false) => inside(negated),
        (false, true) if position == Position::Filter => inside(false),
        (false, true) => DfExpr::IsTrue(Box::new(inside(false))),
        (true, true) if constant => binary_expr(inside(true), Operator::Or, DfExpr::IsNull(Box::new(value.clone()))),
        (true, true) => DfExpr::IsNotTrue(Box::new(inside(false))),
    }
}

fn is_nan(value: &ScalarValue) -> bool {
    matches!(value, ScalarValue::Float64(Some(v)) if v.is_nan())
}

fn is_zero(value: &ScalarValue) -> bool {
    matches!(value, ScalarValue::Float64(Some(v)) if *v == 0.0)
}
