//! Functions written in KQL: expanded at each call, like macros (SEMANTICS §7.2, §7.3).

use super::unlabelled;
use crate::binder::{Binder, Row};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::convert::{convert, promotes};
use crate::operators::extend::passed_on;
use crate::scope::{Closure, Entity, ScalarEntity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// Calls within calls within calls.
const MAX_EXPANSION: usize = 32;

impl<'s> Binder<'s> {
    /// Calls a function; `input` is the table that `invoke` puts in front of the arguments.
    pub(crate) fn call_closure(
        &mut self,
        closure: &Closure<'s>,
        call: &'s ast::Call,
        input: Option<TableEntity>,
    ) -> Entity<'s> {
        let parameters = &closure.function.parameters;
        let offset = usize::from(input.is_some());
        let given = call.arguments.len() + offset;
        let required = parameters.iter().filter(|p| p.default.is_none()).count();
        if given > parameters.len() || given < required {
            for argument in &call.arguments {
                self.entity(&argument.value);
            }
            let takes = if required == parameters.len() {
                format!("{required}")
            } else {
                format!("{required} to {}", parameters.len())
            };
            let arguments = if takes == "1" { "argument" } else { "arguments" };
            let message = format!("the function '{}' takes {takes} {arguments}, not {given}", call.name.text);
            self.error(code::ARGUMENT_COUNT, call.span, message);
            return Entity::Error;
        }
        let mut bound: Vec<(usize, Entity<'s>, Span)> = Vec::with_capacity(given);
        if let Some(input) = input {
            bound.push((0, Entity::Table(input), call.name.span));
        }
        for (at, argument) in call.arguments.iter().enumerate() {
            let position = match &argument.name {
                None => at + offset,
                Some(name) => match parameters.iter().position(|p| p.name.text == name.text) {
                    Some(position) => position,
                    None => {
                        let message = format!("the function '{}' has no parameter '{}'", call.name.text, name.text);
                        self.error(code::UNKNOWN_NAME, name.span, message);
                        continue;
                    }
                },
            };
            let entity = match &argument.value.kind {
                // A literal keeps its short way.
                ast::ExprKind::Literal(literal) => {
                    let value = self.literal(&literal.value, argument.value.span);
                    self.scalar_entity(value)
                }
                _ => self.entity(&argument.value),
            };
            bound.push((position, entity, argument.value.span));
        }
        self.expand(closure, bound, call.span)
    }

    /// Binds a function's body with these arguments, by parameter position.
    pub(crate) fn expand(
        &mut self,
        closure: &Closure<'s>,
        arguments: Vec<(usize, Entity<'s>, Span)>,
        span: Span,
    ) -> Entity<'s> {
        let function = closure.function;
        if closure.stored && self.expanding.iter().any(|f| std::ptr::eq(*f, function)) {
            self.error(code::RECURSION, span, format!("the function '{}' calls itself", closure.name));
            return Entity::Error;
        }
        if self.expanding.len() >= MAX_EXPANSION {
            self.error(
                code::TOO_DEEP,
                span,
                format!("functions call one another more than {MAX_EXPANSION} levels deep"),
            );
            return Entity::Error;
        }
        self.expanding.push(function);
        let varies = usize::from(closure.stored || !function.parameters.is_empty());
        self.varying += varies;
        let result = self.deeper(span, |b| b.expand_body(closure, function, arguments, span));
        self.varying -= varies;
        self.expanding.pop();
        result.unwrap_or(Entity::Error)
    }

    fn expand_body(
        &mut self,
        closure: &Closure<'s>,
        function: &'s ast::FunctionExpr,
        arguments: Vec<(usize, Entity<'s>, Span)>,
        span: Span,
    ) -> Entity<'s> {
        let frames = self.scopes.len();
        let outer_scope = self.scope;
        let outer_place = self.place;
        let outer_home = std::mem::replace(&mut self.home, closure.database.clone());
        let hidden = self.hidden.len();
        let mut scope = self.scopes.push(Some(closure.scope));
        let mut given: Vec<Option<(Entity<'s>, Span)>> = vec![None; function.parameters.len()];
        for (position, entity, span) in arguments {
            if let Some(slot) = given.get_mut(position) {
                if slot.is_some() {
                    self.error(code::ARGUMENT_COUNT, span, "this parameter has a value already");
                }
                *slot = Some((entity, span));
            }
        }
        if closure.stored {
            self.place = Some(self.here(span));
        }
        for (parameter, given) in function.parameters.iter().zip(given) {
            let entity = match (given, &parameter.default) {
                (Some((entity, at)), _) => self.parameter_value(parameter, entity, closure.stored, at),
                (None, Some(default)) => {
                    let value = self.without_row(|b| b.scalar(default));
                    let entity = Entity::Scalar(ScalarEntity { value: Arc::new(value), row: None });
                    self.parameter_value(parameter, entity, closure.stored, default.span)
                }
                (None, None) => {
                    let message =
                        format!("the function '{}' needs a value for '{}'", closure.name, parameter.name.text);
                    self.error(code::ARGUMENT_COUNT, span, message);
                    Entity::Error
                }
            };
            if self.scopes.declare(&mut scope, &parameter.name.text, entity, parameter.name.span).is_err() {
                let message = format!("the parameter '{}' is there twice", parameter.name.text);
                self.error(code::LET_DUPLICATE, parameter.name.span, message);
            }
        }
        self.scope = scope;
        let restricted =
            if self.is_unrestricted(closure.scope, closure.stored) { self.restricted.take() } else { None };
        // The body sees no columns of the caller; its value is used over the caller's row, which arguments may read.
        let row = Row { level: self.row.level, serialized: self.row.serialized, ..Row::none() };
        let (result, _) = self.with_row(row, |b| {
            for statement in &function.statements {
                b.local_statement(statement);
            }
            match &function.body {
                Some(body) => b.entity(body),
                None => Entity::Error,
            }
        });
        self.restricted = restricted.or(self.restricted.take());
        self.scope = outer_scope;
        self.scopes.truncate(frames);
        self.place = outer_place;
        self.home = outer_home;
        self.hidden.truncate(hidden);
        match result {
            Entity::Table(table) => {
                let label = if function.view { Some(Arc::from(closure.name)) } else { table.label };
                Entity::Table(TableEntity { label, ..table })
            }
            Entity::Function(_) => {
                self.error(code::OPERAND, span, "a function cannot be the value of a function");
                Entity::Error
            }
            other => other,
        }
    }

    /// An argument as its parameter takes it.
    fn parameter_value(
        &mut self,
        parameter: &'s ast::FunctionParameter,
        entity: Entity<'s>,
        stored: bool,
        span: Span,
    ) -> Entity<'s> {
        match &parameter.ty {
            ast::ParameterType::Scalar(ty) => {
                let row = match &entity {
                    Entity::Scalar(scalar) => scalar.row,
                    _ => None,
                };
                let value = self.demand_scalar(entity, span);
                let value = self.scalar_parameter(parameter, ty.ty, value);
                Entity::Scalar(ScalarEntity { value: Arc::new(value), row })
            }
            ast::ParameterType::Tabular(schema) => {
                let table = self.demand_table(entity, span);
                Entity::Table(self.tabular_parameter(schema, table, stored, span))
            }
        }
    }

    fn scalar_parameter(&mut self, parameter: &ast::FunctionParameter, ty: ScalarType, value: Expr) -> Expr {
        let from = value.ty;
        if from == ty || promotes(from, ty) {
            return convert(value, ty);
        }
        if ty == ScalarType::String && from == ScalarType::Dynamic {
            return convert(value, ty);
        }
        // A whole literal fits an int.
        if ty == ScalarType::Int && from == ScalarType::Long {
            return convert(value, ty);
        }
        let message = format!("the parameter '{}' is of type {ty}, not {from}", parameter.name.text);
        self.error(code::OPERAND, value.span, message);
        Expr { ty, ..self.missing(value.span) }
    }

    /// A table as a parameter of a row schema takes it: it must have the declared columns. The others come along.
    fn tabular_parameter(
        &mut self,
        schema: &'s ast::RowSchemaExpr,
        argument: TableEntity,
        stored: bool,
        span: Span,
    ) -> TableEntity {
        let table = argument.table;
        // All columns pass, and only declared ones may be named (a function of the catalogue or a plugin written in KQL knows
        // what it reads). Declared ones get the declared type.
        let table = if stored { table } else { self.hide_undeclared(schema, &table) };
        let mut columns = passed_on(&table);
        let mut changed = false;
        for (name, ty) in &schema.columns {
            let have = table.schema.column(&name.text).cloned();
            let fits = match &have {
                Some(column) => {
                    promotes(column.ty, ty.ty) || (ty.ty == ScalarType::Int && column.ty == ScalarType::Long)
                }
                None => table.schema.open,
            };
            if !fits {
                let message = match &have {
                    Some(column) => {
                        format!("the column '{}' is of type {}, the parameter asks for {}", name.text, column.ty, ty.ty)
                    }
                    None => format!("the table has no column '{}:{}', which the parameter asks for", name.text, ty.ty),
                };
                self.error(code::OPERAND, span, message);
            }
            match columns.iter_mut().find(|c| *c.name == *name.text) {
                Some(column) if column.value.ty != ty.ty => {
                    let value = std::mem::replace(&mut column.value, self.missing(span));
                    column.value = convert(value, ty.ty);
                    changed = true;
                }
                Some(_) => {}
                None => {
                    let name: Arc<str> = Arc::from(name.text.as_str());
                    let kind = ExprKind::Column(Arc::clone(&name));
                    let value = Expr { kind, ty: ScalarType::Unknown, span };
                    columns.push(NamedExpr { name, value: convert(value, ty.ty) });
                    changed = true;
                }
            }
        }
        if !changed {
            return TableEntity { table, label: argument.label };
        }
        let fields = columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.value.ty }).collect();
        let schema = RowSchema { columns: fields, open: table.schema.open };
        let serialized = table.serialized;
        let kind = TableKind::Project { input: table, columns };
        unlabelled(crate::binder::table(kind, schema, span, serialized))
    }

    /// The table with names of its own, of which those that are not declared are hidden while the body is bound.
    fn hide_undeclared(&mut self, schema: &'s ast::RowSchemaExpr, table: &Arc<Table>) -> Arc<Table> {
        let declared = |name: &str| schema.columns.iter().any(|(n, _)| n.text == name);
        let columns: Vec<Column> = table
            .schema
            .columns
            .iter()
            .map(|c| if declared(&c.name) { c.clone() } else { Column { name: Arc::from(&*c.name), ty: c.ty } })
            .collect();
        self.hidden.extend(columns.iter().filter(|c| !declared(&c.name)).map(|c| Arc::clone(&c.name)));
        let schema = RowSchema { columns: columns.into(), open: table.schema.open };
        Arc::new(Table { schema, ..Table::clone(table) })
    }
}
