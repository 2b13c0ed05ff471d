//! Looks for queries that break a property: `cargo run -p kql-tests --bin fuzz-typed -- --minutes 10 [--seed 1] [--property fold]`.
//! `--case SEED --property NAME` shows one again. Run it under `ulimit -v` when memory is dear.
#![allow(clippy::print_stdout)] // A tool that prints.

use kql_engine::on_large_stack;
use kql_tests::typed::hunt::{Found, Until, again, hunt, keep_notes};
use kql_tests::typed::property::Property;
use std::collections::HashMap;
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
    let (minutes, seed, most) = (number("--minutes", 1)?, number("--seed", 1)?, number("--findings", 20)?);
    let mut properties = Property::ALL.to_vec();
    if let Some(names) = given.get("--property") {
        properties.retain(|(name, _)| names.split(',').any(|n| n == *name));
    }
    if let Some(file) = given.get("--note") {
        keep_notes(file.into());
    }
    if let Some(seed) = given.get("--case") {
        let seed = seed.parse().map_err(|_| "--case is a number".to_owned())?;
        let (name, property) = *properties.first().ok_or("no such property")?;
        let found = on_large_stack(|| again(name, property, seed)).ok_or("it panicked")??;
        match found {
            Some(found) => show(&found),
            None => println!("it holds"),
        }
        return Ok(());
    }
    // Panics are findings; their texts in between would hide them.
    std::panic::set_hook(Box::new(|_| {}));
    let until = Until::Moment(Instant::now() + Duration::from_secs(minutes * 60));
    let mut count = 0;
    let tally = on_large_stack(|| {
        hunt(&properties, seed, until, |found| {
            show(&found);
            count += 1;
            count < most
        })
    });
    let tally = tally.ok_or("the hunt itself panicked")??;
    println!("{tally:?}, {count} findings");
    if count > 0 { Err("there are findings".into()) } else { Ok(()) }
}

fn show(found: &Found) {
    println!("=== {} --case {}\n{}\n  => {}\n", found.property, found.seed, found.finding.text, found.finding.what);
}
