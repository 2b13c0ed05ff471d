//! Statements, functions, schemas.

use super::layout::Op;
use super::marks::{Apart, Marks};
use crate::ast::{
    ExprKind, FunctionExpr, FunctionParameter, Name, ParameterType, PatternStatement, RowSchemaExpr, Script, Statement,
    StatementKind, TypeName,
};
use crate::lex::TokenKind;

impl Marks<'_> {
    pub(super) fn script(&mut self, script: &Script) {
        self.statements(&script.statements);
        // A line end would be part of a string that a command does not close.
        let last = self.source.tokens.len() - 1;
        let raw = matches!(script.statements.last(), Some(Statement { kind: StatementKind::Command(_), .. }));
        if !raw || self.source.newlines[last] > 0 {
            self.before(last, &[Op::Hard]);
        }
    }

    fn statements(&mut self, statements: &[Statement]) {
        for (index, statement) in statements.iter().enumerate() {
            let first = self.source.first(statement.span);
            if index > 0 {
                self.before(first, &[Op::Hard]);
            }
            self.roomy(first);
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.name(name);
                let (first, last) = (self.source.first(value.span), self.source.last(value.span));
                if matches!(value.kind, ExprKind::Pipeline { .. }) {
                    self.group(first, last, |m| {
                        m.before(first, &[Op::Indent, Op::Line]);
                        m.expr(value);
                        m.after(last, &[Op::Dedent]);
                    });
                } else {
                    self.expr(value);
                }
            }
            StatementKind::Set { name, value } => {
                self.name(name);
                value.iter().for_each(|v| self.expr(v));
            }
            StatementKind::QueryParameters(parameters) => {
                let open = self.source.first(statement.span) + 2;
                self.no_gap(open);
                self.parameters(open, parameters);
            }
            StatementKind::Pattern(pattern) => self.pattern(pattern, self.source.last(statement.span)),
            StatementKind::Restrict(entities) => {
                let Some(first) = entities.first() else { return };
                let open = self.source.first(first.span) - 1;
                self.brackets(open, Apart::Lines, |m| entities.iter().for_each(|e| m.expr(e)));
            }
            StatementKind::Alias { name, database } => {
                self.name(name);
                self.expr(database);
            }
            StatementKind::Query(query) => self.expr(query),
            StatementKind::Command(_) | StatementKind::Error => {}
        }
    }

    /// `name = (arguments)[path] { cases }`
    fn pattern(&mut self, pattern: &PatternStatement, last: usize) {
        self.name(&pattern.name);
        pattern.arguments.iter().chain(&pattern.path).for_each(|c| self.column(c));
        if self.source.kind(last) != TokenKind::CloseBrace {
            return;
        }
        let open = self.source.mates[last];
        let starts: Vec<usize> = pattern
            .cases
            .iter()
            .map(|case| {
                let body = self.source.first(case.body.body_span);
                // Back over `=`, the path and the arguments.
                let mut at = body - 1;
                while at > open + 1 && !matches!(self.source.kind(at - 1), TokenKind::Semicolon | TokenKind::CloseBrace)
                {
                    at -= 1;
                    at = at.min(self.source.mates[at]);
                }
                at
            })
            .collect();
        self.block(open, Op::Hard, &starts, Op::Hard, |m| {
            for (start, case) in starts.iter().zip(&pattern.cases) {
                m.roomy(*start);
                case.arguments.iter().chain(&case.path).for_each(|e| m.expr(e));
                m.body(&case.body);
            }
        });
    }

    pub(super) fn function(&mut self, function: &FunctionExpr, first: usize) {
        let open = first + usize::from(function.view);
        self.parameters(open, &function.parameters);
        self.body(function);
    }

    /// The statements and the last expression of a function, in their brackets.
    pub(super) fn body(&mut self, function: &FunctionExpr) {
        let open = self.source.first(function.body_span);
        let close = self.source.mates[open];
        let mut starts: Vec<usize> = function.statements.iter().map(|s| self.source.first(s.span)).collect();
        starts.extend(function.body.iter().map(|b| self.source.first(b.span)));
        let braces = self.source.kind(open) == TokenKind::OpenBrace;
        let edge = match (function.statements.is_empty(), braces) {
            (false, _) => Op::Hard,
            (true, true) => Op::Line,
            (true, false) => Op::Soft,
        };
        self.roomy(close);
        starts.iter().for_each(|start| self.roomy(*start));
        self.block(open, edge, &starts, Op::Hard, |m| {
            function.statements.iter().for_each(|s| m.statement(s));
            function.body.iter().for_each(|b| m.expr(b));
        });
    }

    /// `(a:long = 5, …)`
    pub(super) fn parameters(&mut self, open: usize, parameters: &[FunctionParameter]) {
        self.brackets(open, Apart::Lines, |m| parameters.iter().for_each(|p| m.parameter(p)));
    }

    pub(super) fn parameter(&mut self, parameter: &FunctionParameter) {
        self.name(&parameter.name);
        let colon = self.source.last(parameter.name.span) + 1;
        self.close_to_both(colon);
        if let ParameterType::Tabular(schema) = &parameter.ty {
            self.row_schema(schema);
        }
        parameter.default.iter().for_each(|d| self.expr(d));
    }

    /// `(a:long, …)`
    pub(super) fn row_schema(&mut self, schema: &RowSchemaExpr) {
        let open = self.source.first(schema.span);
        self.brackets(open, Apart::Lines, |m| schema.columns.iter().for_each(|c| m.column(c)));
    }

    fn column(&mut self, column: &(Name, TypeName)) {
        self.typed(&column.0, true);
    }

    /// A name and its type: `name:type`.
    pub(super) fn typed(&mut self, name: &Name, has_type: bool) {
        self.name(name);
        if has_type {
            let colon = self.source.last(name.span) + 1;
            self.close_to_both(colon);
        }
    }

    pub(super) fn name(&mut self, name: &Name) {
        self.tight(name.span);
    }
}
