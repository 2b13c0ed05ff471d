//! `count`.

use crate::binder::{Binder, table};
use crate::bound::{AggregateCall, Table, TableKind};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `count [as Name]`: one row, one column `Count`; 0 for no rows.
    pub(crate) fn count(&mut self, input: Arc<Table>, name: Option<&'s ast::Name>, span: Span) -> Arc<Table> {
        let name: Arc<str> = Arc::from(name.map_or("Count", |n| n.text.as_str()));
        let schema = [Column::new(Arc::clone(&name), ScalarType::Long)].into_iter().collect();
        let Some(function) = self.catalog.aggregate("count") else {
            self.error(code::INTERNAL, span, "the aggregation function 'count' is missing");
            return table(TableKind::Empty, schema, span, true);
        };
        let call = AggregateCall { function, arguments: Vec::new(), results: vec![(name, ScalarType::Long)], span };
        table(TableKind::Summarize { input, keys: Vec::new(), aggregates: vec![call] }, schema, span, true)
    }
}
