//! `project-rename`.

use crate::binder::{Binder, table, with_inferred};
use crate::bound::{Table, TableKind};
use crate::operators::extend::column_as;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::collections::HashMap;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `project-rename new = old, …`: columns keep their places.
    pub(crate) fn project_rename(
        &mut self,
        input: Arc<Table>,
        columns: &'s [ast::NamedExpr],
        span: Span,
    ) -> Arc<Table> {
        let mut renamed: HashMap<&'s str, &'s ast::Name> = HashMap::new();
        let mut inferred = Vec::new();
        for column in columns {
            let old = match &column.value.kind {
                ast::ExprKind::Name(old) => old,
                ast::ExprKind::Missing => continue,
                _ => {
                    self.error(code::SYNTAX, column.value.span, "the name of a column is needed here: new = old");
                    continue;
                }
            };
            let Some(new) = column.names.first() else {
                self.error(code::SYNTAX, column.value.span, format!("a new name is needed: New = {}", old.text));
                continue;
            };
            if input.schema.column(&old.text).is_none() {
                if input.schema.open {
                    inferred.push(Column::new(old.text.as_str(), ScalarType::Unknown));
                } else {
                    let message = format!("the name '{}' does not refer to any known column", old.text);
                    let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, old.span, message)
                        .did_you_mean(&old.text, input.schema.names());
                    self.report(diagnostic);
                    continue;
                }
            }
            renamed.insert(&old.text, new);
        }
        let input = with_inferred(&input, inferred);
        let mut exprs = Vec::with_capacity(input.schema.columns.len());
        let mut fields: Vec<Column> = Vec::with_capacity(input.schema.columns.len());
        for column in input.schema.columns.iter() {
            let (name, at) = match renamed.get(&*column.name) {
                Some(new) => (Arc::from(new.text.as_str()), Some(new.span)),
                None => (Arc::clone(&column.name), None),
            };
            let kept = |n: &Arc<str>| input.schema.column(n).is_some() && !renamed.contains_key(&**n);
            if let Some(at) = at
                && (kept(&name) || fields.iter().any(|f| f.name == name))
            {
                let message = format!("a column with the name '{name}' is already there");
                self.error(code::DUPLICATE_COLUMN, at, message);
                exprs.push(column_as(column, Arc::clone(&column.name), span));
                fields.push(column.clone());
                continue;
            }
            exprs.push(column_as(column, Arc::clone(&name), span));
            fields.push(Column { name, ty: column.ty });
        }
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let serialized = input.serialized;
        table(TableKind::Project { input, columns: exprs }, schema, span, serialized)
    }
}
