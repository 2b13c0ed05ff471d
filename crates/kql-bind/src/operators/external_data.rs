//! `externaldata`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, Table, TableKind};
use crate::operators::word;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `externaldata(c:T, …)[uri, …] with (format=…)`.
    pub(crate) fn external_data(
        &mut self,
        schema: &'s ast::RowSchemaExpr,
        uris: &'s [ast::Expr],
        properties: &'s [ast::Property],
        span: Span,
    ) -> Arc<Table> {
        let schema = self.row_schema(schema);
        let uris: Vec<Expr> = self.without_row(|b| uris.iter().map(|uri| b.uri(uri)).collect());
        let properties = properties.iter().map(|p| (p.name.text.to_ascii_lowercase(), property_value(p))).collect();
        table(TableKind::ExternalData { uris, properties }, schema, span, false)
    }

    fn uri(&mut self, uri: &'s ast::Expr) -> Expr {
        let bound = self.scalar(uri);
        if !matches!(bound.ty, ScalarType::String | ScalarType::Unknown) {
            self.error(code::OPERAND, uri.span, format!("the place of external data is a text, not {}", bound.ty));
        }
        bound
    }
}

/// The first value of a property: a literal, or a word as text; a property without a value is true.
pub(crate) fn property_value(property: &ast::Property) -> Value {
    match property.values.first() {
        None => Value::Bool(Some(true)),
        Some(value) => match (&value.kind, word(value)) {
            (ast::ExprKind::Literal(literal), _) => literal.value.clone(),
            (_, Some("true" | "True" | "TRUE")) => Value::Bool(Some(true)),
            (_, Some("false" | "False" | "FALSE")) => Value::Bool(Some(false)),
            (_, Some(word)) => Value::String(word.to_owned()),
            (_, None) => Value::String(String::new()),
        },
    }
}
