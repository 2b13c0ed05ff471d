//! `alias database`.

use crate::binder::Binder;
use crate::scope::Entity;
use kql_diagnostic::code;
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `alias database A = cluster('c').database('d')`: another name for a database.
    pub(crate) fn alias_statement(&mut self, name: &'s ast::Name, database: &'s ast::Expr) {
        match self.without_row(|b| b.entity(database)) {
            Entity::Database(database) => self.aliases.push((&name.text, database)),
            Entity::Error => {}
            _ => self.error(code::OPERAND, database.span, "a database is needed here: cluster('c').database('d')"),
        }
    }
}
