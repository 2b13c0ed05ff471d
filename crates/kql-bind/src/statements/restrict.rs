//! `restrict access`.

use crate::binder::Binder;
use crate::operators::project_away::matches;
use crate::scope::{Entity, ScopeRef};
use kql_diagnostic::code;
use kql_syntax::ast;

/// What `restrict access to (…)` leaves visible to the statements behind it.
#[derive(Clone, Debug)]
pub(crate) struct Restriction {
    /// Names and patterns of tables and stored functions.
    tables: Vec<String>,
    /// Names and patterns of tabular views, of what was declared before.
    views: Vec<String>,
    /// Where the last such statement stands.
    at: ScopeRef,
}

impl Restriction {
    /// Whether a table or stored function can be seen.
    pub(crate) fn allows_table(&self, name: &str) -> bool {
        self.tables.iter().any(|pattern| matches(pattern, name))
    }

    /// Whether a declared table or view can be seen, by its name.
    pub(crate) fn allows_view(&self, name: &str) -> bool {
        self.views.iter().any(|pattern| matches(pattern, name))
    }
}

impl<'s> Binder<'s> {
    /// `restrict access to (T1, V*, database().*)`: all other tables are hidden from here on, and all other tabular views and
    /// patterns. `*` alone stands for views only. Bodies of what was declared before see what they saw.
    pub(crate) fn restrict_statement(&mut self, entities: &'s [ast::Expr]) {
        let before = self.restricted.take().map(|r| (r.tables, r.views));
        let (mut tables, mut views) = before.unwrap_or_default();
        for e in entities {
            match &e.kind {
                ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) => {
                    views.push(name.text.clone());
                    if name.text != "*" {
                        tables.push(name.text.clone());
                    }
                }
                ast::ExprKind::Star => views.push("*".to_owned()),
                ast::ExprKind::Member { member, .. } => match &member.kind {
                    ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) => tables.push(name.text.clone()),
                    ast::ExprKind::Star => tables.push("*".to_owned()),
                    _ => {}
                },
                ast::ExprKind::Missing => {}
                _ => self.error(code::SYNTAX, e.span, "the name of a table or view, or a pattern, is needed here"),
            }
        }
        self.restricted = Some(Restriction { tables, views, at: self.scope });
    }

    /// Whether a name of the `let` scope is hidden.
    pub(crate) fn is_restricted(&self, name: &str, entity: &Entity<'s>) -> bool {
        let Some(restriction) = &self.restricted else { return false };
        let tabular = match entity {
            Entity::Table(_) | Entity::Pattern(_) => true,
            Entity::Function(closure) => closure.function.view,
            _ => false,
        };
        tabular && !restriction.allows_view(name) && self.scopes.is_declared_before(self.scope, name, restriction.at)
    }

    /// Whether the body of a function written at a place is older than the restriction.
    pub(crate) fn is_unrestricted(&self, written: ScopeRef, stored: bool) -> bool {
        self.restricted.as_ref().is_some_and(|r| stored || written.is_before(r.at))
    }
}
