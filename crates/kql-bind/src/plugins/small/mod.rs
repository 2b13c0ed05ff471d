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
use kql_types::function::FunctionSpec;
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

static PLUGINS: [(&FunctionSpec, Small); 9] = [
    (&rows_near::SPEC, Small::RowsNear),
    (&dcount_intersect::SPEC, Small::DcountIntersect),
    (&schema_merge::SPEC, Small::SchemaMerge),
    (&preview::SPEC, Small::Preview),
    (&identity::SPEC, Small::Identity),
    (&identity::V3, Small::Identity),
    (&infer_storage_schema::SPEC, Small::InferStorageSchema),
    (&infer_storage_schema::SUGGESTIONS, Small::InferStorageSchemaWithSuggestions),
    (&estimate_rows_count::SPEC, Small::EstimateRowsCount),
];

pub(super) fn find(name: &str) -> Option<Small> {
    PLUGINS.iter().find(|(spec, _)| spec.name == name).map(|(_, small)| *small)
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    PLUGINS.iter().map(|(spec, _)| *spec)
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
