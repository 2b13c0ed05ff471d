//! `extend`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::named::Produced;
use crate::names::Namer;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema};
use std::collections::HashMap;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `extend a = e, …`: a name of the input is replaced in place, others are appended. All expressions read the input row.
    pub(crate) fn extend(&mut self, input: Arc<Table>, columns: &'s [ast::NamedExpr], span: Span) -> Arc<Table> {
        let (produced, input) = self.over(&input, |b| {
            let mut produced = Vec::with_capacity(columns.len());
            for column in columns {
                b.named(column, &mut produced);
            }
            produced
        });
        self.extended(input, produced, span)
    }

    /// The input with these columns put in or appended.
    pub(crate) fn extended(&mut self, input: Arc<Table>, produced: Vec<Produced<'s>>, span: Span) -> Arc<Table> {
        let mut namer = Namer::listed(self, &produced).avoiding(&input.schema);
        // The public analyzer lets a generated name overwrite any column of that name, also of the same list.
        let overwrite = !self.measured();
        let mut columns: Vec<NamedExpr> = passed_on(&input);
        columns.reserve(produced.len());
        let mut fields: Vec<Column> = input.schema.columns.to_vec();
        // Many new columns are found by an index, few by looking.
        let mut index: Option<HashMap<Arc<str>, usize>> =
            (produced.len() > 32).then(|| fields.iter().enumerate().map(|(at, c)| (Arc::clone(&c.name), at)).collect());
        for item in produced {
            let name: Arc<str> = match (&item.written, &item.automatic) {
                (None, Some(name)) if overwrite => Arc::from(name.as_str()),
                // On the engine two values cannot take the place of one column.
                (None, Some(name)) if input.schema.column(name).is_some() => namer.written(self, name, item.value.span),
                _ => item.name(self, &mut namer),
            };
            let ty = item.value.ty;
            let existing = match &index {
                Some(index) => index.get(&name).copied(),
                None => fields.iter().position(|c| c.name == name),
            };
            match existing {
                Some(at) => {
                    fields[at] = Column { name: Arc::clone(&name), ty };
                    columns[at] = NamedExpr { name, value: item.value };
                }
                None => {
                    if let Some(index) = &mut index {
                        index.insert(Arc::clone(&name), fields.len());
                    }
                    fields.push(Column { name: Arc::clone(&name), ty });
                    columns.push(NamedExpr { name, value: item.value });
                }
            }
        }
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let serialized = input.serialized;
        table(TableKind::Project { input, columns }, schema, span, serialized)
    }
}

/// Every column of a table as it is.
pub(crate) fn passed_on(input: &Arc<Table>) -> Vec<NamedExpr> {
    input.schema.columns.iter().map(|c| column_as(c, Arc::clone(&c.name), input.span)).collect()
}

/// A column under a name.
pub(crate) fn column_as(column: &Column, name: Arc<str>, span: Span) -> NamedExpr {
    let value = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
    NamedExpr { name, value }
}
