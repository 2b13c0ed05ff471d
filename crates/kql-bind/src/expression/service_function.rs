//! Functions a service adds to the language: `FileProfile`, `DeviceFromIP`, `_GetWatchlist`, ….
//!
//! They need the service's data. Their columns are known; without that data the columns are empty, and a warning says so.

use super::unlabelled;
use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::catalog::ServiceFunction;
use crate::names::Namer;
use crate::operators::extend::passed_on;
use crate::operators::project::project_to;
use crate::scope::TableEntity;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `T | invoke FileProfile(SHA1, 1000)`: the input with the function's columns appended. Arguments may be bare columns.
    pub(crate) fn invoke_service(
        &mut self,
        input: Arc<Table>,
        function: &ServiceFunction,
        call: &'s ast::Call,
    ) -> TableEntity {
        if !function.appends_to_input {
            let message = format!("'{}' takes no rows: call it as a table", function.name);
            self.error(code::OPERAND, call.name.span, message);
        }
        let (_, input) = self.over(&input, |b| b.service_arguments(function, call, 1));
        self.without_service_data(function, call.name.span);
        self.spend(input.schema.columns.len() + function.columns.columns.len(), call.span);
        let mut namer = Namer::default();
        for column in input.schema.columns.iter() {
            namer.take(&column.name);
        }
        let mut columns = passed_on(&input);
        for column in function.columns.columns.iter() {
            let name = namer.generated(Some(&column.name));
            let value = Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span: call.span };
            columns.push(NamedExpr { name, value });
        }
        let open = input.schema.open;
        let projected = project_to(input, columns, call.span);
        unlabelled(if open {
            let schema = kql_types::RowSchema { open, ..projected.schema.clone() };
            Arc::new(Table { schema, ..Table::clone(&projected) })
        } else {
            projected
        })
    }

    /// `_GetWatchlist('name')`, `AssignedIPAddresses('device')`: a table.
    pub(crate) fn call_service(&mut self, function: &ServiceFunction, call: &'s ast::Call) -> TableEntity {
        self.service_arguments(function, call, 0);
        self.without_service_data(function, call.name.span);
        unlabelled(table(TableKind::Empty, function.columns.clone(), call.span, false))
    }

    fn without_service_data(&mut self, function: &ServiceFunction, span: Span) {
        if self.options.run {
            let message =
                format!("'{}' needs data of the service, which is not here: its columns are empty", function.name);
            self.report(Diagnostic::warning(code::NEEDS_CLOUD, span, message));
        }
    }

    fn service_arguments(&mut self, function: &ServiceFunction, call: &'s ast::Call, offset: usize) {
        let parameters = function.parameters.get(offset..).unwrap_or(&[]);
        let required = parameters.iter().filter(|p| !p.optional).count();
        if call.arguments.len() < required || call.arguments.len() > parameters.len() {
            let message = format!(
                "the function '{}' takes {required} to {} arguments, not {}",
                function.name,
                parameters.len(),
                call.arguments.len()
            );
            self.error(code::ARGUMENT_COUNT, call.span, message);
        }
        for (argument, parameter) in call.arguments.iter().zip(parameters) {
            let value = self.scalar(&argument.value);
            let fits = value.ty == ScalarType::Unknown
                || parameter
                    .ty
                    .is_none_or(|ty| crate::convert::promotes(value.ty, ty) || value.ty == ScalarType::Dynamic);
            if !fits {
                let ty = parameter.ty.map_or("a table", ScalarType::name);
                let message = format!("the parameter '{}' is of type {ty}, not {}", parameter.name, value.ty);
                self.error(code::OPERAND, value.span, message);
            }
        }
    }
}
