//! Bytes of query text a second through the lexer and the parser, on one thread, best of twenty runs:
//! `cargo run --release -p kql-syntax --example throughput -- FILE…`. A file is one query, or JSON lines with a "query" each.

#![allow(clippy::print_stdout)] // That is what it is for.

use std::hint::black_box;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut queries = Vec::new();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        if path.ends_with(".jsonl") {
            let query =
                |line: &str| Some(serde_json::from_str::<serde_json::Value>(line).ok()?["query"].as_str()?.to_owned());
            queries.extend(text.lines().filter_map(query));
        } else {
            queries.push(text);
        }
    }
    let bytes: usize = queries.iter().map(String::len).sum();
    println!("{} queries, {bytes} bytes", queries.len());
    let best = |name: &str, run: &dyn Fn(&str)| {
        let once = || {
            let start = Instant::now();
            queries.iter().for_each(|query| run(query));
            start.elapsed().as_secs_f64()
        };
        let least = (0..20).map(|_| once()).fold(f64::INFINITY, f64::min);
        println!("{name:<6} {:>8.1} MB/s", bytes as f64 / least / 1e6);
    };
    best("lex", &|query| drop(black_box(kql_syntax::lex(black_box(query)))));
    best("parse", &|query| drop(black_box(kql_syntax::parse(black_box(query)))));
    Ok(())
}
