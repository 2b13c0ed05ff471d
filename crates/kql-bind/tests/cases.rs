//! Queries with the columns and diagnostics they give: the `.txt` files beside the binder's code.
//!
//! A case starts with `>>> ` and a query, continued by lines with `... `; what follows, up to an empty line, is the expected
//! text: diagnostics as `code start..end message (help)`, then `=>` and the columns. Where `kql run` differs from `kql check`
//! its own follow after `run`. A query after `>>> tree ` shows the bound tree of a run instead. `KQL_BLESS=1` writes what
//! came out; look at the difference before committing it.
//!
//! The tables are `T(b:bool, i:int, l:long, r:real, m:decimal, s:string, d:datetime, t:timespan, g:guid, y:dynamic)`,
//! `U(s:string, l:long, x:long, k:string, y:dynamic)`, `A1(a:long, b:string)` and `A2(a:int, c:real)`; the database has the
//! functions `Twice(n:long)` and `Some()`.

#![allow(clippy::unwrap_used)]

mod common;

use common::{TestCatalog, bound};
use kql_bind::{BindOptions, StoredFunction, bound::BoundScript};
use kql_types::{Column, RowSchema, ScalarType};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn catalog() -> TestCatalog {
    let mut catalog = TestCatalog::empty();
    for (table, columns) in [
        ("T", "b:bool i:int l:long r:real m:decimal s:string d:datetime t:timespan g:guid y:dynamic"),
        ("U", "s:string l:long x:long k:string y:dynamic"),
        ("A1", "a:long b:string"),
        ("A2", "a:int c:real"),
    ] {
        let column = |c: &str| {
            let (name, ty) = c.split_once(':').unwrap();
            Column::new(name, ScalarType::from_name(ty).unwrap())
        };
        catalog.tables.insert(table.to_owned(), columns.split(' ').map(column).collect::<RowSchema>());
    }
    for (name, parameters, body) in
        [("Twice", "(n:long)", "{ n * 2 }"), ("Some", "()", "{ U | take 5 }"), ("Loop", "()", "{ Loop() | take 1 }")]
    {
        let (parameters, body) = (Arc::from(parameters), Arc::from(body));
        catalog
            .functions
            .insert(name.to_owned(), StoredFunction { name: Arc::from(name), parameters, body, view: false });
    }
    catalog
}

fn shown(script: &BoundScript) -> String {
    let mut out = String::new();
    for d in &script.diagnostics {
        let help = d.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
        let word = if d.is_error() { "" } else { "warning " };
        writeln!(out, "{word}{} {}..{} {}{help}", d.code, d.span.start, d.span.end, d.message).unwrap();
    }
    for result in &script.results {
        let schema = &result.table.schema;
        let mut columns: Vec<String> = schema.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
        if schema.open {
            columns.push("…".to_owned());
        }
        let name = if &*result.name == "PrimaryResult" { String::new() } else { format!("{} ", result.name) };
        writeln!(out, "=> {name}{}", columns.join(", ")).unwrap();
    }
    out.replace("b:bool, i:int, l:long, r:real, m:decimal, s:string, d:datetime, t:timespan, g:guid, y:dynamic", "T")
}

fn outcome(catalog: &TestCatalog, query: &str) -> String {
    let options = |run| BindOptions { run, ..BindOptions::default() };
    if let Some(query) = query.strip_prefix("tree ") {
        let script = bound(catalog, query, &options(true));
        let errors = script.diagnostics.iter().filter(|d| d.is_error()).map(|d| format!("{d}\n"));
        return errors.chain(script.results.iter().map(|r| r.table.outline())).collect();
    }
    let check = shown(&bound(catalog, query, &options(false)));
    let run = shown(&bound(catalog, query, &options(true)));
    if check == run { check } else { format!("{check}run\n{run}") }
}

/// The file with the answers that come out now, and the number of its cases.
fn rewritten(catalog: &TestCatalog, text: &str) -> (String, usize) {
    let mut out = String::new();
    let mut cases = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        let Some(first) = line.strip_prefix(">>> ") else { continue };
        cases += 1;
        let mut query = first.to_owned();
        while let Some(more) = lines.next_if(|l| l.starts_with("... ") || *l == "...") {
            writeln!(out, "{more}").unwrap();
            query.push('\n');
            query.push_str(more.strip_prefix("... ").unwrap_or(""));
        }
        while lines.next_if(|l| !l.is_empty() && !l.starts_with(">>> ")).is_some() {}
        out.push_str(&outcome(catalog, &query));
    }
    (out, cases)
}

fn case_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "txt") {
            found.push(path);
        }
    }
}

#[test]
fn queries_have_the_columns_and_diagnostics_written_beside_the_code() {
    let bless = std::env::var_os("KQL_BLESS").is_some();
    let catalog = catalog();
    let mut files = Vec::new();
    case_files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
    files.sort();
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let (now, cases) = rewritten(&catalog, &text);
        assert!(cases > 0, "{} has no cases", path.display());
        if now == text {
            continue;
        }
        if bless {
            std::fs::write(&path, now).unwrap();
            continue;
        }
        let at = now.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or(0);
        let case = now.lines().take(at + 1).collect::<Vec<_>>();
        let query = case.iter().rev().find(|l| l.starts_with(">>> ")).copied().unwrap_or("");
        let (got, expected) = (now.lines().nth(at).unwrap_or(""), text.lines().nth(at).unwrap_or(""));
        wrong.push(format!("{}:{}\n  {query}\n  got      {got}\n  expected {expected}", path.display(), at + 1));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
