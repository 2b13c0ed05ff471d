//! Plugins that are no family.

mod dcount_intersect;
mod estimate_rows_count;
mod identity;
mod infer_storage_schema;
mod preview;
mod rows_near;
mod schema_merge;

use crate::binder::Binder;
use crate::bound::Table;
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Small {
    /// Rows near those for which a predicate is true.
    RowsNear,
    /// Sizes of intersections of sketches.
    DcountIntersect,
    /// Differences of schemas.
    SchemaMerge,
    /// The first rows and the number of all.
    Preview,
    /// The rows as they are.
    Identity,
    /// One text.
    InferStorageSchema,
    /// One text.
    InferStorageSchemaWithSuggestions,
    /// One number.
    EstimateRowsCount,
}

const NAMES: [(&str, Small); 8] = [
    ("rows_near", Small::RowsNear),
    ("dcount_intersect", Small::DcountIntersect),
    ("schema_merge", Small::SchemaMerge),
    ("preview", Small::Preview),
    ("identity", Small::Identity),
    ("infer_storage_schema", Small::InferStorageSchema),
    ("infer_storage_schema_with_suggestions", Small::InferStorageSchemaWithSuggestions),
    ("estimate_rows_count", Small::EstimateRowsCount),
];

pub(super) fn find(name: &str) -> Option<Small> {
    NAMES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(n, _)| *n)
}

impl<'s> Binder<'s> {
    /// Binds one of them.
    pub(crate) fn small_plugin(
        &mut self,
        small: Small,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        match small {
            Small::RowsNear => self.rows_near(input, call, span),
            Small::DcountIntersect => self.dcount_intersect(input, call, span),
            Small::SchemaMerge => self.schema_merge(input, call, span),
            Small::Preview => self.preview(input, call, span),
            Small::Identity => self.identity(input, call),
            Small::InferStorageSchema => self.infer_storage_schema("CslSchema", input, call, span),
            Small::InferStorageSchemaWithSuggestions => {
                self.infer_storage_schema("SuggestedTableSchema", input, call, span)
            }
            Small::EstimateRowsCount => self.estimate_rows_count(input, call, span),
        }
    }
}
