//! `rows_near(condition, n [, rows_after])`: the rows at most n rows before one for which the condition is true, and at most n
//! (or `rows_after`) rows behind one, each once, in their order.
//!
//! Page: query/rows-near-plugin.

use crate::binder::Binder;
use crate::bound::{Expr, Table};
use crate::convert::is_constant;
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "rows_near",
    FunctionKind::Plugin,
    &["(condition, n [, rows_after])"],
    "The rows at most n rows before one for which the condition is true, and at most n (or `rows_after`) behind one, each once. <https://learn.microsoft.com/kusto/query/rows-near-plugin>",
)
.examples(&[example("range x from 1 to 9 step 1 | evaluate rows_near(x == 5, 1)", "{\"x\":4}\n{\"x\":5}\n{\"x\":6}")]);

impl<'s> Binder<'s> {
    pub(super) fn rows_near(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        if !self.plugin_count(call, 2, 3) {
            return self.unknown_table(span);
        }
        let (mut args, input) = self.plugin_arguments(&input, call);
        for (at, arg) in args.iter_mut().enumerate() {
            let Arg::Scalar(e) = arg else { continue };
            let bound: Expr = e.clone();
            *e = if at == 0 { self.demand_bool(bound) } else { self.number_of_rows(bound) };
        }
        let (schema, serialized) = (input.schema.clone(), input.serialized);
        let made = self.evaluate_kind(input, call, args, schema, span);
        Arc::new(Table { serialized, ..Table::clone(&made) })
    }

    fn number_of_rows(&mut self, e: Expr) -> Expr {
        let whole = matches!(e.ty, ScalarType::Int | ScalarType::Long | ScalarType::Unknown);
        if !whole || !is_constant(&e) {
            let message = "a number of rows is needed here: a constant of type long";
            self.error(code::OPERAND, e.span, message);
        }
        crate::convert::convert(e, ScalarType::Long)
    }
}
