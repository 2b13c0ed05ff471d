//! Reads JSON lines with a `query` (or bare JSON strings) from standard input and formats each. Prints queries that are
//! refused or change again when they are formatted twice; `-v` prints every formatted text.
//!
//! `cargo run -p kql-syntax --example format_lines < queries.jsonl`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use kql_syntax::{FormatOptions, format};
use std::io::{self, BufRead};

fn main() -> io::Result<()> {
    let verbose = std::env::args().any(|a| a == "-v");
    let options = FormatOptions::default();
    let (mut queries, mut wrong) = (0usize, 0usize);
    let mut time = std::time::Duration::ZERO;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(query) = query_of(&line) else { continue };
        queries += 1;
        let start = std::time::Instant::now();
        let formatted = format(&query, &options);
        time += start.elapsed();
        match formatted {
            Err(diagnostics) => {
                wrong += 1;
                println!("refused: {}\n{query}\n", diagnostics[0]);
            }
            Ok(once) if format(&once, &options).as_ref() != Ok(&once) => {
                wrong += 1;
                println!("not settled:\n{once}\n------\n{:?}\n", format(&once, &options));
            }
            Ok(once) if verbose => println!("{once}\n===="),
            Ok(_) => {}
        }
    }
    eprintln!("{queries} queries, {wrong} wrong, {time:?}");
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
