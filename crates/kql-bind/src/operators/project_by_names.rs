//! `project-by-names`.

use crate::binder::Binder;
use crate::bound::{ExprKind, Table};
use crate::operators::project_away::{matches, picked};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, Value, dynamic};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `project-by-names "a", "b*", column_names_of(T)`: the columns that are there, in the order listed.
    pub(crate) fn project_by_names(&mut self, input: Arc<Table>, columns: &'s [ast::Expr], span: Span) -> Arc<Table> {
        let mut names: Vec<String> = Vec::new();
        for column in columns {
            if let ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) = &column.kind
                && self.find(&name.text).is_none()
            {
                names.push(name.text.clone());
                continue;
            }
            let bound = self.without_row(|b| b.scalar(column));
            match bound.kind {
                ExprKind::Literal(Value::String(name)) => names.push(name),
                ExprKind::Literal(Value::Dynamic(Some(array))) => {
                    names.extend(dynamic::array_items(&array).map(|item| dynamic::to_text(item).into_owned()));
                }
                ExprKind::Missing => {}
                _ => self.error(
                    code::NOT_CONSTANT,
                    column.span,
                    "names of columns are needed here: constant texts or arrays",
                ),
            }
        }
        let mut chosen: Vec<Column> = Vec::new();
        for name in &names {
            for column in input.schema.columns.iter().filter(|c| matches(name, &c.name)) {
                if !chosen.iter().any(|c| c.name == column.name) {
                    chosen.push(column.clone());
                }
            }
        }
        picked(input, chosen, true, span)
    }
}
