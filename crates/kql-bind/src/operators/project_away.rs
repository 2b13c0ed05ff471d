//! `project-away`, `project-keep`, and the patterns both take.

use crate::binder::{Binder, table, with_inferred};
use crate::bound::{Table, TableKind};
use crate::operators::extend::column_as;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `project-away a, b*`: all columns but these, in input order.
    pub(crate) fn project_away(&mut self, input: Arc<Table>, columns: &'s [ast::Expr], span: Span) -> Arc<Table> {
        let (chosen, input) = self.chosen_columns(input, columns);
        let left: Vec<Column> = input.schema.columns.iter().filter(|c| !chosen.contains(&c.name)).cloned().collect();
        picked(input, left, true, span)
    }

    /// `project-keep a, b*`: these columns, in input order.
    pub(crate) fn project_keep(&mut self, input: Arc<Table>, columns: &'s [ast::Expr], span: Span) -> Arc<Table> {
        let (chosen, input) = self.chosen_columns(input, columns);
        let kept: Vec<Column> = input.schema.columns.iter().filter(|c| chosen.contains(&c.name)).cloned().collect();
        picked(input, kept, false, span)
    }

    /// The columns that names and patterns choose, and the input (with names its open schema may have).
    fn chosen_columns(&mut self, input: Arc<Table>, columns: &'s [ast::Expr]) -> (Vec<Arc<str>>, Arc<Table>) {
        let mut chosen = Vec::new();
        let mut inferred = Vec::new();
        for column in columns {
            match self.column_choice(&input.schema, column) {
                Choice::Columns(names) => chosen.extend(names),
                Choice::Inferred(name) => {
                    inferred.push(Column { name: Arc::clone(&name), ty: ScalarType::Unknown });
                    chosen.push(name);
                }
                Choice::None => {}
            }
        }
        let input = with_inferred(&input, inferred);
        (chosen, input)
    }

    /// The columns a name or pattern chooses. A name without a column is reported; a pattern may match none.
    pub(crate) fn column_choice(&mut self, schema: &RowSchema, e: &'s ast::Expr) -> Choice {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) => self.column_choice(schema, inner),
            ast::ExprKind::Star => Choice::Columns(schema.columns.iter().map(|c| Arc::clone(&c.name)).collect()),
            ast::ExprKind::Wildcard(pattern) => Choice::Columns(
                schema
                    .columns
                    .iter()
                    .filter(|c| matches(&pattern.text, &c.name))
                    .map(|c| Arc::clone(&c.name))
                    .collect(),
            ),
            ast::ExprKind::Name(name) => match schema.column(&name.text) {
                Some(column) => Choice::Columns(vec![Arc::clone(&column.name)]),
                None if schema.open => Choice::Inferred(Arc::from(name.text.as_str())),
                None => {
                    let message = format!("the name '{}' does not refer to any known column", name.text);
                    let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, name.span, message)
                        .did_you_mean(&name.text, schema.names());
                    self.report(diagnostic);
                    Choice::None
                }
            },
            ast::ExprKind::Missing => Choice::None,
            _ => {
                self.error(code::SYNTAX, e.span, "the name of a column, or a pattern like a*, is needed here");
                Choice::None
            }
        }
    }
}

/// What a name or pattern chooses.
pub(crate) enum Choice {
    /// These columns.
    Columns(Vec<Arc<str>>),
    /// A column that the data may have.
    Inferred(Arc<str>),
    /// Nothing; it was reported.
    None,
}

/// The input with only these columns.
pub(crate) fn picked(input: Arc<Table>, columns: Vec<Column>, keeps_open: bool, span: Span) -> Arc<Table> {
    let exprs = columns.iter().map(|c| column_as(c, Arc::clone(&c.name), span)).collect();
    let schema = RowSchema { columns: columns.into(), open: keeps_open && input.schema.open };
    let serialized = input.serialized;
    table(TableKind::Project { input, columns: exprs }, schema, span, serialized)
}

/// Whether a name matches a pattern in which `*` stands for any text. Names are case-sensitive.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn star_stands_for_any_text() {
        for (pattern, name, expected) in [
            ("Device*", "DeviceEvents", true),
            ("Device*", "EmailEvents", false),
            ("*_id", "a_id", true),
            ("*_id", "a_ids", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("ab*b", "ab", false),
            ("*", "", true),
            ("x", "x", true),
            ("x", "xy", false),
            ("é*", "été", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
