//! `preview(n)`: two results, the first n rows and the number of all rows (`Count:long`). It must be the last operator.
//!
//! Page: query/preview-plugin.

use crate::binder::{Binder, table};
use crate::bound::{BoundResult, Table, TableKind};
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "preview",
    FunctionKind::Plugin,
    &["(n)"],
    "Two results: the first n rows, and the number of all. It is the last operator. <https://learn.microsoft.com/kusto/query/preview-plugin>",
)
.examples(&[example("range x from 5 to 7 step 1 | evaluate preview(2)", "{\"x\":5}\n{\"x\":6}")]);

impl<'s> Binder<'s> {
    pub(super) fn preview(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        let [number] = call.arguments.as_slice() else {
            self.plugin_count(call, 1, 1);
            return self.unknown_table(span);
        };
        let count = self.row_count(&number.value);
        let input = self.materialized(input, span);
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        let first = table(TableKind::Take { input: Arc::clone(&input), count }, schema, span, serialized);
        let all = self.count(input, None, span);
        for (name, table) in [("PrimaryResult", &first), ("Count", &all)] {
            let table = Arc::clone(table);
            self.branches.push(BoundResult { name: Arc::from(name), table, render: None, span });
        }
        first
    }
}
