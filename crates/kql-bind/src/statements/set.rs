//! `set`.

use crate::binder::Binder;
use crate::operators::word;
use kql_diagnostic::code;
use kql_syntax::ast;
use kql_types::Value;

impl<'s> Binder<'s> {
    /// `set option [= value]`: a request property; a name nobody knows is left alone.
    pub(crate) fn set_statement(&mut self, name: &'s ast::Name, value: Option<&'s ast::Expr>) -> (String, Value) {
        let bound = match value {
            None => Value::Bool(Some(true)),
            Some(e) => match (&e.kind, word(e)) {
                (ast::ExprKind::Literal(literal), _) => literal.value.clone(),
                (_, Some("true" | "True" | "TRUE")) => Value::Bool(Some(true)),
                (_, Some("false" | "False" | "FALSE")) => Value::Bool(Some(false)),
                (_, Some(word)) => Value::String(word.to_owned()),
                (ast::ExprKind::Unary { .. }, _) => match self.scalar(e).kind {
                    crate::bound::ExprKind::Literal(value) => value,
                    _ => Value::Bool(Some(true)),
                },
                _ => {
                    self.error(code::NOT_LITERAL, e.span, "the value of an option is a literal");
                    Value::Bool(Some(true))
                }
            },
        };
        if name.text == "query_now" && !matches!(bound, Value::Datetime(_)) {
            self.error(code::BAD_OPTION, name.span, "query_now is a datetime literal: set query_now = datetime(…)");
        }
        (name.text.clone(), bound)
    }
}
