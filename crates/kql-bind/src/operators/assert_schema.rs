//! `assert-schema`.

use crate::binder::Binder;
use crate::bound::Table;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `assert-schema (c:T, …)`: the rows as they are, if they have exactly these columns.
    ///
    /// Kusto's grammar has it and its documentation does not: what is checked here is what the name says. The public
    /// analyzer checks nothing, so in `kql check` a difference is a warning.
    pub(crate) fn assert_schema(
        &mut self,
        input: Arc<Table>,
        schema: &'s ast::RowSchemaExpr,
        span: Span,
    ) -> Arc<Table> {
        let have = &input.schema;
        let same = have.columns.len() == schema.columns.len()
            && have.columns.iter().zip(&schema.columns).all(|(c, (n, t))| *c.name == *n.text && c.ty == t.ty);
        if !same && !schema.star && !have.open {
            let columns: Vec<String> = have.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
            self.refused_by_engine(code::OPERAND, span, format!("the columns are ({})", columns.join(", ")));
        }
        input
    }
}
