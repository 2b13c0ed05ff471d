//! Statements, functions, row schemas.

use super::Printer;
use crate::ast::{
    Command, FunctionExpr, FunctionParameter, Name, ParameterType, PatternCase, PatternStatement, RowSchemaExpr,
    Script, Statement, StatementKind, TypeName,
};

impl Printer {
    pub(super) fn script(&mut self, script: &Script) {
        for (index, statement) in script.statements.iter().enumerate() {
            self.statement(statement);
            let last = index + 1 == script.statements.len();
            match statement.kind {
                // Raw text of a command would take what follows for its own.
                StatementKind::Command(_) if last => return,
                StatementKind::Query(_) if last => {}
                _ => self.text(";"),
            }
            self.line();
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.text("let ");
                self.name(name);
                self.text(" = ");
                self.expr(value);
            }
            StatementKind::Set { name, value } => {
                self.text("set ");
                self.name(name);
                if let Some(value) = value {
                    self.text(" = ");
                    self.expr(value);
                }
            }
            StatementKind::QueryParameters(parameters) => {
                self.text("declare query_parameters(");
                self.list(parameters, Self::parameter);
                self.text(")");
            }
            StatementKind::Pattern(pattern) => self.pattern(pattern),
            StatementKind::Restrict(entities) => {
                self.text("restrict access to (");
                self.list(entities, Self::expr);
                self.text(")");
            }
            StatementKind::Alias { name, database } => {
                self.text("alias database ");
                self.name(name);
                self.text(" = ");
                self.expr(database);
            }
            StatementKind::Query(query) => self.expr(query),
            StatementKind::Command(command) => self.command(command),
            StatementKind::Error => {}
        }
    }

    fn command(&mut self, command: &Command) {
        self.text(&command.text);
        if let Some(piped) = &command.piped {
            self.line();
            self.text("| ");
            self.expr(piped);
        }
        if let Some(input) = &command.input {
            self.text(" <|");
            self.line();
            self.expr(input);
        }
    }

    fn pattern(&mut self, pattern: &PatternStatement) {
        self.text("declare pattern ");
        self.name(&pattern.name);
        if pattern.arguments.is_empty() && pattern.cases.is_empty() && pattern.path.is_none() {
            return;
        }
        self.text(" = (");
        self.list(&pattern.arguments, Self::column);
        self.text(")");
        if let Some(path) = &pattern.path {
            self.text("[");
            self.column(path);
            self.text("]");
        }
        self.text(" ");
        self.block("{", "}", |p| {
            for (index, case) in pattern.cases.iter().enumerate() {
                if index > 0 {
                    p.line();
                }
                p.case(case);
            }
        });
    }

    fn case(&mut self, case: &PatternCase) {
        self.text("(");
        self.list(&case.arguments, Self::expr);
        self.text(")");
        if let Some(path) = &case.path {
            self.text(".[");
            self.expr(path);
            self.text("]");
        }
        self.text(" = ");
        self.body("{", "}", &case.body);
        self.text(";");
    }

    pub(super) fn function(&mut self, function: &FunctionExpr) {
        if function.view {
            self.text("view ");
        }
        self.text("(");
        self.list(&function.parameters, Self::parameter);
        self.text(") ");
        self.body("{", "}", function);
    }

    /// The statements and the last expression of a function, in these brackets.
    pub(super) fn body(&mut self, open: &str, close: &str, function: &FunctionExpr) {
        self.block(open, close, |p| {
            for statement in &function.statements {
                p.statement(statement);
                p.text(";");
                p.line();
            }
            if let Some(body) = &function.body {
                p.expr(body);
            }
        });
    }

    pub(super) fn parameter(&mut self, parameter: &FunctionParameter) {
        self.name(&parameter.name);
        self.text(": ");
        match &parameter.ty {
            ParameterType::Scalar(ty) => self.text(ty.ty.name()),
            ParameterType::Tabular(schema) => self.row_schema(schema),
        }
        if let Some(default) = &parameter.default {
            self.text(" = ");
            self.expr(default);
        }
    }

    /// `(a: long, …)`
    pub(super) fn row_schema(&mut self, schema: &RowSchemaExpr) {
        self.text("(");
        if schema.star {
            self.text(if schema.columns.is_empty() { "*" } else { "*, " });
        }
        self.list(&schema.columns, Self::column);
        self.text(")");
    }

    fn column(&mut self, column: &(Name, TypeName)) {
        self.name(&column.0);
        self.text(": ");
        self.text(column.1.ty.name());
    }
}
