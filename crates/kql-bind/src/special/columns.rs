//! Functions about the columns of the row: `column_ifexists`, `pack_all`, `bag_pack_columns`, `column_names_of`, ….

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{RowSchema, ScalarType, Value, dynamic};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `column_ifexists("name", default)`: the column, or the default where there is none.
    ///
    /// The public analyzer gives the type of the default in both cases, the engine that of the column.
    pub(crate) fn column_if_exists(&mut self, call: &'s ast::Call) -> Expr {
        let [name, default] = call.arguments.as_slice() else { return self.wrong_count(call, "2 arguments") };
        let default = self.scalar(&default.value);
        let Some(name) = self.constant_text(&name.value) else { return Expr { span: call.span, ..default } };
        match self.row.columns.as_ref().and_then(|c| c.column(&name)) {
            Some(column) => {
                let ty = if self.measured() { column.ty } else { default.ty };
                Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty, span: call.span }
            }
            None => Expr { span: call.span, ..default },
        }
    }

    /// `iscolumnexists("name")`.
    pub(crate) fn is_column_exists(&mut self, call: &'s ast::Call) -> Expr {
        let [name] = call.arguments.as_slice() else { return self.wrong_count(call, "1 argument") };
        let name = self.constant_text(&name.value);
        let exists = name.is_some_and(|name| self.row.columns.as_ref().is_some_and(|c| c.column(&name).is_some()));
        Expr { kind: ExprKind::Literal(Value::Bool(Some(exists))), ty: ScalarType::Bool, span: call.span }
    }

    /// A constant text: a literal, or a name that stands for one.
    fn constant_text(&mut self, e: &'s ast::Expr) -> Option<String> {
        let bound = self.scalar(e);
        match bound.kind {
            ExprKind::Literal(Value::String(text)) => Some(text),
            ExprKind::Missing => None,
            _ => {
                self.error(code::NOT_CONSTANT, e.span, "the name of a column is needed here, as a constant text");
                None
            }
        }
    }

    /// `pack_all([ignore_null_empty])`: the call gets the flag, then name and value of each column.
    pub(crate) fn pack_all(&mut self, call: &'s ast::Call) -> Option<Expr> {
        let spec = self.catalog.scalar_function("pack_all")?;
        let flag = match call.arguments.as_slice() {
            [] => false,
            [flag] => matches!(self.scalar(&flag.value).kind, ExprKind::Literal(Value::Bool(Some(true)))),
            _ => return Some(self.wrong_count(call, "0 or 1 arguments")),
        };
        self.check_support(spec, call.name.span);
        let columns = self.row.columns.clone().unwrap_or_else(|| RowSchema::new(Vec::new()));
        let mut arguments = vec![literal(Value::Bool(Some(flag)), call.span)];
        for column in columns.columns.iter() {
            arguments.push(literal(Value::String(column.name.to_string()), call.span));
            arguments.push(Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span: call.span });
        }
        let results = Arc::from([(String::new(), ScalarType::Dynamic)]);
        let kind = ExprKind::Call { function: spec, arguments, results };
        Some(Expr { kind, ty: ScalarType::Dynamic, span: call.span })
    }

    /// `bag_pack_columns(a, b)` is `bag_pack("a", a, "b", b)`.
    pub(crate) fn bag_pack_columns(&mut self, call: &'s ast::Call) -> Option<Expr> {
        let spec = self.catalog.scalar_function("bag_pack")?;
        let mut arguments = Vec::with_capacity(call.arguments.len() * 2);
        for argument in &call.arguments {
            let value = self.scalar(&argument.value);
            let name = match &value.kind {
                ExprKind::Column(name) => name.to_string(),
                ExprKind::Missing => continue,
                _ => {
                    self.error_help(
                        code::OPERAND,
                        argument.value.span,
                        "a column is needed here",
                        "name values with bag_pack()",
                    );
                    continue;
                }
            };
            arguments.push(literal(Value::String(name), argument.value.span));
            arguments.push(value);
        }
        let results = Arc::from([(String::new(), ScalarType::Dynamic)]);
        let kind = ExprKind::Call { function: spec, arguments, results };
        Some(Expr { kind, ty: ScalarType::Dynamic, span: call.span })
    }

    /// `column_names_of(T)`: a constant array.
    pub(crate) fn column_names_of(&mut self, call: &'s ast::Call) -> Expr {
        let [argument] = call.arguments.as_slice() else { return self.wrong_count(call, "1 argument") };
        let table = match self.argument(&argument.value) {
            Arg::Table(table) => table.table,
            Arg::Missing(_) => return Expr { ty: ScalarType::Dynamic, ..self.missing(call.span) },
            other => {
                self.error(code::OPERAND, other.span(), "a table is needed here");
                return Expr { ty: ScalarType::Dynamic, ..self.missing(call.span) };
            }
        };
        let mut text = String::from("[");
        for (at, name) in table.schema.names().enumerate() {
            if at > 0 {
                text.push(',');
            }
            dynamic::write_quoted(&mut text, name);
        }
        text.push(']');
        literal(Value::Dynamic(Some(text)), call.span)
    }

    /// `current_database()`.
    pub(crate) fn current_database(&mut self, call: &'s ast::Call) -> Expr {
        if !call.arguments.is_empty() {
            return self.wrong_count(call, "no arguments");
        }
        literal(Value::String(self.catalog.current_database().to_owned()), call.span)
    }
}

fn literal(value: Value, span: Span) -> Expr {
    Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span }
}
