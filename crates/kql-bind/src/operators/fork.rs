//! `fork`.

use crate::binder::Binder;
use crate::bound::{BoundResult, Table};
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `fork [name=](pipeline) …`: a result for each branch; the rows are computed once.
    pub(crate) fn fork(
        &mut self,
        input: Arc<Table>,
        branches: &'s [(Option<ast::Name>, ast::Expr)],
        span: Span,
    ) -> Arc<Table> {
        let input = self.materialized(input, span);
        let mut last = None;
        for (at, (name, body)) in branches.iter().enumerate() {
            let table = self.subquery(Arc::clone(&input), body);
            let name =
                name.as_ref().map_or_else(|| Arc::from(format!("Fork{}", at + 1)), |n| Arc::from(n.text.as_str()));
            last = Some(Arc::clone(&table));
            self.branches.push(BoundResult { name, table, render: None, span: body.span });
        }
        last.unwrap_or(input)
    }
}
