//! `top`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `top n by e`: the first n rows in that order.
    pub(crate) fn top(
        &mut self,
        input: Arc<Table>,
        count: &'s ast::Expr,
        by: &'s ast::SortKey,
        span: Span,
    ) -> Arc<Table> {
        let count = self.row_count(count);
        let (key, input) = self.over(&input, |b| b.sort_key(by, false));
        let schema = input.schema.clone();
        table(TableKind::Top { input, count, key }, schema, span, true)
    }
}
