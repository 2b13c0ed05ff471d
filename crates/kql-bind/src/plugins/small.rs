//! Plugins with simple results: `rows_near`, `dcount_intersect`, `schema_merge`, `preview`, ….

use crate::binder::Binder;
use crate::bound::Table;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
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
    /// The columns each of them gives.
    pub(crate) fn small_plugin(
        &mut self,
        small: Small,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        let (min, max) = match small {
            Small::RowsNear => (2, usize::MAX),
            Small::DcountIntersect => (2, usize::MAX),
            Small::SchemaMerge => (0, 1),
            Small::Identity | Small::EstimateRowsCount => (0, 0),
            Small::Preview | Small::InferStorageSchema | Small::InferStorageSchemaWithSuggestions => (1, 1),
        };
        if !self.plugin_count(call, min, max) {
            return self.unknown_table(span);
        }
        if small == Small::Identity {
            return input;
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let text = |name| -> RowSchema { [Column::new(name, ScalarType::String)].into_iter().collect() };
        let schema = match small {
            Small::RowsNear | Small::Preview | Small::Identity => input.schema.clone(),
            Small::DcountIntersect => {
                let own = input.schema.columns.iter().cloned();
                let sizes = (0..args.len()).map(|i| Column::new(format!("s{i}"), ScalarType::Long));
                RowSchema { columns: own.chain(sizes).collect(), open: input.schema.open }
            }
            Small::SchemaMerge => [
                Column::new("ColumnName", ScalarType::String),
                Column::new("ColumnOrdinal", ScalarType::Long),
                Column::new("DataType", ScalarType::String),
                Column::new("ColumnType", ScalarType::String),
            ]
            .into_iter()
            .collect(),
            Small::InferStorageSchema => text("CslSchema"),
            Small::InferStorageSchemaWithSuggestions => text("SuggestedTableSchema"),
            Small::EstimateRowsCount => [Column::new("EstimatedRowsCount", ScalarType::Long)].into_iter().collect(),
        };
        self.evaluate_kind(input, call, args, schema, span)
    }
}
