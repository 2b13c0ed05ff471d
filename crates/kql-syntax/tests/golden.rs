//! Queries with the tree or the diagnostics they give: the `.txt` files beside the parsers.
//!
//! A case starts with `>>> ` and a query, continued by lines with `... `; what follows, up to an empty line, is the expected
//! text: diagnostics as `code start..end message (help)`, then the outline of the tree. Lines with `#` between cases are
//! remarks. `KQL_BLESS=1` writes what came out; look at the difference before committing it.

#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;

fn outcome(query: &str) -> String {
    let parsed = kql_syntax::parse(query);
    let mut out = String::new();
    for d in &parsed.diagnostics {
        let help = d.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
        let word = if d.is_error() { "" } else { "warning " };
        writeln!(out, "{word}{} {}..{} {}{help}", d.code, d.span.start, d.span.end, d.message).unwrap();
    }
    out + &parsed.script.outline()
}

/// The file with the answers that come out now, and the number of its cases.
fn rewritten(text: &str) -> (String, usize) {
    let mut out = String::new();
    let mut cases = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix(">>> ") else {
            writeln!(out, "{line}").unwrap();
            continue;
        };
        cases += 1;
        writeln!(out, "{line}").unwrap();
        let mut query = first.to_owned();
        while let Some(more) = lines.next_if(|l| l.starts_with("... ") || *l == "...") {
            writeln!(out, "{more}").unwrap();
            query.push('\n');
            query.push_str(more.strip_prefix("... ").unwrap_or(""));
        }
        while lines.next_if(|l| !l.is_empty() && !l.starts_with(">>> ")).is_some() {}
        out.push_str(&outcome(&query));
    }
    (out, cases)
}

#[test]
fn queries_give_the_trees_and_diagnostics_written_beside_the_parsers() {
    let bless = std::env::var_os("KQL_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in support::case_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (now, cases) = rewritten(&text);
        assert!(cases > 0, "{} has no cases", path.display());
        if now == text {
            continue;
        }
        if bless {
            std::fs::write(&path, now).unwrap();
            continue;
        }
        let differ = text.lines().zip(now.lines()).enumerate().find(|(_, (a, b))| a != b);
        wrong.push(format!("{}: {differ:?}", path.display()));
    }
    assert!(wrong.is_empty(), "KQL_BLESS=1 shows all:\n{}", wrong.join("\n"));
}
