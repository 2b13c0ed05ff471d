//! Plugins that are written in KQL: the binder expands them like functions of the database.

use crate::binder::{Binder, table};
use crate::bound::{Expr, Table, TableKind};
use crate::catalog::StoredFunction;
use crate::expression::unlabelled;
use crate::scope::{Closure, Entity, ScalarEntity};
use crate::statements::parse_function;
use kql_diagnostic::{Span, code};
use kql_types::{Column, RowSchema, ScalarType};
use std::fmt::Write;
use std::sync::Arc;

/// What a recipe reads by name.
#[derive(Debug)]
pub(crate) enum Ingredient {
    /// Rows whose columns have plain names.
    Table(Arc<Table>),
    /// A constant.
    Scalar(Expr),
}

impl<'s> Binder<'s> {
    /// Binds a body over its ingredients. The body sees nothing of the query: rows go in under column names that the caller
    /// of this chose, and it gives the columns their names afterwards. Messages about the body point at the call.
    ///
    /// A body that cannot be bound is reported as a defect.
    pub(crate) fn recipe(
        &mut self,
        name: &str,
        ingredients: Vec<(&'static str, Ingredient)>,
        body: &str,
        span: Span,
    ) -> Arc<Table> {
        let mut parameters = String::from("(");
        let mut entities = Vec::with_capacity(ingredients.len());
        for (at, (name, ingredient)) in ingredients.into_iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            let entity = match ingredient {
                Ingredient::Table(rows) => {
                    let columns: Vec<String> = rows.schema.columns.iter().map(column).collect();
                    let _ = write!(parameters, "{separator}{name}:({})", columns.join(", "));
                    Entity::Table(unlabelled(rows))
                }
                Ingredient::Scalar(value) => {
                    let _ = write!(parameters, "{separator}{name}:{}", type_name(value.ty));
                    Entity::Scalar(ScalarEntity { value: Arc::new(value), row: None })
                }
            };
            entities.push((at, entity, span));
        }
        parameters.push(')');
        // The text is the name: two calls with other dimensions have other bodies.
        let key = format!("{name}{parameters}{body}");
        let stored = StoredFunction {
            name: Arc::from(key.as_str()),
            parameters: Arc::from(parameters),
            body: Arc::from(format!("{{ {body} }}")),
            view: false,
        };
        let arena = self.arena;
        let Some((key, function)) = arena.function(None, &key, || parse_function(&stored)) else {
            self.error(code::INTERNAL, span, format!("the plugin '{name}' cannot be written out"));
            return self.unknown_table(span);
        };
        let scope = self.scopes.push(None);
        let frames = self.scopes.len();
        let closure = Closure { function, scope, name: key, stored: true, database: None };
        let entity = self.expand(&closure, entities, span);
        self.scopes.truncate(frames - 1);
        match entity {
            Entity::Table(made) => made.table,
            _ => table(TableKind::Empty, RowSchema { columns: Arc::from([]), open: true }, span, false),
        }
    }
}

fn column(column: &Column) -> String {
    format!("{}:{}", column.name, type_name(column.ty))
}

fn type_name(ty: ScalarType) -> &'static str {
    if ty == ScalarType::Unknown { ScalarType::Dynamic.name() } else { ty.name() }
}
