//! Mutates queries and files and reads them: `cargo run -p kql-tests --bin fuzz-parser -- --minutes 10 [--seed 1] [--only texts|files]`.
#![allow(clippy::print_stdout)] // A tool that prints.

use kql_engine::on_large_stack;
use kql_tests::mutation::{Corpus, Counts, Wrong};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let mut given: HashMap<String, String> = HashMap::new();
    while let Some(name) = arguments.next() {
        given.insert(name, arguments.next().unwrap_or_default());
    }
    let number = |name: &str, default: u64| {
        given.get(name).map_or(Ok(default), |v| v.parse().map_err(|_| format!("{name} is a number")))
    };
    let (minutes, mut state) = (number("--minutes", 1)?, number("--seed", 1)?);
    let only = given.get("--only").map_or("", String::as_str);
    let folder = given.get("--folder").map_or_else(std::env::temp_dir, Into::into);
    let note = given.get("--note").map(std::path::PathBuf::from);
    std::panic::set_hook(Box::new(|_| {}));
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let (counts, found) = on_large_stack(|| {
        let corpus = Corpus::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        let mut counts = Counts::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut tell = |wrong: Wrong| {
            let words: String = wrong.what.chars().filter(|c| !c.is_ascii_digit()).take(40).collect();
            if seen.insert(format!("{} {words}", wrong.entry)) {
                println!(
                    "=== {}: {}\n{}\n{:?}\n",
                    wrong.entry,
                    wrong.what,
                    String::from_utf8_lossy(&wrong.mutant),
                    wrong.mutant
                );
            }
        };
        let keep = |bytes: &[u8]| {
            if let Some(note) = &note {
                let _ = std::fs::write(note, bytes);
            }
        };
        let mut turn = 0u64;
        while Instant::now() < until {
            turn += 1;
            if only != "files" && (only == "texts" || !turn.is_multiple_of(4)) {
                let text = corpus.text(&mut state);
                keep(text.as_bytes());
                corpus.try_text(&text, &mut counts).unwrap_or_else(&mut tell);
            } else {
                let (name, bytes) = corpus.file(&mut state);
                keep(&bytes);
                corpus.try_file(name, &bytes, &folder, &mut counts).unwrap_or_else(&mut tell);
            }
        }
        (counts, seen.len())
    })
    .ok_or("the loop itself panicked")?;
    println!("{counts:?}, {found} findings");
    if found > 0 { Err("there are findings".into()) } else { Ok(()) }
}
