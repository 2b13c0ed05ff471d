//! `invoke`.

use crate::binder::Binder;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Diagnostic, code};
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `T | invoke f(…)`: calls a function with the rows as its first argument.
    pub(crate) fn invoke(
        &mut self,
        input: TableEntity,
        call: &'s ast::Call,
        scope: Option<&'s ast::Expr>,
    ) -> TableEntity {
        if let Some(scope) = scope {
            return self.invoke_in(input, call, scope);
        }
        let local = match self.find(&call.name.text) {
            Some(Entity::Function(closure)) => Some(closure),
            _ => None,
        };
        if local.is_none()
            && let Some(service) = self.catalog.service_function(&call.name.text)
        {
            return self.invoke_service(input.table, &service, call);
        }
        let closure = local.or_else(|| {
            let home = self.home.clone();
            self.stored_function(home.as_deref(), &call.name.text)
        });
        let Some(closure) = closure else {
            let name = &call.name.text;
            let functions = self.scopes.visible(self.scope);
            let known = functions.iter().filter(|(_, e)| matches!(e, Entity::Function(_))).map(|(n, _)| *n);
            let message = format!("the name '{name}' does not refer to any known function");
            let diagnostic =
                Diagnostic::error(code::UNKNOWN_FUNCTION, call.name.span, message).did_you_mean(name, known);
            self.report(diagnostic);
            return TableEntity { table: self.unknown_table(call.span), label: None };
        };
        let entity = self.without_row(|b| b.call_closure(&closure, call, Some(input)));
        self.demand_table(entity, call.span)
    }

    /// `invoke database('d').f(…)`.
    fn invoke_in(&mut self, input: TableEntity, call: &'s ast::Call, scope: &'s ast::Expr) -> TableEntity {
        let unknown = |b: &Self| TableEntity { table: b.unknown_table(call.span), label: None };
        let database = match self.without_row(|b| b.entity(scope)) {
            Entity::Database(database) if !database.unknown => database,
            Entity::Database(_) | Entity::Error => return unknown(self),
            _ => {
                self.error(code::OPERAND, scope.span, "a database is needed before the function: database('d').f(…)");
                return unknown(self);
            }
        };
        let Some(closure) = self.stored_function(database.name.as_deref(), &call.name.text) else {
            let message = format!("the database has no function '{}'", call.name.text);
            self.error(code::UNKNOWN_FUNCTION, call.name.span, message);
            return unknown(self);
        };
        let entity = self.without_row(|b| b.call_closure(&closure, call, Some(input)));
        self.demand_table(entity, call.span)
    }
}
