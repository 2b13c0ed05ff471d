//! `project`.

use crate::binder::{Binder, table};
use crate::bound::{NamedExpr, Table, TableKind};
use crate::named::Produced;
use crate::names::Namer;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `project a = e, …`: exactly these columns.
    pub(crate) fn project(&mut self, input: Arc<Table>, columns: &'s [ast::NamedExpr], span: Span) -> Arc<Table> {
        let (produced, input) = self.over(&input, |b| {
            let mut produced = Vec::with_capacity(columns.len());
            for column in columns {
                b.named(column, &mut produced);
            }
            produced
        });
        self.projected(input, produced, span)
    }

    /// A table of exactly these columns.
    pub(crate) fn projected(&mut self, input: Arc<Table>, produced: Vec<Produced<'s>>, span: Span) -> Arc<Table> {
        let mut namer = Namer::listed(self, &produced);
        let mut columns = Vec::with_capacity(produced.len());
        for item in produced {
            let name = item.name(self, &mut namer);
            columns.push(NamedExpr { name, value: item.value });
        }
        project_to(input, columns, span)
    }
}

/// A table of these columns.
pub(crate) fn project_to(input: Arc<Table>, columns: Vec<NamedExpr>, span: Span) -> Arc<Table> {
    let schema: RowSchema = columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.value.ty }).collect();
    let serialized = input.serialized;
    table(TableKind::Project { input, columns }, schema, span, serialized)
}
