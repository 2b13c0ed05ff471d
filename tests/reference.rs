//! The generated language reference is fresh and complete, and every name of the language works or is refused by name.

use crate::cases::{root, session};
use crate::shared::folder;
use kql_engine::Session;
use kql_tests::language;
use kql_tests::run::query;
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use libtest_mimic::{Failed, Trial};
use std::collections::HashMap;

/// The names of the language, a family a line: what must never be lost.
const NAMES: &str = include_str!("language/names.tsv");

/// Queries with functions that have no example of their own: the answer is chance, the clock's, or that of a newer spelling.
const WITHOUT_EXAMPLE: [(&str, &str); 14] = [
    ("now", "print now() > ago(1d)"),
    ("ago", "print ago(1h) < now()"),
    ("rand", "print rand() < 1"),
    ("new_guid", "print strlen(tostring(new_guid()))"),
    ("datetime_list_timezones", "print array_length(datetime_list_timezones()) > 100"),
    ("makelist", "range x from 1 to 2 step 1 | summarize makelist(x)"),
    ("makeset", "range x from 1 to 2 step 1 | summarize makeset(x)"),
    ("make_dictionary", "print d = dynamic({'a': 1}) | summarize make_dictionary(d)"),
    ("argmax", "range x from 1 to 2 step 1 | summarize argmax(x, x)"),
    ("argmin", "range x from 1 to 2 step 1 | summarize argmin(x, x)"),
    ("any", "range x from 1 to 1 step 1 | summarize any(x)"),
    ("anyif", "range x from 1 to 1 step 1 | summarize anyif(x, x > 0)"),
    ("cnt", "range x from 1 to 2 step 1 | summarize cnt()"),
    (
        "row_window_session",
        "range t from datetime(2026-01-01) to datetime(2026-01-02) step 6h | extend s = row_window_session(t, 1d, 7h)",
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let shared = folder().join("reference/FUNCTIONS.tsv");
    let there = shared.is_file();
    vec![
        Trial::test("reference is fresh", fresh),
        Trial::test("reference has every operator", complete),
        Trial::test("reference: every name works or is refused by name", || {
            let names = NAMES.lines().flat_map(|line| line.split('\t').skip(1));
            all_known(names.flat_map(|names| names.split(", ")).map(str::to_owned).collect())
        }),
        Trial::test("reference: every name of FUNCTIONS.tsv works or is refused by name", move || {
            let text = std::fs::read_to_string(&shared).map_err(|e| e.to_string())?;
            all_known(text.lines().skip(1).filter_map(|l| l.split('\t').next()).map(str::to_owned).collect())
        })
        .with_ignored_flag(!there),
    ]
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

/// Tries each name; the failure lists those that neither run nor are refused with a reason.
fn all_known(names: Vec<String>) -> Result<(), Failed> {
    let session = session();
    let mut specs: HashMap<&str, &FunctionSpec> = HashMap::new();
    let all = language::functions().into_iter().flat_map(|(_, specs)| specs);
    for spec in all.chain(kql_plan::window_functions()) {
        for name in spec.aliases.iter().copied().chain([spec.name]) {
            let known = specs.entry(name).or_insert(spec);
            if known.examples.is_empty() {
                *known = spec;
            }
        }
    }
    let words = language::operators().chain(language::other_words()).map(|entry| (entry.name, entry.probe));
    let words: HashMap<&str, &str> = words.chain(WITHOUT_EXAMPLE).collect();
    let wrong = |name: &String| match (specs.get(name.as_str()), words.get(name.as_str())) {
        (_, Some(probe)) => tried(&session, probe).map(|why| format!("{name}: {why}")),
        (Some(spec), None) => spec_tried(&session, name, spec).map(|why| format!("{name}: {why}")),
        (None, None) => Some(format!("{name}: nobody knows it")),
    };
    let wrong: Vec<String> = names.iter().filter_map(wrong).collect();
    #[allow(clippy::print_stdout)] // The count is what this test is for.
    {
        println!("{} of {} names work or are refused by name", names.len() - wrong.len(), names.len());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Why a probe shows neither that something works nor that it is refused for a reason. A file or another cluster that is
/// not there is the operator's to give: what asks for it works.
fn tried(session: &Session, probe: &str) -> Option<String> {
    if probe.is_empty() {
        return None;
    }
    match query(session, probe) {
        Ok(_) => None,
        Err(refusal) => {
            let by_name = matches!(refusal.code.as_str(), "KQ0001" | "KQ0002" | "KQ0004" | "SEM0056");
            let reason = refusal.message.len() > refusal.code.len() + 10 && refusal.internal.is_empty();
            (!by_name || !reason).then(|| format!("{probe}: {}", refusal.message))
        }
    }
}

fn spec_tried(session: &Session, name: &str, spec: &FunctionSpec) -> Option<String> {
    match (&spec.support, spec.examples.first()) {
        (Support::CheckOnly(why) | Support::Cloud(why), _) if !why.is_empty() => {
            let probe = match spec.kind {
                FunctionKind::Plugin => format!("print x = 1 | evaluate {name}(x)"),
                _ => return None,
            };
            tried(session, &probe)
        }
        (Support::Given(_), _) => None,
        (Support::Full, Some(example)) => {
            let text =
                if example.query.contains('|') { example.query.to_owned() } else { format!("print {}", example.query) };
            tried(session, &text)
        }
        // What needs files of the user has no example.
        (Support::Full, None) if spec.kind == FunctionKind::Plugin => None,
        _ => Some("no example shows that it works".to_owned()),
    }
}
