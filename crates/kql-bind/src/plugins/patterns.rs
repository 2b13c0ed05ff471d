//! `autocluster`, `basket`, `diffpatterns`: frequent combinations of values.

use crate::binder::Binder;
use crate::bound::Table;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::ScalarType::{self, Long, Real};
use kql_types::{Column, RowSchema};
use std::sync::Arc;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Patterns {
    name: &'static str,
    required: usize,
    /// Columns before the input's.
    columns: &'static [(&'static str, ScalarType)],
}

static PATTERNS: &[Patterns] = &[
    Patterns { name: "autocluster", required: 0, columns: &[("SegmentId", Long), ("Count", Long), ("Percent", Real)] },
    Patterns { name: "basket", required: 0, columns: &[("SegmentId", Long), ("Count", Long), ("Percent", Real)] },
    Patterns {
        name: "diffpatterns",
        required: 3,
        columns: &[
            ("SegmentId", Long),
            ("CountA", Long),
            ("CountB", Long),
            ("PercentA", Real),
            ("PercentB", Real),
            ("PercentDiffAB", Real),
        ],
    },
];

pub(super) fn find(name: &str) -> Option<&'static Patterns> {
    PATTERNS.iter().find(|p| p.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PATTERNS.iter().map(|p| p.name)
}

impl<'s> Binder<'s> {
    /// Counts, then the input's columns.
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
        let columns: Vec<Column> =
            super::fixed(patterns.columns).into_iter().chain(input.schema.columns.iter().cloned()).collect();
        let schema = RowSchema { columns: columns.into(), open: input.schema.open };
        self.evaluate_kind(input, call, args, schema, span)
    }
}
