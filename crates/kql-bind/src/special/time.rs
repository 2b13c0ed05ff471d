//! `now`, `ago`, `ingestion_time`.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `now()`, and `now(offset)` which is `now() + offset`.
    pub(crate) fn now(&mut self, call: &'s ast::Call) -> Expr {
        let now = Expr { kind: ExprKind::Now, ty: ScalarType::Datetime, span: call.span };
        match call.arguments.as_slice() {
            [] => now,
            [offset] => self.now_and("+", now, &offset.value, call.span),
            _ => self.wrong_count(call, "0 or 1 arguments"),
        }
    }

    /// `ago(x)` is `now() - x`.
    pub(crate) fn ago(&mut self, call: &'s ast::Call) -> Expr {
        let now = Expr { kind: ExprKind::Now, ty: ScalarType::Datetime, span: call.span };
        match call.arguments.as_slice() {
            [offset] => self.now_and("-", now, &offset.value, call.span),
            _ => self.wrong_count(call, "1 argument"),
        }
    }

    fn now_and(&mut self, op: &str, now: Expr, offset: &'s ast::Expr, span: Span) -> Expr {
        let offset = self.scalar(offset);
        match offset.ty {
            ScalarType::Timespan | ScalarType::Unknown => {}
            ty => {
                let message = format!("a timespan is needed here, not {ty}");
                self.error_help(code::OPERAND, offset.span, message, "write 7d, 12h, 30m …");
                return Expr { ty: ScalarType::Datetime, ..self.missing(span) };
            }
        }
        self.operator_call(op, vec![now, offset], ScalarType::Datetime, span)
    }

    /// `ingestion_time()`: captured events do not say when the service took them in, so when the query runs the time of the
    /// event stands in for it, and a warning says so. Null where the rows have none.
    pub(crate) fn ingestion_time(&mut self, call: &'s ast::Call) -> Option<Expr> {
        if !self.options.run || !call.arguments.is_empty() {
            return None;
        }
        let span = call.span;
        let columns = self.row.columns.as_ref();
        let time = ["TimeGenerated", "Timestamp"].into_iter().find_map(|name| {
            columns.and_then(|c| c.column(name)).filter(|c| c.ty == ScalarType::Datetime).map(|c| Arc::clone(&c.name))
        });
        Some(match time {
            Some(name) => {
                let message =
                    format!("ingestion_time() is not in captured data: the event time '{name}' stands in for it");
                self.report(Diagnostic::warning(code::HINT, span, message));
                Expr { kind: ExprKind::Column(name), ty: ScalarType::Datetime, span }
            }
            None => Expr { kind: ExprKind::Literal(Value::Datetime(None)), ty: ScalarType::Datetime, span },
        })
    }
}
