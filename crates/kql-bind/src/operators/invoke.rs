//! `invoke`.

use crate::binder::Binder;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Diagnostic, code};
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `T | invoke f(…)`: calls a function with the rows as its first argument.
    pub(crate) fn invoke(&mut self, input: TableEntity, call: &'s ast::Call) -> TableEntity {
        let local = match self.find(&call.name.text) {
            Some(Entity::Function(closure)) => Some(closure),
            _ => None,
        };
        if local.is_none()
            && let Some(service) = self.catalog.service_function(&call.name.text)
        {
            return self.invoke_service(input.table, &service, call);
        }
        let closure = local.or_else(|| self.stored_function(None, &call.name.text));
        let Some(closure) = closure else {
            let name = &call.name.text;
            let functions = self.scopes.visible(self.scope);
            let known = functions.iter().filter(|(_, e)| matches!(e, Entity::Function(_))).map(|(n, _)| *n);
            let message = format!("the name '{name}' does not refer to any known function");
            let diagnostic = Diagnostic::error(code::UNKNOWN_FUNCTION, call.name.span, message).did_you_mean(name, known);
            self.report(diagnostic);
            return TableEntity { table: self.unknown_table(call.span), label: None };
        };
        let entity = self.without_row(|b| b.call_closure(&closure, call, Some(input)));
        self.demand_table(entity, call.span)
    }
}
