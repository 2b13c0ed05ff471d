//! `consume`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use kql_diagnostic::Span;
use kql_types::RowSchema;
use std::sync::Arc;

impl Binder<'_> {
    /// `consume`: no rows. Its input need not run.
    pub(crate) fn consume(&mut self, _input: Arc<Table>, span: Span) -> Arc<Table> {
        table(TableKind::Empty, RowSchema::new(Vec::new()), span, true)
    }
}
