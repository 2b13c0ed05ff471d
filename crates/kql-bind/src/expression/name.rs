//! Names: columns, variables, tables.

use crate::binder::Binder;
use crate::bound::{CompareOp, Expr, ExprKind, Table, TableKind};
use crate::scope::{Closure, Entity, TableEntity};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// What a name stands for: a column of the row, else a variable, else a table or function of the database.
    ///
    /// A column wins over `let` and query parameters (SEMANTICS §7.1).
    pub(crate) fn name(&mut self, name: &'s ast::Name) -> Entity<'s> {
        self.observe_name(name.span);
        if let Some(column) = self.column(&name.text, name.span) {
            return self.scalar_entity(column);
        }
        if let Some(entity) = self.find(&name.text) {
            return entity;
        }
        if self.row.columns.is_none() || self.row.level == 0 {
            if let Some(entity) = self.database_name(name) {
                return entity;
            }
        } else if !self.is_open()
            && let Some(entity) = self.database_name(name)
        {
            return entity;
        }
        if let Some(column) = self.infer(&name.text, name.span) {
            return self.scalar_entity(column);
        }
        self.unknown_name(name);
        Entity::Error
    }

    /// The column of a name, where there is a row.
    pub(crate) fn column(&mut self, name: &str, span: Span) -> Option<Expr> {
        let row = &self.row;
        let column = row.columns.as_ref()?.column(name).or_else(|| row.inferred.iter().find(|c| &*c.name == name))?;
        if self.is_hidden(column) {
            return None;
        }
        let bound = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
        if row.aggregation == crate::binder::Aggregation::Collected {
            self.error_help(
                code::OPERAND,
                span,
                format!("the column '{name}' stands outside an aggregation function"),
                format!("put it inside one: take_any({name})"),
            );
        }
        Some(bound)
    }

    fn is_open(&self) -> bool {
        self.row.columns.as_ref().is_some_and(|c| c.open)
    }

    /// A column that the data may have: any name, when the schema is open.
    pub(crate) fn infer(&mut self, name: &str, span: Span) -> Option<Expr> {
        if !self.is_open() {
            return None;
        }
        let name: Arc<str> = Arc::from(name);
        self.row.inferred.push(Column::new(Arc::clone(&name), ScalarType::Unknown));
        Some(Expr { kind: ExprKind::Column(name), ty: ScalarType::Unknown, span })
    }

    /// A table or function of the current database.
    fn database_name(&mut self, name: &'s ast::Name) -> Option<Entity<'s>> {
        // A function beats a table of the same name.
        let home = self.home.clone();
        if let Some(closure) = self.stored_function(home.as_deref(), &name.text) {
            return Some(Entity::Function(closure));
        }
        if let Some(table) = self.catalog_table(home.as_ref(), &name.text, name.span) {
            return Some(Entity::Table(table));
        }
        let service = self.catalog.service_function(&name.text)?;
        let callable = !service.appends_to_input && service.parameters.iter().all(|p| p.optional);
        callable.then(|| Entity::Table(self.service_rows(&service, Vec::new(), name.span, name.span)))
    }

    /// A table of the catalogue.
    pub(crate) fn catalog_table(&mut self, database: Option<&Arc<str>>, name: &str, span: Span) -> Option<TableEntity> {
        if self.restricted.as_ref().is_some_and(|r| !r.allows_table(name)) {
            return None;
        }
        let schema = self.catalog.table(database.map(|d| &**d), name)?;
        let name: Arc<str> = Arc::from(name);
        let kind = TableKind::Source { database: database.cloned(), name: Arc::clone(&name) };
        let table = self.scoped(Arc::new(Table { kind, schema, span, serialized: false }));
        Some(TableEntity { table, label: Some(name) })
    }

    /// The rows of a table within `set query_datetimescope_from` and `_to`, if it has the column of
    /// `query_datetimescope_column`. <https://learn.microsoft.com/kusto/api/rest/request-properties>
    fn scoped(&self, table: Arc<Table>) -> Arc<Table> {
        let option = |name: &str| self.set_options.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value);
        let Some(Value::String(column)) = option("query_datetimescope_column") else { return table };
        let Some(column) = table.schema.column(column).filter(|c| c.ty == ScalarType::Datetime).cloned() else {
            return table;
        };
        let (span, mut table) = (table.span, table);
        for (name, op) in [
            ("query_datetimescope_from", CompareOp::GreaterOrEqual),
            ("query_datetimescope_to", CompareOp::LessOrEqual),
        ] {
            let at = match option(name) {
                Some(Value::Datetime(at)) => *at,
                Some(Value::String(text)) => kql_types::datetime::parse(text),
                _ => None,
            };
            let Some(at) = at else { continue };
            let left = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
            let right = Expr { kind: ExprKind::Literal(Value::Datetime(Some(at))), ty: column.ty, span };
            let kind = ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) };
            let predicate = Expr { kind, ty: ScalarType::Bool, span };
            let schema = table.schema.clone();
            table = Arc::new(Table {
                kind: TableKind::Filter { input: table, predicate },
                schema,
                span,
                serialized: false,
            });
        }
        table
    }

    /// A function of the catalogue, parsed.
    pub(crate) fn stored_function(&mut self, database: Option<&str>, name: &str) -> Option<Closure<'s>> {
        if self.restricted.as_ref().is_some_and(|r| !r.allows_table(name)) {
            return None;
        }
        let stored = self.catalog.stored_function(database, name)?;
        let database: Option<Arc<str>> = database.map(Arc::from);
        let arena = self.arena;
        let parse = || crate::statements::parse_function(&stored);
        let (name, function) = arena.function(database.as_ref(), &stored.name, parse)?;
        let scope = self.scope;
        Some(Closure { function, scope, name, stored: true, database })
    }

    /// Reports a name nobody knows, with what it may have meant.
    pub(crate) fn unknown_name(&mut self, name: &ast::Name) {
        if name.text.is_empty() || self.is_full() {
            return;
        }
        if self.fuzzy && self.row.columns.is_none() {
            self.unresolved = true;
            let message = format!("the table '{}' does not exist: it is left out", name.text);
            self.report(Diagnostic::warning(code::UNKNOWN_NAME, name.span, message));
            return;
        }
        let columns: Option<RowSchema> = self.row.columns.clone();
        let what =
            if columns.is_some() { "column, table, variable or function" } else { "table, variable or function" };
        let mut known: Vec<Arc<str>> = columns
            .iter()
            .flat_map(|c| c.columns.iter().filter(|c| !self.is_hidden(c)).map(|c| Arc::clone(&c.name)))
            .collect();
        known.extend(self.scopes.visible(self.scope).into_iter().map(|(n, _)| Arc::from(n)));
        if columns.is_none() {
            known.extend(self.catalog.table_names(self.home.as_deref()));
            known.extend(self.catalog.stored_function_names(self.home.as_deref()));
        }
        known.retain(|n| **n != *name.text);
        let message = format!("the name '{}' does not refer to any known {what}", name.text);
        let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, name.span, message)
            .did_you_mean(&name.text, known.iter().map(|n| &**n));
        self.report(diagnostic);
    }
}
