//! `distinct`.

use crate::binder::{Binder, table};
use crate::bound::{NamedExpr, Table, TableKind};
use crate::names::Namer;
use crate::operators::extend::column_as;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `distinct a, b`, `distinct *`: each combination of values once.
    pub(crate) fn distinct(&mut self, input: Arc<Table>, columns: &'s [ast::NamedExpr], span: Span) -> Arc<Table> {
        let mut keys: Vec<NamedExpr> = Vec::new();
        let has_star = columns.iter().any(|c| is_star(&c.value));
        let (produced, input) = self.over(&input, |b| {
            let mut produced = Vec::with_capacity(columns.len());
            for column in columns.iter().filter(|c| !is_star(&c.value)) {
                b.named(column, &mut produced);
                // Measured: `distinct gettype(s)` is Column1, where project has type_s.
                if b.measured() && b.prefixes(&column.value) {
                    produced.last_mut().into_iter().for_each(|p| p.automatic = None);
                }
            }
            produced
        });
        let mut namer = Namer::listed(self, &produced);
        for item in produced {
            let name = item.name(self, &mut namer);
            keys.push(NamedExpr { name, value: item.value });
        }
        if has_star {
            for column in input.schema.columns.iter() {
                if !keys.iter().any(|k| k.name == column.name) {
                    keys.push(column_as(column, Arc::clone(&column.name), span));
                }
            }
        }
        for key in &keys {
            if key.value.ty == ScalarType::Dynamic {
                let (at, name) = (key.value.span, &key.name);
                let message = format!("rows cannot be made distinct by the dynamic value '{name}'");
                self.error_help(code::OPERAND, at, message, format!("convert it: distinct {name}=tostring({name})"));
            }
        }
        let fields: Vec<Column> = keys.iter().map(|k| Column { name: Arc::clone(&k.name), ty: k.value.ty }).collect();
        let schema = RowSchema { columns: fields.into(), open: has_star && input.schema.open };
        table(TableKind::Summarize { input, keys, aggregates: Vec::new() }, schema, span, false)
    }
}

fn is_star(e: &ast::Expr) -> bool {
    match &e.kind {
        ast::ExprKind::Star => true,
        ast::ExprKind::Wildcard(name) => name.text == "*",
        _ => false,
    }
}
