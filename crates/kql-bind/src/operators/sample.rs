//! `sample`, `sample-distinct`.

use crate::binder::{Binder, table};
use crate::bound::{NamedExpr, Table, TableKind};
use crate::names::Namer;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `sample n`.
    pub(crate) fn sample(&mut self, input: Arc<Table>, count: &'s ast::Expr, span: Span) -> Arc<Table> {
        let count = self.row_count(count);
        let schema = input.schema.clone();
        table(TableKind::Sample { input, count }, schema, span, false)
    }

    /// `sample-distinct n of e`: one column.
    pub(crate) fn sample_distinct(
        &mut self,
        input: Arc<Table>,
        count: &'s ast::Expr,
        of: &'s ast::Expr,
        span: Span,
    ) -> Arc<Table> {
        let count = self.row_count(count);
        let name = self.name_of(of);
        let (value, input) = self.over(&input, |b| b.scalar(of));
        if value.ty == ScalarType::Dynamic {
            self.error_help(
                code::OPERAND,
                of.span,
                "dynamic values cannot be told apart",
                "convert the value: tostring(…)",
            );
        }
        let name = Namer::default().generated(name.as_deref());
        let schema: RowSchema = [Column { name: Arc::clone(&name), ty: value.ty }].into_iter().collect();
        table(TableKind::SampleDistinct { input, count, of: NamedExpr { name, value } }, schema, span, false)
    }
}
