//! `between` and `!between`.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::convert::{convert, wider};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::ScalarType;

impl<'s> Binder<'s> {
    /// `x between (low .. high)`: both ends included. For a datetime the upper end may be a timespan, counted from the
    /// lower end (SEMANTICS §4.7).
    pub(crate) fn between(
        &mut self,
        negated: bool,
        operand: &'s ast::Expr,
        low: &'s ast::Expr,
        high: &'s ast::Expr,
        span: Span,
    ) -> Expr {
        use ScalarType::{Bool, Datetime, Dynamic, Timespan, Unknown};
        let (operand, low, high) = (self.scalar(operand), self.scalar(low), self.scalar(high));
        let (x, a, b) = (operand.ty, low.ty, high.ty);
        let number = |t: ScalarType| t.is_number() || t == Bool;
        let open = |t: ScalarType| matches!(t, Unknown);
        let result = |operand, low, high| Expr {
            kind: ExprKind::Between { negated, operand: Box::new(operand), low: Box::new(low), high: Box::new(high) },
            ty: Bool,
            span,
        };
        if open(x) || open(a) || open(b) {
            return result(operand, low, high);
        }
        if number(x) && number(a) && number(b) {
            let n = |t| if t == Bool { ScalarType::Long } else { t };
            let ty = wider(wider(n(x), n(a)), n(b));
            return result(convert(operand, ty), convert(low, ty), convert(high, ty));
        }
        match (x, a, b) {
            (Datetime, Datetime, Datetime) | (Timespan, Timespan, Timespan) => return result(operand, low, high),
            (Datetime, Datetime, Timespan) => {
                let high_span = high.span;
                let end = self.operator_call("+", vec![low.clone(), high], Datetime, high_span);
                return result(operand, low, end);
            }
            (Dynamic, a, b) if a.is_number() && b.is_number() => {
                self.refused_by_engine(
                    code::BETWEEN_TYPES,
                    operand.span,
                    "'between' is not defined for dynamic values",
                );
                let ty = wider(a, b);
                return result(convert(operand, ty), convert(low, ty), convert(high, ty));
            }
            (x, Dynamic, b) if x.is_number() && (b.is_number() || b == Dynamic) => {
                self.refused_by_engine(code::BETWEEN_TYPES, low.span, "'between' is not defined for dynamic values");
                let ty = if b == Dynamic { x } else { wider(x, b) };
                return result(convert(operand, ty), convert(low, ty), convert(high, ty));
            }
            _ => {}
        }
        let message = format!("'between' is not defined for {x}, {a} and {b}");
        let time = |t| matches!(t, Datetime | Timespan);
        let ordered = |t| time(t) || number(t);
        match (x, a, b) {
            (Dynamic, _, _) => {
                self.error_help(code::BETWEEN_TYPES, span, message, "convert the value first: tolong(), todatetime() …")
            }
            (x, a, b) if time(x) && time(a) && time(b) => self.error(code::BETWEEN_TIMES, span, message),
            (x, a, b) if ordered(x) && ordered(a) && ordered(b) => self.error(code::BETWEEN_MIXED, span, message),
            _ => self.error(code::BETWEEN_TYPES, span, message),
        }
        Expr { ty: Bool, ..self.missing(span) }
    }
}
