//! Public hunting queries against the columns Microsoft's analyzer gives them. Skipped where the data is not there.

mod common;

use common::{TestCatalog, bound, columns, shared};
use kql_bind::BindOptions;
use kql_bind::bound::BoundScript;
use kql_catalog::Profile;
use serde_json::Value;

/// Queries that must be right, of those there are.
const REQUIRED: f64 = 0.99;

#[test]
#[allow(clippy::print_stdout)] // counts and first failures are what one runs it for
fn hunting_queries_have_the_analyzers_columns() {
    let Some(path) = shared("hunting/queries.jsonl") else {
        println!("skipped: ../shared/hunting is not there (KQL_SHARED names another place)");
        return;
    };
    let text = std::fs::read_to_string(path).expect("readable");
    let catalogs = [Profile::Defender, Profile::Sentinel, Profile::All].map(|p| (p, TestCatalog::of(p)));
    let shown: usize = std::env::var("KQL_SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let (mut right, mut failures) = (0usize, Vec::new());
    let (mut formatted, mut changed) = (0usize, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let profile: Profile = case["profile"].as_str().and_then(|p| p.parse().ok()).expect("profile");
        let catalog = &catalogs.iter().find(|(p, _)| *p == profile).expect("profile").1;
        let script = bound(catalog, case["query"].as_str().expect("query"), &BindOptions::default());
        match formatting_changes(catalog, case["query"].as_str().expect("query"), &script) {
            None => formatted += 1,
            Some(why) => changed.push(format!("{}: {why}", case["id"].as_str().unwrap_or(""))),
        }
        match check(&case, columns(&script)) {
            Ok(()) => right += 1,
            Err(why) => failures.push(format!("{}: {why}", case["id"].as_str().unwrap_or(""))),
        }
    }
    let all = right + failures.len();
    println!("hunting: {right} of {all} right");
    for failure in failures.iter().take(shown) {
        println!("  {failure}");
    }
    println!("formatted: {formatted} of {} with the same bound tree", formatted + changed.len());
    assert!(changed.is_empty(), "{}", changed.join("\n"));
    #[allow(clippy::cast_precision_loss)] // counts
    let share = right as f64 / all as f64;
    assert!(share >= REQUIRED, "{right} of {all}");
}

/// What differs in the bound tree of the formatted text: `kql fmt` may change nothing. A text that is no KQL has none.
fn formatting_changes(catalog: &TestCatalog, query: &str, before: &BoundScript) -> Option<String> {
    let text = match kql_syntax::format(query, &kql_syntax::FormatOptions::default()) {
        Ok(text) => text,
        Err(diagnostics) if kql_syntax::parse(query).has_errors() => {
            return diagnostics.is_empty().then(|| "refused without a reason".to_owned());
        }
        Err(diagnostics) => return Some(diagnostics[0].to_string()),
    };
    let after = bound(catalog, &text, &BindOptions::default());
    let tree = |script: &BoundScript| {
        let mut out = String::new();
        for result in &script.results {
            out.push_str(&format!("{} {:?}\n{}", result.name, result.render, result.table.outline()));
        }
        let wrong = script.diagnostics.iter().map(|d| format!("{d}\n"));
        out + &wrong.collect::<String>()
    };
    let (before, after) = (tree(before), tree(&after));
    let line = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    (before != after).then(|| format!("{line:?}"))
}

fn check(case: &Value, got: Result<Vec<(String, String)>, String>) -> Result<(), String> {
    let got = got?;
    if case["schema"] == "environment" {
        return Ok(());
    }
    let expected: Vec<(String, String)> = case["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| (c["name"].as_str().unwrap_or("").to_owned(), c["type"].as_str().unwrap_or("").to_owned()))
        .collect();
    let agree = |(a, b): (&(String, String), &(String, String))| {
        a.0 == b.0 && (a.1 == b.1 || [&a.1, &b.1].iter().any(|t| *t == "unknown"))
    };
    if got.len() == expected.len() && got.iter().zip(&expected).all(agree) {
        return Ok(());
    }
    let at = got.iter().zip(&expected).position(|pair| !agree(pair)).unwrap_or_else(|| got.len().min(expected.len()));
    let show = |list: &[(String, String)]| list.get(at).map_or("nothing".to_owned(), |(n, t)| format!("{n}:{t}"));
    Err(format!("column {at}: {} instead of {} ({} of {})", show(&got), show(&expected), got.len(), expected.len()))
}
