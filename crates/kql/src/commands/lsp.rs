//! `kql lsp`: an editor's questions about queries.

use crate::args::LspArgs;
use crate::data::{load, profile};
use crate::failure::Failure;
use kql_engine::{EngineCatalog, Limits};

/// Serves one client. Without data the tables are the published ones and the checks those of `kql check`; with data, those of
/// `kql run`.
pub(crate) fn run(args: &LspArgs) -> Result<(), Failure> {
    let profile = profile(args.profile);
    let tables = load(&args.data, profile, Limits::default().memory, true)?;
    let loaded = !args.data.is_empty();
    let catalog = if loaded { EngineCatalog::of_run(&tables, profile) } else { EngineCatalog::of_check(profile) };
    let options = kql_lsp::Options { run: loaded };
    match kql_engine::on_large_stack(|| kql_lsp::serve_stdio(&catalog, &options)) {
        Some(served) => served.map_err(|e| Failure::data(e.to_string())),
        None => Err(Failure::data("the server stopped")),
    }
}
