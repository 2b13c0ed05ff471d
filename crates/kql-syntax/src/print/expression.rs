//! Expressions.

use super::Printer;
use crate::ast::{Argument, Call, Expr, ExprKind, NamedExpr, Property, UnaryOp};
use crate::lex::Keyword;
use crate::parse::{Infix, Level};

impl Printer {
    pub(super) fn expr(&mut self, expr: &Expr) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.any_expr(expr));
    }

    fn any_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Name(name) | ExprKind::Wildcard(name) => self.name(name),
            ExprKind::Star => self.text("*"),
            ExprKind::Member { base, member } => {
                self.base(base);
                self.text(".");
                self.expr(member);
            }
            ExprKind::Index { base, index } => {
                self.base(base);
                self.text("[");
                self.expr(index);
                self.text("]");
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Unary { op, operand } => {
                self.text(match op {
                    UnaryOp::Minus => "-",
                    UnaryOp::Plus => "+",
                });
                self.base(operand);
            }
            ExprKind::Binary { op, left, right, .. } => {
                let level = Infix::Binary(*op).level();
                self.operand(left, level, true);
                self.text(" ");
                self.text(op.text());
                self.text(" ");
                self.operand(right, level, false);
            }
            ExprKind::In { op, left, list, .. } => {
                self.operand(left, Level::Equality, true);
                self.text(" ");
                self.text(op.text());
                self.text(" (");
                self.list(list, Self::expr);
                self.text(")");
            }
            ExprKind::Between { negated, operand, low, high } => {
                self.operand(operand, Level::Equality, true);
                self.text(if *negated { " !between (" } else { " between (" });
                self.expr(low);
                self.text(" .. ");
                self.expr(high);
                self.text(")");
            }
            ExprKind::Parenthesized(inner) => self.parenthesized(inner),
            ExprKind::Pipeline { source, operators } => {
                if let Some(source) = source {
                    self.expr(source);
                }
                for (index, operator) in operators.iter().enumerate() {
                    if index > 0 || source.is_some() {
                        self.line();
                        self.text("| ");
                    }
                    self.operator(operator);
                }
            }
            ExprKind::Datatable { schema, values } => {
                self.text("datatable");
                self.row_schema(schema);
                self.rows(values, schema.columns.len());
            }
            ExprKind::ExternalData { schema, uris, properties } => {
                self.text("externaldata");
                self.row_schema(schema);
                self.text("[");
                self.list(uris, Self::expr);
                self.text("]");
                if !properties.is_empty() {
                    self.text(" ");
                    self.with(properties);
                }
            }
            ExprKind::ToScalar { parameters, body } => self.once(Keyword::ToScalar, parameters, body),
            ExprKind::ToTable { parameters, body } => self.once(Keyword::ToTable, parameters, body),
            ExprKind::Materialize { parameters, body } => self.once(Keyword::Materialize, parameters, body),
            ExprKind::TypeOf(ty) => {
                self.text("typeof(");
                self.text(ty.ty.name());
                self.text(")");
            }
            ExprKind::TypeOfRow(schema) => {
                self.text("typeof");
                self.row_schema(schema);
            }
            ExprKind::Function(function) => self.function(function),
            ExprKind::EntityGroup(entities) => {
                self.text("entity_group [");
                self.list(entities, Self::expr);
                self.text("]");
            }
            ExprKind::Missing => {}
        }
    }

    /// `(inner)`; a pipeline on lines of its own.
    pub(super) fn parenthesized(&mut self, inner: &Expr) {
        if matches!(&inner.kind, ExprKind::Pipeline { source: Some(_), .. })
            || matches!(&inner.kind, ExprKind::Pipeline { operators, .. } if operators.len() > 1)
        {
            self.block("(", ")", |p| p.expr(inner));
        } else {
            self.text("(");
            self.expr(inner);
            self.text(")");
        }
    }

    /// What a path or a sign stands before: not an infix expression without parentheses.
    fn base(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary { .. }
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Pipeline { .. } => self.parenthesized(expr),
            _ => self.expr(expr),
        }
    }

    /// An operand: in parentheses when it binds looser than its operator, which only happens in trees that were not read.
    fn operand(&mut self, expr: &Expr, level: Level, is_left: bool) {
        let own = match &expr.kind {
            ExprKind::Binary { op, .. } => Infix::Binary(*op).level(),
            ExprKind::In { .. } | ExprKind::Between { .. } => Level::Equality,
            ExprKind::Pipeline { .. } => return self.parenthesized(expr),
            _ => return self.expr(expr),
        };
        let fits = own > level || (own == level && is_left && level.chains());
        if fits { self.expr(expr) } else { self.parenthesized(expr) }
    }

    /// The values of a `datatable`: a row of one column or a single row on one line, other rows on lines of their own.
    fn rows(&mut self, values: &[Expr], columns: usize) {
        let columns = columns.max(1);
        if columns == 1 || values.len() <= columns {
            self.text("[");
            self.list(values, Self::expr);
            self.text("]");
            return;
        }
        let rows: Vec<&[Expr]> = values.chunks(columns).collect();
        self.block("[", "]", |p| {
            for (index, row) in rows.iter().enumerate() {
                if index > 0 {
                    p.text(",");
                    p.line();
                }
                p.list(row, Self::expr);
            }
        });
    }

    fn once(&mut self, word: Keyword, parameters: &[Property], body: &Expr) {
        self.word(word);
        if !parameters.is_empty() {
            self.text(" ");
            self.parameters(parameters);
        }
        self.parenthesized(body);
    }

    pub(super) fn call(&mut self, call: &Call) {
        self.name(&call.name);
        self.text("(");
        self.list(&call.arguments, Self::argument);
        self.text(")");
    }

    fn argument(&mut self, argument: &Argument) {
        if let Some(name) = &argument.name {
            self.name(name);
            self.text(" = ");
        }
        self.expr(&argument.value);
    }

    pub(super) fn named(&mut self, named: &NamedExpr) {
        if named.tuple {
            self.text("(");
            self.list(&named.names, Self::name);
            self.text(") = ");
        } else if let Some(name) = named.names.first() {
            self.name(name);
            self.text(" = ");
        }
        self.expr(&named.value);
    }

    /// `name=value` with a blank after each.
    pub(super) fn parameters(&mut self, parameters: &[Property]) {
        for parameter in parameters {
            self.property(parameter);
            self.text(" ");
        }
    }

    pub(super) fn property(&mut self, property: &Property) {
        self.text(&property.name.text);
        self.text("=");
        self.list(&property.values, Self::expr);
    }

    /// `with (name=value, …)`
    pub(super) fn with(&mut self, properties: &[Property]) {
        self.text("with (");
        self.list(properties, Self::property);
        self.text(")");
    }
}
