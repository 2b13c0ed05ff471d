//! Reads JSON lines with a `query` (or bare JSON strings) from standard input and parses each: prints queries with
//! syntax errors, and at the end counts and speed. For comparing whole folders of queries.
//!
//! `cargo run -p kql-syntax --example check_lines < queries.jsonl`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{self, BufRead};
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let verbose = std::env::args().any(|a| a == "-v");
    let (mut queries, mut failed, mut bytes) = (0usize, 0usize, 0usize);
    let (mut lexing, mut parsing) = (Duration::ZERO, Duration::ZERO);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(query) = query_of(&line) else { continue };
        queries += 1;
        bytes += query.len();
        let start = Instant::now();
        let (tokens, _) = kql_syntax::lex(&query);
        lexing += start.elapsed();
        let start = Instant::now();
        let parsed = kql_syntax::parse(&query);
        parsing += start.elapsed();
        if !parsed.diagnostics.is_empty() {
            failed += 1;
        }
        if verbose {
            println!("{}", parsed.diagnostics.len());
            continue;
        }
        if let Some(first) = parsed.diagnostics.first() {
            let at = first.span.start as usize;
            let from = query[..at].char_indices().rev().nth(40).map_or(0, |(i, _)| i);
            let near: String = query[from..].chars().take(80).collect();
            println!("{first}\n    near {near:?} ({} tokens)", tokens.len());
        }
    }
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9);
    eprintln!(
        "{queries} queries, {failed} with errors; {bytes} bytes, lex {:.0} MB/s, lex and parse {:.0} MB/s",
        rate(lexing),
        rate(parsing)
    );
    Ok(())
}

/// The text of the member `query`, or of the line when it is a JSON string.
fn query_of(line: &str) -> Option<String> {
    let canonical = kql_types::dynamic::canonical(line)?;
    let text = match kql_types::dynamic::get_key(&canonical, "query") {
        Some(value) => kql_types::dynamic::unquote(value)?.into_owned(),
        None => kql_types::dynamic::unquote(&canonical)?.into_owned(),
    };
    Some(text)
}
