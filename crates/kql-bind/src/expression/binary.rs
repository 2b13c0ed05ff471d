//! Infix operators with one operand on each side, and signs.

use crate::binder::Binder;
use crate::bound::{CompareOp, Expr, ExprKind};
use crate::convert::{arithmetic, convert, is_constant, literal, wider};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, BinaryOp, UnaryOp};
use kql_types::function::FunctionSpec;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// Operators in one chain that are not `and` or `or`: the tree is as deep as the chain is long.
const MAX_CHAIN: usize = 500;

impl<'s> Binder<'s> {
    /// `a op b op c …`: walked along its left side, so that a chain of a thousand `or` is no deep recursion.
    pub(crate) fn binary(&mut self, e: &'s ast::Expr) -> Expr {
        let mut chain = Vec::new();
        let mut at = e;
        while let ast::ExprKind::Binary { op, op_span, left, right } = &at.kind {
            chain.push((*op, *op_span, &**right, at.span));
            at = left;
        }
        if chain.iter().filter(|(op, ..)| !matches!(op, BinaryOp::And | BinaryOp::Or)).count() > MAX_CHAIN {
            self.error(code::TOO_DEEP, e.span, format!("more than {MAX_CHAIN} operators follow one another"));
            return self.missing(e.span);
        }
        if let (ast::ExprKind::Star, Some((op, op_span, right, span))) = (&at.kind, chain.last().copied()) {
            chain.pop();
            let mut left = self.any_column(op, op_span, right, span);
            for (op, op_span, right, span) in chain.into_iter().rev() {
                left = self.infix(op, op_span, left, right, span);
            }
            return left;
        }
        let mut left = self.scalar(at);
        for (op, op_span, right, span) in chain.into_iter().rev() {
            left = self.infix(op, op_span, left, right, span);
        }
        left
    }

    fn infix(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: &'s ast::Expr, span: Span) -> Expr {
        if !self.spend(1, span) {
            return self.missing(span);
        }
        let at = right.span;
        let right = self.scalar(right);
        self.observe_left(left.ty, at);
        self.combine(op, op_span, left, right, span)
    }

    /// An operator over bound operands.
    pub(crate) fn combine(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logical(op, op_span, left, right, span),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => {
                self.arithmetic(op, op_span, left, right, span)
            }
            BinaryOp::Equal => self.compare(CompareOp::Equal, op, op_span, left, right, span),
            BinaryOp::NotEqual => self.compare(CompareOp::NotEqual, op, op_span, left, right, span),
            BinaryOp::Less => self.compare(CompareOp::Less, op, op_span, left, right, span),
            BinaryOp::LessOrEqual => self.compare(CompareOp::LessOrEqual, op, op_span, left, right, span),
            BinaryOp::Greater => self.compare(CompareOp::Greater, op, op_span, left, right, span),
            BinaryOp::GreaterOrEqual => self.compare(CompareOp::GreaterOrEqual, op, op_span, left, right, span),
            // `column : term` outside `search` means what it means there: the text has the term.
            _ => self.string_predicate(op, op_span, left, right, span),
        }
    }

    fn not_defined(&mut self, code: &'static str, op: BinaryOp, op_span: Span, left: &Expr, right: &Expr) {
        let message =
            format!("the operator '{}' is not defined for the operand types {} and {}", op.text(), left.ty, right.ty);
        let help = match (left.ty, right.ty) {
            (ScalarType::String, _) if op == BinaryOp::Add => Some("join texts with strcat()"),
            (_, ScalarType::String) if op == BinaryOp::Add => Some("join texts with strcat()"),
            (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => {
                Some("say what the dynamic value holds with tostring(), tolong(), todatetime() or another conversion")
            }
            (ScalarType::String, _) | (_, ScalarType::String) => {
                Some("convert one side: tolong(), todatetime(), tostring() …")
            }
            _ => None,
        };
        match help {
            Some(help) => self.error_help(code, op_span, message, help),
            None => self.error(code, op_span, message),
        }
    }

    fn logical(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let and = op == BinaryOp::And;
        let fits = |t| matches!(t, ScalarType::Bool | ScalarType::Dynamic | ScalarType::Unknown);
        let both_unfit = (!fits(left.ty), !fits(right.ty));
        if both_unfit != (false, false) {
            self.not_defined(code::OPERATOR_TYPES, op, op_span, &left, &right);
            return Expr { ty: ScalarType::Bool, ..self.missing(span) };
        }
        let right = convert(right, ScalarType::Bool);
        let operands = match left {
            Expr { kind: ExprKind::Logical { and: same, mut operands }, .. } if same == and => {
                operands.push(right);
                operands
            }
            left => vec![convert(left, ScalarType::Bool), right],
        };
        Expr { kind: ExprKind::Logical { and, operands }, ty: ScalarType::Bool, span }
    }

    /// The registry's function of an operator.
    pub(crate) fn operator_spec(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.catalog.scalar_function(name).or_else(|| crate::operators_spec::operator(name))
    }

    /// A call of an operator.
    pub(crate) fn operator_call(&mut self, name: &str, arguments: Vec<Expr>, ty: ScalarType, span: Span) -> Expr {
        match self.operator_spec(name) {
            Some(function) => {
                let results = Arc::from([(String::new(), ty)]);
                Expr { kind: ExprKind::Call { function, arguments, results }, ty, span }
            }
            None => {
                self.error(code::INTERNAL, span, format!("the operator '{name}' has no function"));
                self.missing(span)
            }
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        use ScalarType::{Datetime, Dynamic, Int, Real, Timespan, Unknown};
        let (l, r) = (left.ty, right.ty);
        if l == Unknown || r == Unknown {
            let name = op.text();
            return self.operator_call(name, vec![left, right], Unknown, span);
        }
        // What both sides are converted to, and the result.
        let number = |t: ScalarType| if t == Int { ScalarType::Long } else { t };
        // A number beside a timespan or datetime: whole or real.
        let factor = |t: ScalarType| if t.is_integer() { ScalarType::Long } else { Real };
        let times = matches!(op, BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo);
        let plan = match (l, r) {
            (l, r) if l.is_number() && r.is_number() => {
                let t = arithmetic(l, r);
                Some((t, t, t))
            }
            (Timespan, Timespan) if op == BinaryOp::Divide => Some((l, r, Real)),
            (Timespan, Timespan) => Some((l, r, Timespan)),
            (Datetime, Datetime) => match op {
                BinaryOp::Subtract | BinaryOp::Modulo => Some((l, r, Timespan)),
                BinaryOp::Divide => Some((l, r, Real)),
                // The public analyzer lets two datetimes be added; the engine does not.
                BinaryOp::Add => {
                    self.refused_by_engine(code::OPERATOR_TYPES, op_span, "two datetimes cannot be added");
                    Some((l, r, Datetime))
                }
                _ => None,
            },
            (Datetime, Timespan) => match op {
                BinaryOp::Add | BinaryOp::Subtract => Some((l, r, Datetime)),
                BinaryOp::Divide => Some((l, r, Real)),
                BinaryOp::Modulo => Some((l, r, Timespan)),
                _ => None,
            },
            (Timespan, Datetime) => match op {
                BinaryOp::Add | BinaryOp::Subtract => Some((l, r, Datetime)),
                _ => None,
            },
            (Timespan | Datetime, r) if r.is_number() && times => Some((l, factor(r), l)),
            (l, Timespan | Datetime) if l.is_number() && op == BinaryOp::Multiply => Some((factor(l), r, r)),
            (Dynamic, Dynamic) => Some((Dynamic, Dynamic, Dynamic)),
            (Dynamic, r) if r.is_number() => Some((number(r), number(r), number(r))),
            (l, Dynamic) if l.is_number() => Some((number(l), number(l), number(l))),
            (Dynamic, Datetime) | (Datetime, Dynamic) if !times => {
                // The other operand of a datetime: a datetime in a difference, else a span of time.
                let other = if op == BinaryOp::Subtract { Datetime } else { Timespan };
                let result = if op == BinaryOp::Subtract { Timespan } else { Datetime };
                Some(if l == Dynamic { (other, r, result) } else { (l, other, result) })
            }
            (Dynamic, Timespan) | (Timespan, Dynamic) if !times => Some((Timespan, Timespan, Timespan)),
            _ => None,
        };
        let Some((to_left, to_right, result)) = plan else {
            self.not_defined(code::OPERATOR_TYPES, op, op_span, &left, &right);
            return self.missing(span);
        };
        self.operator_call(op.text(), vec![convert(left, to_left), convert(right, to_right)], result, span)
    }

    /// `== != < <= > >=`.
    pub(crate) fn compare(
        &mut self,
        compare: CompareOp,
        op: BinaryOp,
        op_span: Span,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Expr {
        use ScalarType::{Bool, Dynamic, String, Unknown};
        let equality = matches!(compare, CompareOp::Equal | CompareOp::NotEqual);
        let (l, r) = (left.ty, right.ty);
        let result = |left: Expr, right: Expr| Expr {
            kind: ExprKind::Compare { op: compare, left: Box::new(left), right: Box::new(right) },
            ty: Bool,
            span,
        };
        let both = |left, right, ty| result(convert(left, ty), convert(right, ty));
        if l == Unknown || r == Unknown {
            return result(left, right);
        }
        let numeric = |t: ScalarType| t.is_number() || t == Bool;
        let number = |t: ScalarType| if t == Bool { ScalarType::Long } else { t };
        if !equality {
            let fits = match (l, r) {
                (String, String) => {
                    // Texts have no order: neither in the analyzer nor in the engine.
                    false
                }
                (l, r) if numeric(l) && numeric(r) => true,
                (Dynamic, r) if r.is_number() => true,
                (l, Dynamic) if l.is_number() => true,
                (Dynamic, Dynamic) => {
                    self.refused_by_engine(
                        code::OPERAND,
                        op_span,
                        "dynamic values cannot be compared with one another",
                    );
                    return result(left, right);
                }
                (ScalarType::Datetime, ScalarType::Datetime) | (ScalarType::Timespan, ScalarType::Timespan) => true,
                _ => false,
            };
            if !fits {
                self.not_defined(code::OPERATOR_TYPES, op, op_span, &left, &right);
                return Expr { ty: Bool, ..self.missing(span) };
            }
        }
        match (l, r) {
            (Dynamic, Dynamic) => {
                let message = "dynamic values cannot be compared with one another";
                self.refused_by_engine(code::OPERAND, op_span, message);
                result(left, right)
            }
            (l, r) if l == r => result(left, right),
            (Dynamic, r) => {
                let ty = self.dynamic_as(r, &right);
                both(left, right, ty)
            }
            (l, Dynamic) => {
                let ty = self.dynamic_as(l, &left);
                both(left, right, ty)
            }
            // A whole literal beside an int is one itself: the column is compared as it is.
            (ScalarType::Int, ScalarType::Long) if as_int(&right).is_some() => {
                let right = as_int(&right).unwrap_or(right);
                result(left, right)
            }
            (ScalarType::Long, ScalarType::Int) if as_int(&left).is_some() => {
                let left = as_int(&left).unwrap_or(left);
                result(left, right)
            }
            (l, r) if numeric(l) && numeric(r) => both(left, right, wider(number(l), number(r))),
            // A text constant beside a typed value is read as a value of that type; a constant of another type beside a
            // text is written as text.
            (String, _) if is_constant(&left) && !is_constant(&right) => both(left, right, r),
            (_, String) if is_constant(&right) && !is_constant(&left) => both(left, right, l),
            (String, _) | (_, String) => both(left, right, String),
            _ => {
                self.refused_by_engine(
                    code::OPERATOR_TYPES,
                    op_span,
                    format!("values of type {l} and {r} are never equal"),
                );
                both(left, right, String)
            }
        }
    }

    /// The type a dynamic value is compared in, beside a value of a type. Whole numbers are compared as decimals, which
    /// hold both every long and every fraction; a short whole literal as a real, which is as exact and faster.
    fn dynamic_as(&self, ty: ScalarType, other: &Expr) -> ScalarType {
        match ty {
            ScalarType::Int => ScalarType::Real,
            ScalarType::Long => match literal(other) {
                Some(Value::Long(Some(n))) if n.unsigned_abs() < 1 << 52 => ScalarType::Real,
                _ => ScalarType::Decimal,
            },
            ty => ty,
        }
    }

    fn string_predicate(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let text = |t| matches!(t, ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown);
        if !text(left.ty) || !text(right.ty) {
            let code = match op {
                BinaryOp::EqualTilde | BinaryOp::NotTilde => code::CASE_OPERATOR,
                _ => code::STRING_OPERATOR,
            };
            self.not_defined(code, op, op_span, &left, &right);
            return Expr { ty: ScalarType::Bool, ..self.missing(span) };
        }
        if right.ty == ScalarType::Dynamic && is_term(op) {
            let message = format!("the right side of '{}' is dynamic", op.text());
            self.refused_by_engine(code::OPERAND, right.span, message);
        }
        self.text_predicate(op, left, right, span)
    }

    /// A string predicate over operands known to be texts or dynamic.
    pub(crate) fn text_predicate(&mut self, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
        let (name, negated) = positive(op);
        let Some(function) = self.operator_spec(name) else {
            self.error(code::INTERNAL, span, format!("the operator '{name}' has no function"));
            return self.missing(span);
        };
        let right = convert(right, ScalarType::String);
        let operands = [left, right];
        self.check_constants(function, &operands);
        let [left, right] = operands;
        let kind = ExprKind::StringPredicate { function, negated, left: Box::new(left), right: Box::new(right) };
        Expr { kind, ty: ScalarType::Bool, span }
    }

    /// `* op x`: some column of the row.
    fn any_column(&mut self, op: BinaryOp, op_span: Span, right: &'s ast::Expr, span: Span) -> Expr {
        let right = self.scalar(right);
        self.some_column(op, op_span, &right, span)
    }

    /// `* op x` over a bound operand: true when it holds for a column whose type the operator takes.
    pub(crate) fn some_column(&mut self, op: BinaryOp, op_span: Span, right: &Expr, span: Span) -> Expr {
        let Some(columns) = self.row.columns.clone() else {
            self.error(code::SYNTAX, span, "'*' stands for the columns of a row, and there is none here");
            return self.missing(span);
        };
        let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        // Texts are looked for in the text of values: `search "1"` finds the number 1. Reals are no texts to the engine:
        // `search 2.71` does not find 2.71 (measured).
        let fits = |t: ScalarType| match equality {
            true => t == right.ty || (t.is_number() && right.ty.is_number()),
            false => t != ScalarType::Real,
        };
        let mut operands = Vec::new();
        for column in columns.columns.iter().filter(|c| fits(c.ty)) {
            if !self.spend(1, span) {
                break;
            }
            let mut left = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
            if !equality && column.ty != ScalarType::Dynamic {
                left = convert(left, ScalarType::String);
            }
            operands.push(self.combine(op, op_span, left, right.clone(), span));
        }
        match operands.len() {
            0 => Expr { kind: ExprKind::Literal(Value::Bool(Some(false))), ty: ScalarType::Bool, span },
            1 => operands.remove(0),
            _ => Expr { kind: ExprKind::Logical { and: false, operands }, ty: ScalarType::Bool, span },
        }
    }

    /// `-x`, `+x`.
    pub(crate) fn unary(&mut self, op: UnaryOp, operand: &'s ast::Expr, span: Span) -> Expr {
        let operand = self.scalar(operand);
        let ty = operand.ty;
        let fits = ty.is_summable() || matches!(ty, ScalarType::Dynamic | ScalarType::Unknown);
        if !fits || (ty == ScalarType::Datetime && self.measured()) {
            let sign = if op == UnaryOp::Minus { '-' } else { '+' };
            self.error(
                code::OPERATOR_TYPES,
                span,
                format!("the sign '{sign}' cannot stand before a value of type {ty}"),
            );
            return self.missing(span);
        }
        let negated = match (op, literal(&operand)) {
            (UnaryOp::Plus, _) => return Expr { span, ..operand },
            (_, Some(Value::Long(v))) => Some(Value::Long(v.map(i64::wrapping_neg))),
            (_, Some(Value::Int(v))) => Some(Value::Int(v.map(i32::wrapping_neg))),
            (_, Some(Value::Real(v))) => Some(Value::Real(v.map(|v| -v))),
            (_, Some(Value::Timespan(v))) => Some(Value::Timespan(v.map(i64::wrapping_neg))),
            (_, Some(Value::Decimal(v))) => Some(Value::Decimal(v.map(|v| v.wrapping_neg()))),
            _ => None,
        };
        if let Some(value) = negated {
            return Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
        }
        let ty = if ty == ScalarType::Int { ScalarType::Long } else { ty };
        self.operator_call("-", vec![convert(operand, ty)], ty, span)
    }
}

/// A long literal as an int literal, if it fits.
pub(crate) fn as_int(e: &Expr) -> Option<Expr> {
    let Some(Value::Long(value)) = literal(e) else { return None };
    let value = match value {
        Some(n) => Some(i32::try_from(*n).ok()?),
        None => None,
    };
    Some(Expr { kind: ExprKind::Literal(Value::Int(value)), ty: ScalarType::Int, span: e.span })
}

/// `has` and its kin, whose needle must be a text.
fn is_term(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(
        op,
        Has | NotHas
            | HasCs
            | NotHasCs
            | HasPrefix
            | NotHasPrefix
            | HasPrefixCs
            | NotHasPrefixCs
            | HasSuffix
            | NotHasSuffix
            | HasSuffixCs
            | NotHasSuffixCs
    )
}

/// The function of an operator without its negation.
fn positive(op: BinaryOp) -> (&'static str, bool) {
    use BinaryOp::*;
    match op {
        NotTilde => ("=~", true),
        NotContains => ("contains", true),
        NotContainsCs => ("contains_cs", true),
        NotHas => ("has", true),
        NotHasCs => ("has_cs", true),
        NotHasPrefix => ("hasprefix", true),
        NotHasPrefixCs => ("hasprefix_cs", true),
        NotHasSuffix => ("hassuffix", true),
        NotHasSuffixCs => ("hassuffix_cs", true),
        NotStartsWith => ("startswith", true),
        NotStartsWithCs => ("startswith_cs", true),
        NotEndsWith => ("endswith", true),
        NotEndsWithCs => ("endswith_cs", true),
        NotLike => ("like", true),
        NotLikeCs => ("likecs", true),
        Colon => ("has", false),
        other => (other.text(), false),
    }
}
