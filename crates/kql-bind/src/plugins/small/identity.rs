//! `identity()` and `identity_v3(x, y)`: the rows as they are. No page describes them; the public analyzer gives the second one
//! two arguments.

use crate::binder::Binder;
use crate::bound::Table;
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "identity",
    FunctionKind::Plugin,
    &["()"],
    "The rows as they are. Nothing is published about it.",
)
.examples(&[example("range x from 1 to 2 step 1 | evaluate identity()", "{\"x\":1}\n{\"x\":2}")]);

pub(super) static V3: FunctionSpec = FunctionSpec::new(
    "identity_v3",
    FunctionKind::Plugin,
    &["([a, b])"],
    "The rows as they are. Nothing is published about it.",
)
.examples(&[example("range x from 1 to 2 step 1 | evaluate identity_v3(1, 2)", "{\"x\":1}\n{\"x\":2}")]);

impl<'s> Binder<'s> {
    pub(super) fn identity(&mut self, input: Arc<Table>, call: &'s ast::Call) -> Arc<Table> {
        if call.name.text == "identity_v3" {
            self.plugin_count(call, 0, 2);
            return self.plugin_arguments(&input, call).1;
        }
        self.plugin_count(call, 0, 0);
        input
    }
}
