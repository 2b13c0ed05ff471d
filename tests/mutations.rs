//! Broken queries: every mutation of a good query gives diagnostics or columns, and never a panic.
//!
//! The queries are those of the fixtures, and of `../shared/hunting` when it is there. Mutations are drawn from a fixed seed.

use crate::cases::root;
use crate::shared::folder;
use kql_engine::{Session, on_large_stack};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Mutations of the public queries.
const OF_PUBLIC: usize = 2_000;
/// Mutations of each query of the fixtures.
const OF_EACH: usize = 40;

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("mutations", || on_large_stack(run).unwrap_or_else(|| Err("the thread failed".into())))]
}

fn run() -> Result<(), Failed> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(root().join("fixtures/queries")).map_err(|e| e.to_string())?.flatten() {
        let text = std::fs::read_to_string(entry.path()).map_err(|e| e.to_string())?;
        texts.extend((0..OF_EACH).map(|_| mutate(&text, &mut random)));
    }
    if let Ok(public) = std::fs::read_to_string(folder().join("hunting/queries.jsonl")) {
        let queries: Vec<Value> = public.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        for i in 0..OF_PUBLIC {
            let query = queries[i % queries.len()]["query"].as_str().unwrap_or("");
            texts.push(mutate(query, &mut random));
        }
    }
    let session = Session::builder().build();
    for text in &texts {
        let checked = catch_unwind(AssertUnwindSafe(|| session.check(text)));
        let Ok(checked) = checked else { return Err(format!("a panic over:\n{text}").into()) };
        if checked.columns.is_none() && checked.diagnostics.is_empty() && !is_blank(text) {
            return Err(format!("neither columns nor diagnostics for:\n{text}").into());
        }
        for d in &checked.diagnostics {
            if d.code == "KQ0006" || d.span.end as usize > text.len() || d.span.start > d.span.end {
                return Err(format!("a bad diagnostic {d:?} for:\n{text}").into());
            }
        }
    }
    Ok(())
}

/// Nothing but comments: there is nothing to say about it.
fn is_blank(text: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}';
    text.lines().map(|l| l.trim_start_matches(blank)).all(|l| l.is_empty() || l.starts_with("//"))
}

/// xorshift: the same mutations everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Deletes, doubles, swaps or replaces words, cuts the text, or puts a character somewhere.
fn mutate(text: &str, random: &mut Random) -> String {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        match pieces.last_mut() {
            Some(last) if word(c) && last.chars().all(word) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    for _ in 0..=random.below(3) {
        let at = random.below(pieces.len());
        if pieces.is_empty() {
            break;
        }
        match random.below(7) {
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, pieces[at].clone()),
            2 => {
                let other = random.below(pieces.len());
                pieces.swap(at, other);
            }
            3 => pieces.truncate(at),
            4 => {
                pieces[at] = ["(", ")", "|", ";", "'", "\"", "[", "}", "==", "by", "let", "🦀", "\u{0}", "1d"]
                    [random.below(14)]
                .to_owned()
            }
            5 => pieces.insert(
                at,
                ["(", "'", "| ", ",", "=", "//", "@\"", "dynamic(", "..", "-", "not("][random.below(11)].to_owned(),
            ),
            _ => drop(pieces.drain(at..(at + random.below(6)).min(pieces.len()))),
        }
    }
    pieces.concat()
}
