//! Statements.

mod alias;
mod function;
mod r#let;
mod pattern;
mod query_parameters;
pub(crate) mod restrict;
mod set;

pub(crate) use function::parse_function;

use crate::binder::Binder;
use crate::bound::{BoundResult, BoundScript};
use crate::scope::Entity;
use kql_diagnostic::code;
use kql_syntax::ast::{self, StatementKind as K};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// Binds a whole text.
    pub(crate) fn script(mut self, script: &'s ast::Script) -> BoundScript {
        let mut commands = Vec::new();
        // Query parameters lie outside: a `let` may shadow them.
        for statement in &script.statements {
            if let K::QueryParameters(parameters) = &statement.kind {
                self.query_parameters(parameters);
            }
        }
        self.scope = self.scopes.push(Some(self.scope));
        let mut tabular = 0usize;
        for (at, statement) in script.statements.iter().enumerate() {
            match &statement.kind {
                K::Set { name, value } => {
                    let option = self.set_statement(name, value.as_ref());
                    self.set_options.push(option);
                }
                K::Query(query) => {
                    tabular += 1;
                    let before = self.results.len();
                    self.query(query);
                    let mut later = script.statements.iter().skip(at + 1);
                    if crate::operators::graph::names_tables(query) && later.any(|s| matches!(s.kind, K::Query(_))) {
                        self.results.truncate(before);
                    }
                }
                K::Command(command) => {
                    tabular += 1;
                    commands.push(command.clone());
                    self.command(command);
                }
                K::QueryParameters(_) => {}
                _ => self.local_statement(statement),
            }
        }
        let only_declarations = tabular == 0 && script.statements.iter().any(|s| matches!(s.kind, K::Let { .. }));
        if only_declarations && !script.statements.iter().any(|s| matches!(s.kind, K::Error)) {
            let span = script.statements.last().map(|s| s.span).unwrap_or_default();
            let message = "the text has no query: end it with a table or a pipeline";
            self.refused_by_engine(code::SYNTAX, span.after(), message);
        }
        self.finish(commands)
    }

    /// A statement that may stand in a function too.
    pub(crate) fn local_statement(&mut self, statement: &'s ast::Statement) {
        match &statement.kind {
            K::Let { name, value } => self.let_statement(name, value),
            K::Pattern(pattern) => self.pattern_statement(pattern),
            K::Restrict(entities) => self.restrict_statement(entities),
            K::Alias { name, database } => self.alias_statement(name, database),
            K::QueryParameters(_) => {
                self.error(
                    code::SYNTAX,
                    statement.span,
                    "query parameters are declared before the query, not in a function",
                );
            }
            K::Set { .. } => {
                self.error(code::SYNTAX, statement.span, "'set' stands before the query, not in a function")
            }
            K::Query(e) => {
                self.error(code::SYNTAX, e.span, "a function ends with one expression: this one's value is not used");
            }
            K::Command(command) => {
                self.error(code::COMMAND_NOT_ALLOWED, command.span, "a management command cannot stand in a function");
            }
            K::Error => {}
        }
    }

    /// A tabular expression statement: one result, or several for `fork` and `facet`.
    fn query(&mut self, query: &'s ast::Expr) {
        self.render = None;
        self.branches.clear();
        let entity = self.entity(query);
        let table = match entity {
            Entity::Error => return,
            Entity::Scalar(scalar) => {
                if scalar.value.ty != kql_types::ScalarType::Unknown {
                    let message = "a query gives a table, and this is a scalar value";
                    self.error_help(code::OPERAND, query.span, message, "put print before it");
                }
                return;
            }
            entity => self.demand_table(entity, query.span),
        };
        let render = self.render.take();
        if self.branches.is_empty() {
            let name = Arc::from("PrimaryResult");
            self.results.push(BoundResult { name, table: table.table, render, span: query.span });
        } else {
            let branches = std::mem::take(&mut self.branches);
            self.results.extend(branches);
        }
    }

    /// The query parts of a management command: what is piped after it is bound when its result is known, here only what it
    /// takes in.
    fn command(&mut self, command: &'s ast::Command) {
        if let Some(input) = &command.input {
            self.query(input);
        }
    }
}
