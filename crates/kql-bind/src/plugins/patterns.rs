//! `autocluster`, `basket`, `diffpatterns`: frequent combinations of values.
//!
//! Pages: query/autocluster-plugin, query/basket-plugin, query/diffpatterns-plugin, query/anomaly-diagnosis (answers).

use crate::binder::Binder;
use crate::bound::{
    Expr, ExprKind, NamedExpr, PATTERN_SET, PATTERN_WEIGHT, PluginArgument, PluginValue, Table, TableKind,
};
use crate::convert::{convert, is_constant};
use crate::expression::Arg;
use crate::names::Namer;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::ScalarType::{self, Long, Real};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, Value};
use std::sync::Arc;

/// One of them.
#[derive(Debug)]
pub(crate) struct Patterns {
    spec: FunctionSpec,
    required: usize,
    /// Columns before the input's.
    columns: &'static [(&'static str, ScalarType)],
    /// What the arguments are, in order; wildcards follow.
    arguments: &'static [&'static str],
    /// What is not certain of the answer.
    caution: &'static str,
}

static PATTERNS: [Patterns; 3] = [
    Patterns {
        spec: FunctionSpec::new(
            "autocluster",
            FunctionKind::Plugin,
            &["([size_weight = 0.5] [, weight_column] [, seeds = 25] [, wildcards…])"],
            "A few combinations of values that describe many rows: their rows, the share of all in percent, and the values; a column that is left open has the wildcard of its type (null, `''`). `'~'` stands for a default. <https://learn.microsoft.com/kusto/query/autocluster-plugin>",
        )
        .examples(&[example("datatable(State:string, Event:string)['TX', 'Hail', 'TX', 'Hail', 'OK', 'Hail', 'TX', 'Wind'] | evaluate autocluster()", "{\"SegmentId\":0,\"Count\":2,\"Percent\":50.0,\"State\":\"TX\",\"Event\":\"Hail\"}")])
        .diverges("how segments are chosen is not published: counts and percents are right for the segments shown, which may be others than the service's; a warning says so"),
        required: 0,
        columns: &[("SegmentId", Long), ("Count", Long), ("Percent", Real)],
        arguments: &["size", WEIGHT, "seeds"],
        caution: "how autocluster chooses its segments is not published: counts are right, the segments may differ from the \
                  service's",
    },
    Patterns {
        spec: FunctionSpec::new(
            "basket",
            FunctionKind::Plugin,
            &["([threshold = 0.05] [, weight_column] [, max_dimensions = 5] [, wildcards…])"],
            "All combinations of values that have at least this share of the rows, each with every value its rows have in common; those that single out the most come first (rows times values). <https://learn.microsoft.com/kusto/query/basket-plugin>",
        )
        .examples(&[example("datatable(State:string, Event:string)['TX', 'Hail', 'TX', 'Hail', 'OK', 'Hail', 'TX', 'Wind'] | evaluate basket(0.6)", "{\"SegmentId\":0,\"Count\":3,\"Percent\":75.0,\"State\":\"TX\",\"Event\":\"\"}\n{\"SegmentId\":1,\"Count\":3,\"Percent\":75.0,\"State\":\"\",\"Event\":\"Hail\"}")])
        .diverges("the service samples to find frequent values, so that patterns near the threshold may differ from run to run; here all rows count"),
        required: 0,
        columns: &[("SegmentId", Long), ("Count", Long), ("Percent", Real)],
        arguments: &["threshold", WEIGHT, "dimensions"],
        caution: "",
    },
    Patterns {
        spec: FunctionSpec::new(
            "diffpatterns",
            FunctionKind::Plugin,
            &["(split_column, value_a, value_b [, weight_column] [, threshold = 0.05] [, max_dimensions] [, wildcards…])"],
            "Combinations of values whose shares of two sets of rows differ by at least the threshold. <https://learn.microsoft.com/kusto/query/diffpatterns-plugin>",
        )
        .examples(&[example("datatable(Ok:string, Event:string)['yes', 'Hail', 'yes', 'Hail', 'yes', 'Wind', 'no', 'Wind', 'no', 'Wind'] | evaluate diffpatterns(Ok, 'yes', 'no')", "{\"SegmentId\":0,\"CountA\":1,\"CountB\":2,\"PercentA\":33.33,\"PercentB\":100.0,\"PercentDiffAB\":66.67,\"Event\":\"Wind\"}\n{\"SegmentId\":1,\"CountA\":2,\"CountB\":0,\"PercentA\":66.67,\"PercentB\":0.0,\"PercentDiffAB\":66.67,\"Event\":\"Hail\"}")])
        .diverges("how it chooses among overlapping patterns is read off the published answers; a warning says so"),
        required: 3,
        columns: &[
            ("SegmentId", Long),
            ("CountA", Long),
            ("CountB", Long),
            ("PercentA", Real),
            ("PercentB", Real),
            ("PercentDiffAB", Real),
        ],
        arguments: &[SET, "a", "b", WEIGHT, "threshold", "dimensions"],
        caution: "how diffpatterns chooses among patterns that overlap is not published: counts are right, the patterns may \
                  differ from the service's",
    },
];

/// The argument that is the column of weights.
const WEIGHT: &str = "weight";
/// The argument that is the column of sets.
const SET: &str = "set";

pub(super) fn find(name: &str) -> Option<&'static Patterns> {
    PATTERNS.iter().find(|p| p.spec.name == name)
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    PATTERNS.iter().map(|p| &p.spec)
}

/// Arguments as they are used.
#[derive(Default)]
struct Read {
    weight: Option<Column>,
    set: Option<Column>,
    rest: Vec<PluginArgument>,
}

impl<'s> Binder<'s> {
    /// Counts, then the input's columns. The columns of weights and sets are no part of patterns and not shown (read off
    /// the published answers; the public analyzer shows them).
    pub(crate) fn patterns(
        &mut self,
        patterns: &'static Patterns,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        if !self.plugin_count(call, patterns.required, usize::MAX) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let fixed = super::fixed(patterns.columns);
        if !self.measured() {
            let columns = fixed.into_iter().chain(input.schema.columns.iter().cloned()).collect();
            let schema = RowSchema { columns, open: input.schema.open };
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let read = self.pattern_arguments(patterns, &args, call);
        let shown =
            |c: &&Column| [&read.weight, &read.set].iter().all(|own| own.as_ref().is_none_or(|o| o.name != c.name));
        let shown: Vec<Column> = input.schema.columns.iter().filter(shown).cloned().collect();
        let mut columns: Vec<NamedExpr> = shown.iter().map(|c| column_as(c, Arc::clone(&c.name), span)).collect();
        for (name, column, ty) in [(PATTERN_WEIGHT, &read.weight, Real), (PATTERN_SET, &read.set, ScalarType::String)] {
            if let Some(column) = column {
                let value = convert(column_as(column, Arc::clone(&column.name), span).value, ty);
                columns.push(NamedExpr { name: Arc::from(name), value });
            }
        }
        let mut namer = Namer::default();
        let schema = fixed
            .into_iter()
            .chain(shown)
            .map(|c| Column { name: namer.generated(Some(&c.name)), ty: c.ty })
            .collect::<RowSchema>();
        if !patterns.caution.is_empty() {
            self.report(Diagnostic::warning(code::HINT, call.name.span, patterns.caution));
        }
        let input = Some(project_to(input, columns, span));
        let kind = TableKind::Evaluate { input, plugin: Arc::from(patterns.spec.name), arguments: read.rest };
        crate::binder::table(kind, schema, span, false)
    }

    fn pattern_arguments(&mut self, patterns: &Patterns, args: &[Arg<'s>], call: &'s ast::Call) -> Read {
        let mut read = Read::default();
        for (at, arg) in args.iter().enumerate() {
            let name = patterns.arguments.get(at).copied();
            let Arg::Scalar(e) = arg else {
                self.error(code::OPERAND, arg.span(), format!("'{}' takes no such argument here", call.name.text));
                continue;
            };
            let default = matches!(&e.kind, ExprKind::Literal(Value::String(text)) if text == "~");
            match name {
                Some(SET) => read.set = self.column_argument(Some(arg), call),
                Some("a" | "b") => {
                    self.constant_argument(e);
                    let value = PluginValue::Scalar(convert(e.clone(), ScalarType::String));
                    read.rest.push(PluginArgument { name: name.map(Arc::from), value });
                }
                _ if default => {}
                Some(WEIGHT) => {
                    read.weight = self.column_argument(Some(arg), call);
                    if !e.ty.is_number() && e.ty != ScalarType::Unknown {
                        self.error(code::NOT_NUMERIC, e.span, format!("a weight is a number, not {}", e.ty));
                    }
                }
                name => {
                    self.constant_argument(e);
                    let name = Some(Arc::from(name.unwrap_or("wildcard")));
                    read.rest.push(PluginArgument { name, value: PluginValue::Scalar(e.clone()) });
                }
            }
        }
        read
    }

    fn constant_argument(&mut self, e: &Expr) {
        if !is_constant(e) {
            self.error(code::NOT_CONSTANT, e.span, "a constant is needed here");
        }
    }
}
