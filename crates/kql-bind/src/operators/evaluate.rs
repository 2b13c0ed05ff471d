//! `evaluate`.

use crate::binder::{Binder, table};
use crate::bound::Table;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `T | evaluate plugin(…) [: (schema)]`.
    pub(crate) fn evaluate(
        &mut self,
        input: Option<Arc<Table>>,
        call: &'s ast::Call,
        schema: Option<&'s ast::RowSchemaExpr>,
        span: Span,
    ) -> Arc<Table> {
        let name = call.name.text.as_str();
        let Some(plugin) = crate::plugins::plugin(name) else {
            let message = format!("the plugin '{name}' is not defined");
            let diagnostic = Diagnostic::error(code::UNKNOWN_FUNCTION, call.name.span, message);
            self.report(diagnostic.did_you_mean(name, crate::plugins::names()));
            return self.unknown_table(span);
        };
        // A plugin that needs no rows works on one row without columns.
        let rows = match input {
            Some(input) => input,
            None => self.one_row(span),
        };
        let made = self.plugin(plugin, Arc::clone(&rows), call, span);
        match schema {
            None => made,
            Some(schema) => self.as_declared(made, &rows, schema, span),
        }
    }

    /// The schema the user declares for a plugin: its columns are known then.
    fn as_declared(
        &mut self,
        made: Arc<Table>,
        input: &Arc<Table>,
        declared: &'s ast::RowSchemaExpr,
        span: Span,
    ) -> Arc<Table> {
        let own = self.row_schema(declared);
        let mut columns: Vec<Column> = Vec::new();
        if declared.star {
            // The input's columns that the plugin keeps.
            let kept =
                input.schema.columns.iter().filter(|c| made.schema.open || made.schema.column(&c.name).is_some());
            columns.extend(kept.filter(|c| own.column(&c.name).is_none()).cloned());
            columns.retain(|c| made.schema.column(&c.name).is_some());
        }
        columns.extend(own.columns.iter().cloned());
        if self.options.run && !made.schema.open {
            return crate::plugins::as_columns(&made, &columns, span);
        }
        table(made.kind.clone(), RowSchema::new(columns), span, made.serialized)
    }
}
