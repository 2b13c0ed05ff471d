//! What is wrong with a text while it is written.

use crate::on_large_stack;
use kql_bind::{BindOptions, Catalog, bind};
use kql_diagnostic::{Diagnostic, Diagnostics};

/// Parses and binds a text without data: all errors and warnings in the order of their places. With `run`, what a run would
/// refuse is an error, too ([`BindOptions::run`]).
pub fn diagnose(text: &str, catalog: &dyn Catalog, run: bool) -> Diagnostics {
    let mut found = on_large_stack(|| {
        let parsed = kql_syntax::parse(text);
        let options = BindOptions { run, ..BindOptions::default() };
        let bound = bind(&parsed.script, catalog, None, &options);
        let mut found = parsed.diagnostics;
        found.extend(bound.diagnostics);
        found
    });
    found.sort_by_key(|d| (d.span.start, d.span.end));
    found.dedup();
    found
}

/// What a diagnostic proposes to write instead of the text at its place: the name of `did you mean '…'?`.
pub fn suggestion(diagnostic: &Diagnostic) -> Option<&str> {
    let help = diagnostic.help.as_deref()?;
    help.strip_prefix("did you mean '")?.strip_suffix("'?")
}
