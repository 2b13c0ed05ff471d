//! `as`.

use crate::binder::Binder;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `as Name`: the rows under a name, for the rest of the statement; also their label in `union withsource=`.
    pub(crate) fn as_operator(
        &mut self,
        input: TableEntity,
        parameters: &'s [ast::Property],
        name: &'s ast::Name,
        span: Span,
    ) -> TableEntity {
        let table = if Self::property_true(parameters, "hint.materialized") {
            self.materialized(input.table, span)
        } else {
            input.table
        };
        let named = TableEntity { table, label: Some(Arc::from(name.text.as_str())) };
        let mut scope = self.scope;
        if self.scopes.declare(&mut scope, &name.text, Entity::Table(named.clone()), name.span).is_err() {
            self.error(code::LET_DUPLICATE, name.span, format!("the name '{}' is already declared", name.text));
        }
        self.scope = scope;
        named
    }
}
