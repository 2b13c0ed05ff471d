//! `lookup`.

use crate::binder::{Binder, table};
use crate::bound::{ExprKind, JoinKind, Table, TableKind};
use crate::names::Namer;
use crate::operators::join::push;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::RowSchema;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `lookup [kind=leftouter|inner] (right) on …`: a join without the right side's key columns.
    pub(crate) fn lookup(
        &mut self,
        left: Arc<Table>,
        parameters: &'s [ast::Property],
        right: &'s ast::Expr,
        on: &'s [ast::Expr],
        span: Span,
    ) -> Arc<Table> {
        let kind = match Self::property_word(parameters, "kind") {
            None | Some(("leftouter", _)) => JoinKind::LeftOuter,
            Some(("inner", _)) => JoinKind::Inner,
            Some((other, at)) => {
                let message = format!("'{other}' is no kind of lookup: it knows leftouter and inner");
                self.error_help(code::SYNTAX, at, message, "use join for the other kinds");
                JoinKind::LeftOuter
            }
        };
        if on.is_empty() {
            self.error_help(code::SYNTAX, span, "a lookup needs keys", "write on Column, or on $left.A == $right.B");
        }
        let right = self.side_table(right);
        let sides = self.join_keys(left, right, on);
        let (left, right, keys) = (sides.left, sides.right, sides.keys);
        if !self.spend(left.schema.columns.len() + right.schema.columns.len(), span) {
            return self.unknown_table(span);
        }
        let mut key_columns: Vec<Arc<str>> = Vec::new();
        for (_, key) in &keys {
            let column = match &key.kind {
                ExprKind::Convert(inner) => &inner.kind,
                kind => kind,
            };
            if let ExprKind::Column(name) = column {
                key_columns.push(Arc::clone(name));
            }
        }
        let (mut columns, mut fields) = (Vec::new(), Vec::new());
        let mut namer = Namer::new(left.schema.names().chain(right.schema.names()));
        for column in left.schema.columns.iter() {
            namer.take(&column.name);
            push(&mut columns, &mut fields, column, Arc::clone(&column.name), false);
        }
        for column in right.schema.columns.iter().filter(|c| !key_columns.contains(&c.name)) {
            let name = namer.generated(Some(&column.name));
            push(&mut columns, &mut fields, column, name, true);
        }
        let schema = RowSchema { columns: fields.into(), open: left.schema.open || right.schema.open };
        table(TableKind::Join { kind, left, right, keys, columns }, schema, span, false)
    }
}
