//! `identity()`: the rows as they are. No page describes it.

use crate::binder::Binder;
use crate::bound::Table;
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    pub(super) fn identity(&mut self, input: Arc<Table>, call: &'s ast::Call) -> Arc<Table> {
        self.plugin_count(call, 0, 0);
        input
    }
}
