//! The generated language reference is fresh and complete.

use crate::cases::{root, session};
use kql_tests::language;
use libtest_mimic::{Failed, Trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("reference is fresh", fresh), Trial::test("reference has every operator", complete)]
}

fn fresh() -> Result<(), Failed> {
    for (file, text) in language::pages(&session()) {
        let path = root().join("docs/language").join(&file);
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            let how = "run: cargo run -p kql-tests --bin language-reference";
            return Err(format!("docs/language/{file} is stale; {how}").into());
        }
    }
    Ok(())
}

fn complete() -> Result<(), Failed> {
    // Old spellings and synonyms have no entry of their own.
    let old = ["filter", "limit", "order", "mvexpand", "mvapply", "makeseries", "summarise", "parse_kv"];
    // Forms of the grammar that Kusto keeps to itself start with two underscores.
    let hidden = |o: &&str| o.starts_with("__");
    let known: Vec<&str> = language::operators().map(|o| o.name).collect();
    let missing: Vec<&str> =
        kql_syntax::tabular_operators().filter(|o| !hidden(o) && !known.contains(o) && !old.contains(o)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("crates/kql-language/operators.tsv lacks {missing:?}").into()) }
}
