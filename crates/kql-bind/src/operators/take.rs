//! `take`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `take n`: any n rows. Over rows in order, the first n.
    pub(crate) fn take(&mut self, input: Arc<Table>, count: &'s ast::Expr, span: Span) -> Arc<Table> {
        let count = self.row_count(count);
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        table(TableKind::Take { input, count }, schema, span, serialized)
    }
}
