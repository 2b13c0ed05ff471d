//! `estimate_rows_count()`: one row, `EstimatedRowsCount:long`. Here the number is exact. No page describes it.

use crate::binder::{Binder, table};
use crate::bound::{AggregateCall, Table, TableKind};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "estimate_rows_count",
    FunctionKind::Plugin,
    &["()"],
    "The number of rows. Nothing is published about it.",
)
.examples(&[example("range x from 1 to 7 step 1 | evaluate estimate_rows_count()", "{\"EstimatedRowsCount\":7}")])
.diverges("the service estimates; the number here is exact");

impl<'s> Binder<'s> {
    pub(super) fn estimate_rows_count(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        self.plugin_count(call, 0, 0);
        let name: Arc<str> = Arc::from("EstimatedRowsCount");
        let schema: RowSchema = [Column::new(Arc::clone(&name), ScalarType::Long)].into_iter().collect();
        let Some(function) = self.catalog.aggregate("count") else {
            self.cannot_run(code::UNSUPPORTED, call.name.span, "estimate_rows_count cannot be run here");
            return table(TableKind::Empty, schema, span, false);
        };
        let results = vec![(name, ScalarType::Long)];
        let count = AggregateCall { function, arguments: Vec::new(), results, span };
        let kind = TableKind::Summarize { input, keys: Vec::new(), aggregates: vec![count] };
        table(kind, schema, span, false)
    }
}
