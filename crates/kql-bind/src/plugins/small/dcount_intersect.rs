//! `dcount_intersect(hll1, hll2 [, …])`: appends `s0`, `s1`, …: how many values the first sketch has, how many the first two
//! have in common, the first three, …. 2 to 16 columns that `hll()` made.
//!
//! Exact for small sets, else estimated from the sizes of unions. Page: query/dcount-intersect-plugin.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind, NamedExpr, PathStep, Table};
use crate::convert::convert;
use crate::expression::Arg;
use crate::names::Namer;
use crate::operators::extend::passed_on;
use crate::operators::project::project_to;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "dcount_intersect",
    FunctionKind::Plugin,
    &["(hll1, hll2 [, …])"],
    "Appends `s0`, `s1`, …: how many values the first sketch has, how many the first two have in common, and so on. <https://learn.microsoft.com/kusto/query/dcount-intersect-plugin>",
)
.examples(&[example("range x from 1 to 6 step 1 | summarize a = hll(x), b = hll_if(x, x > 2) | evaluate dcount_intersect(a, b) | project s0, s1", "{\"s0\":6,\"s1\":4}")]);

impl<'s> Binder<'s> {
    pub(super) fn dcount_intersect(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        if !self.plugin_count(call, 2, 16) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let mut namer = Namer::default();
        input.schema.columns.iter().for_each(|c| namer.take(&c.name));
        let names: Vec<Arc<str>> = (0..args.len()).map(|i| namer.generated(Some(&format!("s{i}")))).collect();
        if !self.measured() {
            let own = input.schema.columns.iter().cloned();
            let sizes = names.into_iter().map(|name| Column { name, ty: ScalarType::Long });
            let schema = RowSchema { columns: own.chain(sizes).collect(), open: input.schema.open };
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let mut sketches = Vec::with_capacity(args.len());
        for arg in &args {
            if let Arg::Scalar(e) = arg {
                if e.ty != ScalarType::Dynamic && e.ty != ScalarType::Unknown {
                    let message = format!("a sketch that hll() made is needed here, not {}", e.ty);
                    self.error(code::OPERAND, e.span, message);
                }
                sketches.push(e.clone());
            }
        }
        let Some(function) = self.catalog.scalar_function("__dcount_intersect") else {
            self.cannot_run(code::UNSUPPORTED, call.name.span, "dcount_intersect cannot be run here");
            return self.unknown_table(span);
        };
        let results = Arc::from([(String::new(), ScalarType::Dynamic)]);
        let kind = ExprKind::Call { function, arguments: sketches, results };
        let array: Arc<str> = Arc::from("$sizes");
        let mut columns = passed_on(&input);
        let own = columns.len();
        let value = Expr { kind, ty: ScalarType::Dynamic, span };
        columns.push(NamedExpr { name: Arc::clone(&array), value });
        let computed = project_to(input, columns, span);
        let mut columns = passed_on(&computed);
        columns.truncate(own);
        for (at, name) in (0i64..).zip(names) {
            let base = Expr { kind: ExprKind::Column(Arc::clone(&array)), ty: ScalarType::Dynamic, span };
            let kind = ExprKind::Path { base: Box::new(base), steps: vec![PathStep::Index(at)] };
            let value = convert(Expr { kind, ty: ScalarType::Dynamic, span }, ScalarType::Long);
            columns.push(NamedExpr { name, value });
        }
        project_to(computed, columns, span)
    }
}
