//! Case files: every `.kql` file under `crates/` and `tests/` that has a `//#` line.

use kql_engine::{Clock, Session};
use kql_tests::case::{self, Case, Expected};
use kql_tests::compare::{Rules, Table, difference};
use kql_tests::run::{as_expected, query};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};

/// The instant of `now()` in cases: 2026-11-20T12:00:00Z, where the fixtures end.
const NOW: i64 = 639_307_728_000_000_000;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A session without data.
pub(crate) fn session() -> Session {
    Session::builder().clock(Clock::Fixed(NOW)).build()
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut files = Vec::new();
    for folder in ["crates", "tests"] {
        find(&root().join(folder), &mut files);
    }
    files.sort();
    let bless = std::env::var_os("KQL_BLESS").is_some();
    files.iter().flat_map(|file| if bless { vec![bless_trial(file)] } else { file_trials(file) }).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|e| e == "kql") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.lines().any(|l| l.starts_with("//#")) {
                files.push(path);
            }
        }
    }
}

fn name_of(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).with_extension("").display().to_string()
}

fn file_trials(file: &Path) -> Vec<Trial> {
    let name = name_of(file);
    match case::parse(&std::fs::read_to_string(file).unwrap_or_default()) {
        Ok(cases) => cases
            .into_iter()
            .map(|case| Trial::test(format!("case {name}: {}", case.name), move || run(&case)))
            .collect(),
        Err(why) => vec![Trial::test(format!("case {name}"), move || Err(Failed::from(why)))],
    }
}

fn run(case: &Case) -> Result<(), Failed> {
    let line = case.line;
    if case.expected.is_empty() {
        return Err(format!("line {line}: the case has no answer; write it, or run with KQL_BLESS=1").into());
    }
    let answer = query(&session(), &case.query);
    let actual = as_expected(&answer, |_| false);
    if actual.len() != case.expected.len() {
        return Err(format!(
            "line {line}: {} results expected, {} came: {actual:?}",
            case.expected.len(),
            actual.len()
        )
        .into());
    }
    for (expected, actual) in case.expected.iter().zip(&actual) {
        let why = match (expected, actual) {
            (Expected::Table { columns, rows, ordered }, Expected::Table { columns: names, rows: came, .. }) => {
                let expected = Table { columns: columns.clone(), rows: rows.clone() };
                let came = Table { columns: names.clone(), rows: came.clone() };
                difference(&expected, &came, &Rules { ordered: *ordered, ..Rules::default() })
            }
            (expected, actual) if expected == actual => None,
            (expected, _) => Some(format!("{expected:?} expected, {answer:?} came")),
        };
        if let Some(why) = why {
            return Err(format!("line {line}: {why}").into());
        }
    }
    Ok(())
}

fn bless_trial(file: &Path) -> Trial {
    let file = file.to_owned();
    Trial::test(format!("bless {}", name_of(&file)), move || {
        let text = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
        let cases = case::parse(&text)?;
        let answers: Vec<Vec<Expected>> = cases
            .iter()
            .map(|case| {
                let was_ordered =
                    |i: usize| matches!(case.expected.get(i), Some(Expected::Table { ordered: true, .. }));
                as_expected(&query(&session(), &case.query), was_ordered)
            })
            .collect();
        std::fs::write(&file, case::rewrite(&text, &answers)).map_err(|e| e.to_string())?;
        Ok(())
    })
}
