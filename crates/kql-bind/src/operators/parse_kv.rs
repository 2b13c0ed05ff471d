//! `parse-kv`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, Table, TableKind};
use crate::operators::external_data::property_value;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `parse-kv e as (k:T, …) with (pair_delimiter=…, …)`: one column for each key.
    pub(crate) fn parse_kv(
        &mut self,
        input: Arc<Table>,
        source: &'s ast::Expr,
        schema: &'s ast::RowSchemaExpr,
        properties: &'s [ast::Property],
        span: Span,
    ) -> Arc<Table> {
        let (source, input) = self.over(&input, |b| b.scalar(source));
        let source = match source.ty {
            ScalarType::String | ScalarType::Unknown => source,
            _ => Expr { ty: ScalarType::String, span: source.span, kind: ExprKind::Convert(Box::new(source)) },
        };
        let keys = self.row_schema(schema);
        let mut fields: Vec<Column> = input.schema.columns.to_vec();
        for key in keys.columns.iter() {
            match fields.iter_mut().find(|f| f.name == key.name) {
                Some(field) => field.ty = key.ty,
                None => fields.push(key.clone()),
            }
        }
        let keys = keys.columns.iter().map(|c| (Arc::clone(&c.name), c.ty)).collect();
        let properties = properties.iter().map(|p| (p.name.text.to_ascii_lowercase(), property_value(p))).collect();
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let serialized = input.serialized;
        table(TableKind::ParseKv { input, source, keys, properties }, schema, span, serialized)
    }
}
