//! Reads JSON lines with a `query` (or bare JSON strings) from standard input and prints each tree on one line.
//! For comparing trees with other parsers.

#![allow(clippy::print_stdout)]

use std::io::{self, BufRead};

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(canonical) = kql_types::dynamic::canonical(&line) else { continue };
        let text = kql_types::dynamic::get_key(&canonical, "query").unwrap_or(&canonical);
        let Some(query) = kql_types::dynamic::unquote(text) else { continue };
        let parsed = kql_syntax::parse(&query);
        println!("{:?}\t{:?}", parsed.script, parsed.diagnostics);
    }
    Ok(())
}
