//! What each output format makes of the edges of every type. `KQL_BLESS=1` writes the files: read the difference.
//!
//! Source of JSON: SEMANTICS 2.5 (the v1 protocol). Text formats have the same but for quotes; null is nothing there.

use crate::cases::{root, session};
use kql_render::{Format, Options, ResultTable, write};
use libtest_mimic::{Failed, Trial};

pub(crate) fn trials() -> Vec<Trial> {
    let text = Format::ALL.into_iter().filter(|(_, format)| !format.is_binary());
    text.map(|(name, format)| Trial::test(format!("format {name}"), move || run(name, format))).collect()
}

fn run(name: &str, format: Format) -> Result<(), Failed> {
    let folder = root().join("tests/formats");
    let query = std::fs::read_to_string(folder.join("edges.kql")).map_err(|e| e.to_string())?;
    let outcome = session().run(&query);
    if let Some(error) = outcome.diagnostics.first() {
        return Err(error.to_string().into());
    }
    let results: Vec<ResultTable<'_>> = outcome
        .results
        .iter()
        .map(|r| ResultTable { name: &r.name, schema: &r.schema, batches: &r.batches, render: r.render.as_ref() })
        .collect();
    let mut bytes = Vec::new();
    write(&results, format, &Options::default(), &mut bytes).map_err(|e| e.to_string())?;
    let file = folder.join(format!("edges.{name}"));
    if std::env::var_os("KQL_BLESS").is_some() {
        std::fs::write(&file, &bytes).map_err(|e| e.to_string())?;
    }
    let expected = std::fs::read(&file).map_err(|e| e.to_string())?;
    if expected != bytes {
        return Err(format!("{} differs:\n{}", file.display(), String::from_utf8_lossy(&bytes)).into());
    }
    Ok(())
}
