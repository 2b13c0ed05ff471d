//! `print`.

use crate::binder::Binder;
use crate::bound::{NamedExpr, Table};
use crate::named::Produced;
use crate::names::Namer;
use crate::operators::project::project_to;
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `print a = e, …`: one row. Unnamed columns are `print_N`, N the place in the list; the columns of a call that gives
    /// several keep their own names.
    pub(crate) fn print(&mut self, columns: &'s [ast::NamedExpr], span: Span) -> Arc<Table> {
        let mut all: Vec<Produced<'s>> = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            let mut produced = Vec::new();
            self.without_row(|b| b.named(column, &mut produced));
            if !column.names.is_empty() {
                // As many columns as names, unlike extend and project.
                produced.truncate(column.names.len());
            }
            if let [single] = produced.as_mut_slice()
                && column.names.is_empty()
                && !matches!(single.value.kind, crate::bound::ExprKind::Element { .. })
            {
                let sorted = single.automatic.as_deref().is_some_and(|n| n.ends_with("_sorted"));
                if !(sorted && self.measured()) {
                    single.automatic = Some(format!("print_{at}"));
                }
                single.written = None;
            }
            all.extend(produced);
        }
        let mut namer = Namer::listed(self, &all);
        let mut exprs = Vec::with_capacity(all.len());
        for item in all {
            let name = item.name(self, &mut namer);
            exprs.push(NamedExpr { name, value: item.value });
        }
        project_to(self.one_row(span), exprs, span)
    }
}
