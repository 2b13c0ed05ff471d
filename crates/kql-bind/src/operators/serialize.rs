//! `serialize`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use kql_diagnostic::Span;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `serialize [a = e, …]`: the order of the rows counts from here on; further columns may use window functions.
    pub(crate) fn serialize(&mut self, input: Arc<Table>, columns: &'s [ast::NamedExpr], span: Span) -> Arc<Table> {
        let schema = input.schema.clone();
        let serialized = table(TableKind::Serialize { input }, schema, span, true);
        if columns.is_empty() { serialized } else { self.extend(serialized, columns, span) }
    }
}
