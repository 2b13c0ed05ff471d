//! Implicit conversions: which types agree, and what is put around an operand so that it has the type needed.

use crate::bound::{Expr, ExprKind};
use kql_types::{ScalarType, Value};

/// Converts an expression to a type. Numbers that are literals are converted here; nothing happens when the type is right
/// already or not known.
pub(crate) fn convert(e: Expr, to: ScalarType) -> Expr {
    if e.ty == to || to == ScalarType::Unknown {
        return e;
    }
    if e.ty == ScalarType::Unknown {
        return Expr { ty: to, ..e };
    }
    let span = e.span;
    let folded = match (&e.kind, to) {
        (ExprKind::Literal(Value::Int(v)), ScalarType::Long) => Some(Value::Long(v.map(i64::from))),
        (ExprKind::Literal(Value::Int(v)), ScalarType::Real) => Some(Value::Real(v.map(f64::from))),
        #[allow(clippy::cast_precision_loss)] // the nearest double is the answer
        (ExprKind::Literal(Value::Long(v)), ScalarType::Real) => Some(Value::Real(v.map(|v| v as f64))),
        (ExprKind::Literal(value), to) if value.is_null() => Some(Value::null(to)),
        _ => None,
    };
    match folded {
        Some(value) => Expr { kind: ExprKind::Literal(value), ty: to, span },
        None => Expr { kind: ExprKind::Convert(Box::new(e)), ty: to, span },
    }
}

/// True when a value of one type may stand where another is needed: equal types, and widening of numbers.
pub(crate) fn promotes(from: ScalarType, to: ScalarType) -> bool {
    use ScalarType::{Decimal, Int, Long, Real};
    from == to
        || matches!((from, to), (Int, Long | Real | Decimal) | (Long, Real | Decimal) | (Real, Decimal))
        || from == ScalarType::Unknown
}

/// The wider of two number types.
pub(crate) fn wider(a: ScalarType, b: ScalarType) -> ScalarType {
    use ScalarType::{Decimal, Int, Long, Real};
    let rank = |t| match t {
        Int => 1,
        Long => 2,
        Real => 3,
        Decimal => 4,
        _ => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// The wider of two number types as arithmetic has it: never `int`.
pub(crate) fn arithmetic(a: ScalarType, b: ScalarType) -> ScalarType {
    match wider(a, b) {
        ScalarType::Int => ScalarType::Long,
        other => other,
    }
}

/// True when an expression reads no row: it may stand where a constant is needed.
pub(crate) fn is_constant(e: &Expr) -> bool {
    let mut constant = true;
    walk(e, &mut |e| constant &= !matches!(e.kind, ExprKind::Column(_)));
    constant
}

/// True for a literal, converted or negated or not.
pub(crate) fn literal(e: &Expr) -> Option<&Value> {
    match &e.kind {
        ExprKind::Literal(value) => Some(value),
        _ => None,
    }
}

/// Visits an expression and everything in it that reads the same row.
pub(crate) fn walk<'e>(e: &'e Expr, f: &mut impl FnMut(&'e Expr)) {
    let mut stack = vec![e];
    while let Some(e) = stack.pop() {
        f(e);
        match &e.kind {
            ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Now | ExprKind::ToScalar(_) | ExprKind::Missing => {}
            ExprKind::Logical { operands, .. } => stack.extend(operands),
            ExprKind::Not(x) | ExprKind::Convert(x) => stack.push(x),
            ExprKind::Compare { left, right, .. } | ExprKind::StringPredicate { left, right, .. } => {
                stack.push(left);
                stack.push(right);
            }
            ExprKind::In { value, list, .. } => {
                stack.push(value);
                stack.extend(list);
            }
            ExprKind::InTable { value, .. } => stack.push(value),
            ExprKind::Between { operand, low, high, .. } => stack.extend([&**operand, &**low, &**high]),
            ExprKind::Call { arguments, .. } => stack.extend(arguments),
            ExprKind::Element { call, .. } => stack.push(call),
            ExprKind::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    stack.push(condition);
                    stack.push(value);
                }
                stack.push(otherwise);
            }
            ExprKind::Path { base, steps } => {
                stack.push(base);
                for step in steps {
                    if let crate::bound::PathStep::Expression(e) = step {
                        stack.push(e);
                    }
                }
            }
        }
    }
}
