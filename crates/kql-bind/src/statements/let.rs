//! `let`.

use crate::binder::{Binder, Row};
use crate::scope::{Closure, Entity};
use kql_diagnostic::{Diagnostic, code};
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `let name = value`: a scalar, a table, a function, a graph, an entity group. It sees only what comes before it.
    pub(crate) fn let_statement(&mut self, name: &'s ast::Name, value: &'s ast::Expr) {
        let entity = match &value.kind {
            ast::ExprKind::Function(function) => {
                let closure = Closure {
                    function,
                    scope: self.scope,
                    name: &name.text,
                    stored: false,
                    database: self.home.clone(),
                };
                self.check_function(&closure);
                Entity::Function(closure)
            }
            _ => {
                // No columns; but in a function's body an argument may read the caller's row.
                let row = Row { level: self.row.level, serialized: self.row.serialized, ..Row::none() };
                self.with_row(row, |b| b.entity(value)).0
            }
        };
        let mut scope = self.scope;
        if let Err(first) = self.scopes.declare(&mut scope, &name.text, entity, name.span) {
            let message = format!("a variable with the name '{}' has already been declared", name.text);
            let diagnostic = Diagnostic::error(code::LET_DUPLICATE, name.span, message)
                .with_label(first, "the first declaration is here");
            self.report(diagnostic);
        }
        self.scope = scope;
    }

    /// Binds a function's body once where it is written, with values of its parameters' types that say nothing else, so that
    /// mistakes in functions that are never called are found.
    fn check_function(&mut self, closure: &Closure<'s>) {
        let arguments = closure.function.parameters.iter().enumerate().map(|(at, p)| {
            let span = p.name.span;
            let entity = match &p.ty {
                ast::ParameterType::Scalar(ty) => {
                    let value = crate::bound::Expr { ty: ty.ty, ..self.missing(span) };
                    Entity::Scalar(crate::scope::ScalarEntity { value: std::sync::Arc::new(value), row: None })
                }
                ast::ParameterType::Tabular(schema) if self.cursor.is_some() => self.sample_table(schema),
                ast::ParameterType::Tabular(_) => Entity::Error,
            };
            (at, entity, span)
        });
        let arguments: Vec<_> = arguments.collect();
        let scalar_only = closure.function.parameters.iter().all(|p| matches!(p.ty, ast::ParameterType::Scalar(_)));
        if scalar_only || self.cursor.is_some() {
            let places = self.results.len();
            self.expand(closure, arguments, closure.function.body_span);
            self.results.truncate(places);
        }
    }
}
