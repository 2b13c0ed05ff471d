//! `getschema`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, Table, TableKind};
use kql_diagnostic::Span;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// `getschema`: a row for each column. The ordinal is an int on the engine, a long in the public analyzer.
    pub(crate) fn getschema(&mut self, input: Arc<Table>, span: Span) -> Arc<Table> {
        let ordinal = if self.measured() { ScalarType::Int } else { ScalarType::Long };
        let schema: RowSchema = [
            Column::new("ColumnName", ScalarType::String),
            Column::new("ColumnOrdinal", ordinal),
            Column::new("DataType", ScalarType::String),
            Column::new("ColumnType", ScalarType::String),
        ]
        .into_iter()
        .collect();
        let cell = |value: Value| Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
        let rows = input
            .schema
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let at = i32::try_from(at).unwrap_or(i32::MAX);
                let ordinal = match ordinal {
                    ScalarType::Int => Value::Int(Some(at)),
                    _ => Value::Long(Some(i64::from(at))),
                };
                let prefix = if column.ty == ScalarType::Decimal { "System.Data.SqlTypes." } else { "System." };
                vec![
                    cell(Value::String(column.name.to_string())),
                    cell(ordinal),
                    cell(Value::String(format!("{prefix}{}", column.ty.wire_label()))),
                    cell(Value::String(column.ty.name().to_owned())),
                ]
            })
            .collect();
        table(TableKind::Datatable { rows }, schema, span, true)
    }
}
