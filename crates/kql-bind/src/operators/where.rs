//! `where`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::operators::extend::passed_on;
use crate::operators::project::project_to;
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `where p`: rows for which p is true. Order is kept. A predicate may call window functions.
    pub(crate) fn filter(&mut self, input: Arc<Table>, predicate: &'s ast::Expr, span: Span) -> Arc<Table> {
        let windows = self.windows;
        let (predicate, input) = self.over(&input, |b| b.predicate(predicate));
        if self.windows > windows {
            return filter_by_window(&input, predicate, span);
        }
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        table(TableKind::Filter { input, predicate }, schema, span, serialized)
    }
}

/// A predicate over rows around: it is calculated as a column, then the rows are chosen.
fn filter_by_window(input: &Arc<Table>, predicate: Expr, span: Span) -> Arc<Table> {
    let name: Arc<str> = Arc::from("$where");
    let ty = predicate.ty;
    let mut columns = passed_on(input);
    columns.push(NamedExpr { name: Arc::clone(&name), value: predicate });
    let calculated = project_to(Arc::clone(input), columns, span);
    let (schema, serialized) = (calculated.schema.clone(), calculated.serialized);
    let predicate = Expr { kind: ExprKind::Column(name), ty, span };
    let kept = table(TableKind::Filter { input: calculated, predicate }, schema, span, serialized);
    project_to(kept, passed_on(input), span)
}
