//! What is in scope at an offset: the binder asked.

use crate::on_large_stack;
use kql_bind::cursor::{CursorScope, bind_at};
use kql_bind::{BindOptions, Catalog};
use kql_syntax::ast::{ExprKind, StatementKind};

/// What is in scope at an offset of a text; the offset should be on a name or right after one.
pub(crate) fn scope_at(text: &str, offset: usize, catalog: &dyn Catalog, run: bool) -> CursorScope {
    let options = BindOptions { run, ..BindOptions::default() };
    let at = u32::try_from(offset).unwrap_or(u32::MAX);
    on_large_stack(|| {
        let mut script = kql_syntax::parse(text).script;
        // What comes after the statement says nothing of it, unless it is a function: then its calls tell the arguments.
        let own = script.statements.iter().position(|s| s.span.start <= at && at <= s.span.end);
        if let Some(own) = own {
            let statement = &script.statements[own].kind;
            let is_function =
                matches!(statement, StatementKind::Let { value, .. } if matches!(value.kind, ExprKind::Function(_)));
            if !is_function {
                script.statements.truncate(own + 1);
            }
        }
        bind_at(&script, catalog, &options, at).1
    })
}
