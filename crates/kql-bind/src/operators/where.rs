//! `where`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `where p`: rows for which p is true. Order is kept.
    pub(crate) fn filter(&mut self, input: Arc<Table>, predicate: &'s ast::Expr, span: Span) -> Arc<Table> {
        let (predicate, input) = self.over(&input, |b| b.predicate(predicate));
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        table(TableKind::Filter { input, predicate }, schema, span, serialized)
    }
}
