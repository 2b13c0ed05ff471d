//! Reads JSON lines with a `query` from standard input, prints each tree, reads it again and says where the trees differ.

#![allow(clippy::print_stdout)]

use std::io::{self, BufRead};

fn main() -> io::Result<()> {
    let (mut queries, mut different) = (0, 0);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(canonical) = kql_types::dynamic::canonical(&line) else { continue };
        let text = kql_types::dynamic::get_key(&canonical, "query").unwrap_or(&canonical);
        let Some(query) = kql_types::dynamic::unquote(text) else { continue };
        let first = kql_syntax::parse(&query);
        if first.diagnostics.iter().any(|d| d.is_error()) {
            continue;
        }
        queries += 1;
        let printed = kql_syntax::print(&first.script);
        let second = kql_syntax::parse(&printed);
        let (a, b) = (shape(&first.script), shape(&second.script));
        if a != b {
            different += 1;
            let at = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            let from = |t: &str| t.get(at.saturating_sub(60)..(at + 80).min(t.len())).unwrap_or("").to_owned();
            println!("{:?}\n  {}\n  {}\n{printed}", second.diagnostics.first(), from(&a), from(&b));
        }
    }
    println!("{queries} trees, {different} differ after printing");
    Ok(())
}

/// The tree without its spans.
fn shape(script: &kql_syntax::ast::Script) -> String {
    let text = format!("{script:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}
