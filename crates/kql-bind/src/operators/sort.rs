//! `sort`.

use crate::binder::{Binder, table};
use crate::bound::{SortKey, Table, TableKind};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, NullsOrder, SortOrder};
use kql_types::ScalarType;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `sort by …`: descending unless `asc` is written; nulls are smallest unless said otherwise.
    pub(crate) fn sort(&mut self, input: Arc<Table>, keys: &'s [ast::SortKey], span: Span) -> Arc<Table> {
        let (keys, input) = self.over(&input, |b| keys.iter().map(|k| b.sort_key(k, true)).collect::<Vec<_>>());
        let schema = input.schema.clone();
        table(TableKind::Sort { input, keys }, schema, span, true)
    }

    /// One key.
    pub(crate) fn sort_key(&mut self, key: &'s ast::SortKey, strict: bool) -> SortKey {
        let value = self.scalar(&key.value);
        if value.ty == ScalarType::Dynamic {
            let message = "rows cannot be sorted by a dynamic value";
            if strict {
                self.error_help(code::SORT_DYNAMIC, value.span, message, "convert it: tostring(…), tolong(…)");
            } else {
                // The public analyzer lets `top` have one.
                self.refused_by_engine(code::SORT_DYNAMIC, value.span, message);
            }
        }
        let descending = !matches!(key.order, Some(SortOrder::Asc | SortOrder::GrannyAsc));
        let nulls_first = match key.nulls {
            Some(NullsOrder::First) => true,
            Some(NullsOrder::Last) => false,
            None => !descending,
        };
        SortKey { value, descending, nulls_first }
    }
}
