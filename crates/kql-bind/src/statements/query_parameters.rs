//! `declare query_parameters`.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::convert::convert;
use crate::scope::{Entity, ScalarEntity};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{self, ParameterType};
use kql_types::{ScalarType, Value, datetime, decimal, dynamic, guid, number, timespan};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `declare query_parameters(p:type [= default], …)`: values come with the request, as text.
    pub(crate) fn query_parameters(&mut self, parameters: &'s [ast::FunctionParameter]) {
        for parameter in parameters {
            let name = &parameter.name;
            let ParameterType::Scalar(ty) = &parameter.ty else {
                self.error(code::SYNTAX, name.span, "a query parameter is a scalar");
                continue;
            };
            let ty = ty.ty;
            let given = self.options.parameters.iter().rev().find(|(n, _)| *n == name.text).map(|(_, v)| v.as_str());
            let value = match (given, &parameter.default) {
                (Some(text), _) => self.parameter_text(name, ty, text),
                (None, Some(default)) => {
                    let value = self.scalar(default);
                    let fits = value.ty == ty
                        || crate::convert::promotes(value.ty, ty)
                        || (ty == ScalarType::Int && value.ty == ScalarType::Long);
                    if !fits {
                        let message = format!("the default of '{}' is of type {}, not {ty}", name.text, value.ty);
                        self.error(code::OPERAND, default.span, message);
                    }
                    convert(value, ty)
                }
                (None, None) => {
                    if self.options.run {
                        let message = format!("the query parameter '{}' has no value", name.text);
                        self.error_help(
                            code::UNKNOWN_NAME,
                            name.span,
                            message,
                            format!("give it one: --param {}=…", name.text),
                        );
                    }
                    Expr { ty, ..self.missing(name.span) }
                }
            };
            let entity = Entity::Scalar(ScalarEntity { value: Arc::new(value), row: None });
            let mut scope = self.scope;
            if let Err(first) = self.scopes.declare(&mut scope, &name.text, entity, name.span) {
                let message = format!("the query parameter '{}' is declared twice", name.text);
                let diagnostic = Diagnostic::error(code::LET_DUPLICATE, name.span, message);
                self.report(diagnostic.with_label(first, "the first declaration is here"));
            }
            self.scope = scope;
        }
    }

    fn parameter_text(&mut self, name: &ast::Name, ty: ScalarType, text: &str) -> Expr {
        let span: Span = name.span;
        match parse_value(ty, text) {
            Some(value) => Expr { ty, kind: ExprKind::Literal(value), span },
            None => {
                let message = format!("'{text}' is no {ty}, the type of the query parameter '{}'", name.text);
                self.error(code::BAD_OPTION, span, message);
                Expr { ty, ..self.missing(span) }
            }
        }
    }
}

/// A value written as a KQL literal (`datetime(2024-01-01)`, `'x'`, `5`) or as its bare content.
fn parse_value(ty: ScalarType, text: &str) -> Option<Value> {
    if ty == ScalarType::String {
        let quoted = |q: char| text.strip_prefix(q).and_then(|t| t.strip_suffix(q)).filter(|_| text.len() > 1);
        let content = quoted('\'').or_else(|| quoted('"')).unwrap_or(text);
        return Some(Value::String(content.to_owned()));
    }
    let trimmed = text.trim();
    // `type(content)`, where the word is one of the type's names.
    let content = match trimmed.split_once('(') {
        Some((word, rest)) if ScalarType::from_name(word.trim()) == Some(ty) => rest.strip_suffix(')')?.trim(),
        _ => trimmed,
    };
    if content == "null" {
        return Some(Value::null(ty));
    }
    let unquoted = content.trim_matches(|c| c == '\'' || c == '"');
    Some(match ty {
        ScalarType::Bool => Value::Bool(Some(number::parse_bool(unquoted)?)),
        ScalarType::Int => Value::Int(Some(number::parse_int(unquoted)?)),
        ScalarType::Long => Value::Long(Some(number::parse_long(unquoted)?)),
        ScalarType::Real => Value::Real(Some(number::parse_real(unquoted)?)),
        ScalarType::Decimal => Value::Decimal(Some(decimal::parse(unquoted)?)),
        ScalarType::Datetime => Value::Datetime(Some(datetime::parse_literal(unquoted)?)),
        ScalarType::Timespan => Value::Timespan(Some(timespan::parse_literal(unquoted)?)),
        ScalarType::Guid => Value::Guid(Some(guid::parse(unquoted)?)),
        ScalarType::Dynamic => Value::Dynamic(Some(dynamic::canonical(content)?)),
        ScalarType::String | ScalarType::Unknown => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_literals_or_bare() {
        for (ty, text, expected) in [
            (ScalarType::Long, "5", Some(Value::Long(Some(5)))),
            (ScalarType::Long, "long(5)", Some(Value::Long(Some(5)))),
            (ScalarType::Long, "x", None),
            (ScalarType::String, "x", Some(Value::String("x".into()))),
            (ScalarType::String, "'a b'", Some(Value::String("a b".into()))),
            (ScalarType::String, "'", Some(Value::String("'".into()))),
            (ScalarType::Bool, "true", Some(Value::Bool(Some(true)))),
            (ScalarType::Timespan, "1d", Some(Value::Timespan(Some(864_000_000_000)))),
            (ScalarType::Datetime, "datetime(null)", Some(Value::Datetime(None))),
        ] {
            assert_eq!(parse_value(ty, text), expected, "{ty} {text}");
        }
    }
}
