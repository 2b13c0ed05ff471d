//! `infer_storage_schema(options)` and `infer_storage_schema_with_suggestions(options)`: one text about the columns of files.
//!
//! Pages: query/infer-storage-schema-plugin, query/infer-storage-schema-with-suggestions-plugin.

use crate::binder::Binder;
use crate::bound::Table;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    pub(super) fn infer_storage_schema(
        &mut self,
        column: &'static str,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        if !self.plugin_count(call, 1, 1) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let schema: RowSchema = [Column::new(column, ScalarType::String)].into_iter().collect();
        self.evaluate_kind(input, call, args, schema, span)
    }
}
