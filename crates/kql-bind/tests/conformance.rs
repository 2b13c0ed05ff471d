//! Recorded answers of the real engine: names and types of columns. Skipped where the data is not there.

mod common;

use common::{TestCatalog, bound, columns, shared};
use kql_bind::BindOptions;
use serde_json::Value;

#[test]
#[allow(clippy::print_stdout)] // counts and first failures are what one runs it for
fn recorded_queries_have_the_engines_columns() {
    let shown: usize = std::env::var("KQL_SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    for (file, coarse, required) in [("recorded.jsonl", false, 0.99), ("recorded_fuzz.jsonl", true, 0.99)] {
        let Some(path) = shared(&format!("conformance/{file}")) else {
            println!("skipped: ../shared/conformance is not there (KQL_SHARED names another place)");
            return;
        };
        let text = std::fs::read_to_string(path).expect("readable");
        let catalog = TestCatalog::empty();
        let options = BindOptions { run: true, ..BindOptions::default() };
        let (mut right, mut refused, mut failures) = (0usize, 0usize, Vec::new());
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("JSON");
            let query = case["query"].as_str().expect("query");
            let script = bound(&catalog, query, &options);
            // What nothing runs yet, and plugins whose columns depend on data: there is none here.
            let unsupported = |d: &kql_diagnostic::Diagnostic| d.is_error() && ["KQ0001", "KQ0002"].contains(&d.code);
            if script.diagnostics.iter().any(unsupported)
                || (query.contains("geo_") && kql_functions::function("geo_azimuth").is_none())
            {
                refused += 1;
                continue;
            }
            match check(&case, columns(&script), coarse) {
                Ok(()) => right += 1,
                Err(why) => failures.push(format!("{}: {why}", case["id"].as_str().unwrap_or(""))),
            }
        }
        let all = right + failures.len();
        println!("{file}: {right} of {all} right, {refused} refused");
        for failure in failures.iter().take(shown) {
            println!("  {failure}");
        }
        #[allow(clippy::cast_precision_loss)] // counts
        let share = right as f64 / all as f64;
        assert!(share >= required, "{file}: {right} of {all}");
    }
}

fn check(case: &Value, got: Result<Vec<(String, String)>, String>, coarse: bool) -> Result<(), String> {
    let got = got?;
    let expected: Vec<(String, String)> = case["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| (c["name"].as_str().unwrap_or("").to_owned(), c["type"].as_str().unwrap_or("").to_owned()))
        .collect();
    let coarsen = |t: &str| match t {
        "int" | "long" if coarse => "integer".to_owned(),
        "decimal" if coarse => "real".to_owned(),
        t => t.to_owned(),
    };
    let got: Vec<(String, String)> = got.into_iter().map(|(n, t)| (n, coarsen(&t))).collect();
    if got == expected {
        return Ok(());
    }
    Err(format!("{got:?} instead of {expected:?}"))
}
