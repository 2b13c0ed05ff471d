//! How long an editor waits: completion over 100 tables of 60 columns, and the check of a 500-line query after a keystroke.
//!
//! `cargo run --release -p kql-language --example times`. The crate has no DataFusion, so this builds in seconds; the bench
//! `editor` of `kql-benches` measures the same with the real registries.
#![allow(clippy::print_stdout)] // it prints its figures

use kql_bind::{Catalog, StoredFunction};
use kql_language::{CompleteOptions, complete, diagnose, highlight, hover};
use kql_types::function::{FunctionKind, FunctionSpec};
use kql_types::{Column, RowSchema, ScalarType};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Wide {
    tables: Vec<(Arc<str>, RowSchema)>,
    functions: HashMap<&'static str, &'static FunctionSpec>,
}

impl Wide {
    fn new() -> Wide {
        let types = [ScalarType::Datetime, ScalarType::String, ScalarType::Long, ScalarType::Dynamic, ScalarType::Real];
        let column = |t: usize, c: usize| match c {
            0..=19 => Column::new(format!("Common{c}"), types[c % 5]),
            _ => Column::new(format!("Table{t}Column{c}"), types[c % 5]),
        };
        let tables =
            (0..100).map(|t| (Arc::from(format!("Table{t}")), (0..60).map(|c| column(t, c)).collect())).collect();
        let functions = (0..600)
            .map(|f| {
                let name: &'static str = Box::leak(format!("function_{f}").into_boxed_str());
                let kind = if f % 8 == 0 { FunctionKind::Aggregate } else { FunctionKind::Scalar };
                let signatures: &'static [&'static str] = &["(value:scalar, more...0..64:scalar) -> string"];
                let doc = "What it computes, in a sentence of the usual length, with what it does with nulls.";
                let spec: &'static FunctionSpec = Box::leak(Box::new(FunctionSpec::new(name, kind, signatures, doc)));
                (name, spec)
            })
            .collect();
        Wide { tables, functions }
    }
}

impl Catalog for Wide {
    fn table(&self, _database: Option<&str>, name: &str) -> Option<RowSchema> {
        self.tables.iter().find(|(n, _)| **n == *name).map(|(_, s)| s.clone())
    }
    fn table_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        self.tables.iter().map(|(n, _)| Arc::clone(n)).collect()
    }
    fn database(&self, _cluster: Option<&str>, _name: &str) -> Option<Arc<str>> {
        None
    }
    fn current_database(&self) -> &str {
        "db"
    }
    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.functions.get(name).copied().filter(|f| f.kind == FunctionKind::Scalar)
    }
    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.functions.get(name).copied().filter(|f| f.kind == FunctionKind::Aggregate)
    }
    fn function_names(&self) -> Vec<&'static str> {
        self.functions.keys().copied().collect()
    }
    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
    }
}

/// A script of about 500 lines: 60 tables by `let`, each with its conditions and groups, and a union of them.
fn long_query() -> String {
    let mut text = String::from("let From = datetime(2024-01-01);\n");
    for n in 0..60 {
        let _ = writeln!(
            text,
            "let Part{n} = Table{n}\n    | where Common0 > From and Common1 has_any (\"alpha\", \"beta\", \"gamma\")\n    \
             | extend Length{n} = function_{}(Common1, Table{n}Column21), Key = strcat_like{n}\n    \
             | where Common2 > {n} and not(Common6 startswith \"x\")\n    \
             | summarize Total = function_8(Common2), Last = function_16(Common0) by Common1, Common6\n    \
             | join kind=leftouter (Table{} | project Common1, Table{}Column22) on Common1\n    \
             | project-away Common11\n    | sort by Total desc;",
            n + 1,
            n + 1,
            n + 1,
        );
    }
    text.push_str("union ");
    text.push_str(&(0..60).map(|n| format!("Part{n}")).collect::<Vec<_>>().join(", "));
    text.push_str("\n| where Total > 5\n| take 10");
    text.replace("strcat_like", "function_")
        .lines()
        .map(|l| {
            if l.contains("Key = function_") {
                l.replace("Key = function_", "Key = function_1(Common1) // ")
            } else {
                l.to_owned()
            }
        })
        .map(|l| l.replace("| project-away Common11", "| project-away Common6"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Processor time of this thread, where the system tells (other work on the machine does not count), else the clock.
fn spent(since: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next().and_then(|n| n.parse().ok()));
    nanoseconds.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// Mean time of the processor over many runs, and the median by the clock.
fn measure(what: &str, mut f: impl FnMut() -> usize) {
    const RUNS: u32 = 100;
    let start = Instant::now();
    let mut times: Vec<Duration> = Vec::new();
    let mut size = 0;
    let before = spent(start);
    for _ in 0..RUNS {
        let run = Instant::now();
        size = f();
        times.push(run.elapsed());
    }
    let mean = spent(start).saturating_sub(before) / RUNS;
    times.sort();
    println!("{what:<84} processor {mean:>9.3?}  clock {:>9.3?}  ({size})", times[50]);
}

fn main() {
    let catalog = Wide::new();
    let options = CompleteOptions::default();
    for text in [
        "‸",
        "Table5 | ‸",
        "Table5 | where ‸",
        "Table5 | where Tab‸",
        "Table5 | summarize ‸ by Common1",
        "Table5 | join kind=inner (‸",
        "union * | where ‸",
        "union Table* | where Table9‸",
        "Table5 | join (Table6) on Common1 | join (Table7) on Common1 | project ‸",
    ] {
        let offset = text.find('‸').unwrap_or(0);
        let query = text.replace('‸', "");
        measure(&format!("complete {text}"), || complete(&query, offset, &catalog, &options).items.len());
    }
    measure("diagnose union * | where Common1 == 1", || {
        diagnose("union * | where Common1 == 1", &catalog, false).len()
    });
    let long = long_query();
    println!("long query: {} lines, {} bytes", long.lines().count(), long.len());
    measure("diagnose the long query", || diagnose(&long, &catalog, true).len());
    for (name, at) in [("begin", long.find("has_any").unwrap_or(0)), ("end", long.rfind("Total > 5").unwrap_or(0))] {
        measure(&format!("complete at its {name}"), || complete(&long, at, &catalog, &options).items.len());
    }
    let at = long.rfind("Total > 5").unwrap_or(0) + 1;
    measure("hover at its end", || hover(&long, at, &catalog).map_or(0, |h| h.markdown.len()));
    measure("highlight it", || highlight(&long).len());
}
