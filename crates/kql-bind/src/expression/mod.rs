//! Expressions: from syntax to typed trees.
//!
//! An expression of the syntax tree may stand for a scalar, a table, a function, a database: [`Binder::entity`] finds out.
//! [`Binder::scalar`] and [`Binder::tabular`] ask for one of them and say so when it is another.

pub(crate) mod aggregate;
mod between;
mod binary;
mod call;
mod in_list;
mod name;
mod path;
mod reference;
mod service_function;
mod user_function;

pub(crate) use call::Arg;

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::scope::{Entity, ScalarEntity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// Binds a scalar expression. What is wrong is reported; then the result is of unknown type.
    pub(crate) fn scalar(&mut self, e: &'s ast::Expr) -> Expr {
        let bound = self.deeper(e.span, |b| b.scalar_kind(e));
        bound.unwrap_or_else(|| self.missing(e.span))
    }

    fn scalar_kind(&mut self, e: &'s ast::Expr) -> Expr {
        use ast::ExprKind as K;
        match &e.kind {
            K::Literal(literal) => self.literal(&literal.value, e.span),
            K::Parenthesized(inner) => self.scalar(inner),
            K::Unary { op, operand } => self.unary(*op, operand, e.span),
            K::Binary { .. } => self.binary(e),
            K::In { op, op_span, left, list } => self.in_list(*op, *op_span, left, list, e.span),
            K::Between { negated, operand, low, high } => self.between(*negated, operand, low, high, e.span),
            K::Index { .. } => self.path(e),
            K::Missing => self.missing(e.span),
            K::Star => {
                self.error(code::SYNTAX, e.span, "'*' cannot stand here");
                self.missing(e.span)
            }
            K::TypeOf(_) | K::TypeOfRow(_) => {
                self.error(
                    code::OPERAND,
                    e.span,
                    "a type is no value: typeof() may stand only as an argument that asks for one",
                );
                self.missing(e.span)
            }
            _ => {
                let entity = self.entity_kind(e);
                self.demand_scalar(entity, e.span)
            }
        }
    }

    /// A literal.
    pub(crate) fn literal(&mut self, value: &Value, span: Span) -> Expr {
        Expr { kind: ExprKind::Literal(value.clone()), ty: value.scalar_type(), span }
    }

    /// Binds a scalar expression of type bool: a predicate.
    pub(crate) fn predicate(&mut self, e: &'s ast::Expr) -> Expr {
        let bound = self.scalar(e);
        self.demand_bool(bound)
    }

    /// Asks for a bool.
    pub(crate) fn demand_bool(&mut self, e: Expr) -> Expr {
        match e.ty {
            ScalarType::Bool => e,
            ScalarType::Unknown => Expr { ty: ScalarType::Bool, ..e },
            ty => {
                let message = format!("a predicate of type bool is needed here, not {ty}");
                let span = e.span;
                if ty == ScalarType::Dynamic {
                    self.error_help(code::OPERAND, span, message, "convert it with tobool()");
                } else {
                    self.error(code::OPERAND, span, message);
                }
                Expr { ty: ScalarType::Bool, ..self.missing(span) }
            }
        }
    }

    /// Binds a constant of type long (`take`, `top`, `sample`).
    pub(crate) fn row_count(&mut self, e: &'s ast::Expr) -> Expr {
        let count = self.without_row(|b| b.scalar(e));
        match count.ty {
            ScalarType::Long | ScalarType::Int | ScalarType::Unknown => {
                crate::convert::convert(count, ScalarType::Long)
            }
            ty => {
                self.error(
                    code::OPERAND,
                    e.span,
                    format!("a number of rows is needed here: a constant of type long, not {ty}"),
                );
                Expr { ty: ScalarType::Long, ..self.missing(e.span) }
            }
        }
    }

    /// One value: a call that gives several is refused.
    pub(crate) fn demand_scalar(&mut self, entity: Entity<'s>, span: Span) -> Expr {
        if let Entity::Scalar(scalar) = &entity
            && let ExprKind::Call { function, results, .. } = &scalar.value.kind
            && results.len() > 1
        {
            let message = format!("'{}' gives {} values where one is needed", function.name, results.len());
            self.refused_by_engine(code::OPERAND, span, message);
            return Expr { ty: scalar.value.ty, ..self.missing(span) };
        }
        self.demand_value(entity, span)
    }

    /// Turns what a name stands for into a scalar, or says that it is none.
    pub(crate) fn demand_value(&mut self, entity: Entity<'s>, span: Span) -> Expr {
        let what = match entity {
            Entity::Scalar(scalar) => {
                if scalar.row.is_some_and(|row| row != self.row.level) {
                    let message =
                        "a value of the row outside cannot be read in here: join the tables, or pass a constant";
                    self.refused_by_engine(code::ROW_IN_TOSCALAR, span, message);
                    let ty = scalar.value.ty;
                    return Expr { ty, ..self.missing(span) };
                }
                self.nodes_of(&scalar.value, span);
                return Expr { span, ..Expr::clone(&scalar.value) };
            }
            Entity::Function(closure) if closure.function.parameters.iter().all(|p| p.default.is_some()) => {
                let result = self.expand(&closure, Vec::new(), span);
                return self.demand_value(result, span);
            }
            Entity::Error => return self.missing(span),
            Entity::Table(_) => {
                let message = "a table stands where a scalar value is needed";
                self.error_help(code::TABULAR_IN_SCALAR, span, message, "take one value of it with toscalar()");
                return self.missing(span);
            }
            Entity::Function(_) => "a function",
            Entity::Database(_) => "a database",
            Entity::Cluster(_) => "a cluster",
            Entity::Group(_) => "an entity group",
            Entity::Pattern(_) => "a pattern",
            // A whole node, edge or step as one value: a bag of its columns.
            Entity::RowVariable { name, .. } => {
                return Expr { kind: ExprKind::Column(name), ty: ScalarType::Dynamic, span };
            }
            Entity::Graph(_) => "a graph",
        };
        self.error(code::OPERAND, span, format!("{what} stands where a scalar value is needed"));
        self.missing(span)
    }

    /// Counts what a substitution adds to the tree.
    fn nodes_of(&mut self, e: &Expr, span: Span) {
        let mut nodes = 0usize;
        crate::convert::walk(e, &mut |_| nodes += 1);
        self.spend(nodes, span);
    }

    /// Binds a tabular expression.
    pub(crate) fn tabular(&mut self, e: &'s ast::Expr) -> Arc<Table> {
        self.tabular_entity(e).table
    }

    /// Binds a tabular expression with its label.
    pub(crate) fn tabular_entity(&mut self, e: &'s ast::Expr) -> TableEntity {
        self.expect_table(e);
        let entity = self.entity(e);
        self.demand_table(entity, e.span)
    }

    /// Turns what a name stands for into a table, or says that it is none.
    pub(crate) fn demand_table(&mut self, entity: Entity<'s>, span: Span) -> TableEntity {
        let unlabelled = |table| TableEntity { table, label: None };
        let what = match entity {
            Entity::Table(table) => return table,
            Entity::Function(closure) if closure.function.parameters.iter().all(|p| p.default.is_some()) => {
                let result = self.expand(&closure, Vec::new(), span);
                let result = self.demand_table(result, span);
                let label = if closure.function.view { Some(Arc::from(closure.name)) } else { result.label };
                return TableEntity { label, ..result };
            }
            Entity::Error => return unlabelled(self.unknown_table(span)),
            Entity::Graph(graph) => {
                self.error_help(
                    code::OPERAND,
                    span,
                    "a graph stands where a table is needed",
                    "end the graph operators with graph-match … project, or graph-to-table",
                );
                let _ = graph;
                return unlabelled(self.unknown_table(span));
            }
            Entity::Scalar(scalar) => {
                if scalar.value.ty == ScalarType::Unknown {
                    return unlabelled(self.unknown_table(span));
                }
                "a scalar value"
            }
            Entity::Function(_) => "a function that needs arguments",
            Entity::Database(_) if self.in_macro => {
                let (message, help) = ("a database stands where a table is needed", "name a table of it: scope.Table");
                self.error_help(code::MACRO_SCOPE, span, message, help);
                return unlabelled(self.unknown_table(span));
            }
            Entity::Database(_) => "a database",
            Entity::Cluster(_) => "a cluster",
            Entity::Group(_) => "an entity group",
            Entity::Pattern(_) => "a pattern",
            Entity::RowVariable { .. } => "a row",
        };
        self.error(code::OPERAND, span, format!("{what} stands where a table is needed"));
        unlabelled(self.unknown_table(span))
    }

    /// Binds an expression to whatever it stands for.
    pub(crate) fn entity(&mut self, e: &'s ast::Expr) -> Entity<'s> {
        self.deeper(e.span, |b| b.entity_kind(e)).unwrap_or(Entity::Error)
    }

    fn entity_kind(&mut self, e: &'s ast::Expr) -> Entity<'s> {
        use ast::ExprKind as K;
        match &e.kind {
            K::Name(name) => self.name(name),
            K::Member { .. } | K::Index { .. } => self.member(e),
            K::Call(call) => self.call_entity(call),
            K::Parenthesized(inner) => self.entity(inner),
            K::Pipeline { source, operators } => self.pipeline(source.as_deref(), operators, None, e.span),
            K::Datatable { schema, values } => Entity::Table(unlabelled(self.datatable(schema, values, e.span))),
            K::ExternalData { schema, uris, properties } => {
                Entity::Table(unlabelled(self.external_data(schema, uris, properties, e.span)))
            }
            K::Materialize { body, .. } => match self.without_row(|b| b.entity(body)) {
                Entity::Graph(graph) => Entity::Graph(graph),
                entity => {
                    let input = self.demand_table(entity, body.span).table;
                    Entity::Table(unlabelled(self.materialized(input, e.span)))
                }
            },
            K::ToTable { body, .. } => {
                let entity = self.without_row(|b| b.entity(body));
                Entity::Table(self.demand_table(entity, body.span))
            }
            K::ToScalar { body, .. } => {
                let value = self.single_value(body, e.span);
                self.scalar_entity(value)
            }
            K::Function(function) => Entity::Function(crate::scope::Closure {
                function,
                scope: self.scope,
                name: "",
                stored: false,
                database: self.home.clone(),
            }),
            K::EntityGroup(members) => Entity::Group(members),
            K::Wildcard(name) => {
                self.error_help(
                    code::SYNTAX,
                    name.span,
                    format!("the pattern '{}' cannot stand here", name.text),
                    "wildcards name tables in union, find and search, and columns in the project family",
                );
                Entity::Error
            }
            _ => {
                let value = self.scalar_kind(e);
                self.scalar_entity(value)
            }
        }
    }

    /// A bound scalar as an entity.
    pub(crate) fn scalar_entity(&self, value: Expr) -> Entity<'s> {
        let row = if self.row.level != 0 && !crate::convert::is_constant(&value) { Some(self.row.level) } else { None };
        Entity::Scalar(ScalarEntity { value: Arc::new(value), row })
    }

    /// `materialize(…)`: the same rows at each use.
    pub(crate) fn materialized(&mut self, input: Arc<Table>, span: Span) -> Arc<Table> {
        if matches!(input.kind, TableKind::Materialize { .. } | TableKind::Datatable { .. }) {
            return input;
        }
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        table(TableKind::Materialize { id: self.fresh_id(), input }, schema, span, serialized)
    }

    /// `toscalar(…)`. In a function without parameters it is one value for all its calls.
    fn single_value(&mut self, body: &'s ast::Expr, span: Span) -> Expr {
        // The key of a partition with a query of its own.
        if let (Some(key), ast::ExprKind::Name(name)) = (&self.partition_key, &body.kind)
            && let Some(column) = key.schema.column(&name.text)
        {
            return Expr { kind: ExprKind::ToScalar(Arc::clone(key)), ty: column.ty, span };
        }
        if self.varying > 0 || self.expanding.is_empty() || self.in_macro {
            return self.evaluated_once(body, span);
        }
        let place = std::ptr::from_ref(body).addr();
        if let Some(value) = self.single_values.get(&place) {
            return value.clone();
        }
        let value = self.evaluated_once(body, span);
        self.single_values.insert(place, value.clone());
        value
    }

    fn evaluated_once(&mut self, body: &'s ast::Expr, span: Span) -> Expr {
        match self.without_row(|b| b.entity(body)) {
            Entity::Scalar(scalar) => {
                // A scalar is evaluated once too: `toscalar(rand())` is one value.
                let value = Expr::clone(&scalar.value);
                if matches!(value.kind, ExprKind::Literal(_) | ExprKind::Now | ExprKind::Missing) {
                    return Expr { span, ..value };
                }
                let ty = value.ty;
                let name: Arc<str> = Arc::from("print_0");
                let schema: RowSchema = [Column::new(Arc::clone(&name), ty)].into_iter().collect();
                let one = self.one_row(span);
                let kind = TableKind::Project { input: one, columns: vec![NamedExpr { name, value }] };
                Expr { kind: ExprKind::ToScalar(table(kind, schema, span, true)), ty, span }
            }
            entity => {
                let table = self.demand_table(entity, body.span).table;
                match table.schema.columns.first() {
                    Some(column) => {
                        let ty = column.ty;
                        Expr { kind: ExprKind::ToScalar(table), ty, span }
                    }
                    None => self.missing(span),
                }
            }
        }
    }

    /// One row without columns.
    pub(crate) fn one_row(&self, span: Span) -> Arc<Table> {
        let schema = RowSchema::new(Vec::new());
        table(TableKind::Datatable { rows: vec![Vec::new()] }, schema, span, true)
    }
}

/// A table without a label.
pub(crate) fn unlabelled(table: Arc<Table>) -> TableEntity {
    TableEntity { table, label: None }
}
