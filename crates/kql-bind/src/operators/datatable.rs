//! `datatable`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, Table, TableKind};
use crate::convert::{convert, is_constant};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema};
use std::collections::HashSet;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `datatable(c:T, …)[v, …]`: values row by row, each converted to its column's type.
    pub(crate) fn datatable(
        &mut self,
        schema: &'s ast::RowSchemaExpr,
        values: &'s [ast::Expr],
        span: Span,
    ) -> Arc<Table> {
        let schema = self.row_schema(schema);
        let width = schema.columns.len();
        if width == 0 {
            if !values.is_empty() {
                self.error(code::SYNTAX, span, "a datatable with values needs columns: datatable(Name:type)[…]");
            }
            return table(TableKind::Datatable { rows: Vec::new() }, schema, span, false);
        }
        if !values.len().is_multiple_of(width) {
            let message = format!("{} values do not make whole rows of {width} columns", values.len());
            self.error(code::SYNTAX, span, message);
        }
        let rows: Vec<Vec<Expr>> = self.without_row(|b| {
            values
                .chunks_exact(width)
                .map(|row| row.iter().zip(schema.columns.iter()).map(|(v, c)| b.datatable_value(v, c)).collect())
                .collect()
        });
        table(TableKind::Datatable { rows }, schema, span, true)
    }

    fn datatable_value(&mut self, value: &'s ast::Expr, column: &Column) -> Expr {
        if !self.spend(1, value.span) {
            return self.missing(value.span);
        }
        let bound = match &value.kind {
            ast::ExprKind::Literal(literal) => self.literal(&literal.value, value.span),
            _ => self.scalar(value),
        };
        if !is_constant(&bound) && bound.ty != kql_types::ScalarType::Unknown {
            self.error(code::NOT_CONSTANT, value.span, "the values of a datatable are constants");
        }
        convert(bound, column.ty)
    }

    /// A written row schema; names are unique.
    pub(crate) fn row_schema(&mut self, schema: &'s ast::RowSchemaExpr) -> RowSchema {
        let mut seen = HashSet::with_capacity(schema.columns.len());
        let mut columns = Vec::with_capacity(schema.columns.len());
        for (name, ty) in &schema.columns {
            if seen.insert(name.text.as_str()) {
                columns.push(Column::new(name.text.as_str(), ty.ty));
            } else {
                let message = format!("a column with the name '{}' is already there", name.text);
                self.error(code::DUPLICATE_COLUMN, name.span, message);
            }
        }
        RowSchema::new(columns)
    }
}
