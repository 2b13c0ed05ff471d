//! What an editor and the prompt wait for: `cargo bench -p kql-benches --bench editor`.
//!
//! Completion over 100 tables of 60 columns with the real registries, and the check of a 500-line query after a keystroke.

#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{Criterion, criterion_group, criterion_main};
use kql_bind::{Catalog, StoredFunction};
use kql_engine::Session;
use kql_language::{CompleteOptions, complete, diagnose, highlight};
use kql_types::function::FunctionSpec;
use kql_types::{Column, RowSchema, ScalarType};
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

/// A hundred tables; functions are the session's.
struct Wide {
    tables: Vec<(Arc<str>, RowSchema)>,
    functions: kql_engine::EngineCatalog,
}

impl Wide {
    fn new(session: &Session) -> Self {
        let types = [ScalarType::Datetime, ScalarType::String, ScalarType::Long, ScalarType::Dynamic, ScalarType::Real];
        let column = |table: usize, at: usize| match at {
            0..=19 => Column::new(format!("Common{at}"), types[at % 5]),
            _ => Column::new(format!("Table{table}Column{at}"), types[at % 5]),
        };
        let schema = |table: usize| (0..60).map(|at| column(table, at)).collect();
        let tables = (0..100).map(|t| (Arc::from(format!("Table{t}")), schema(t))).collect();
        Wide { tables, functions: session.catalog() }
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
        self.functions.current_database()
    }
    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.functions.scalar_function(name)
    }
    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.functions.aggregate(name)
    }
    fn function_names(&self) -> Vec<&'static str> {
        self.functions.function_names()
    }
    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
    }
}

fn completion(c: &mut Criterion) {
    let session = Session::builder().build();
    let catalog = Wide::new(&session);
    let options = CompleteOptions::default();
    let mut group = c.benchmark_group("complete");
    for (name, text) in [
        ("table", "‸"),
        ("operator", "Table5 | ‸"),
        ("operand", "Table5 | where ‸"),
        ("aggregate", "Table5 | summarize ‸ by Common1"),
        ("join", "Table5 | join (Table6) on Common1 | join (Table7) on Common1 | project ‸"),
        ("union", "union * | where ‸"),
    ] {
        let offset = text.find('‸').expect("a cursor");
        let query = text.replace('‸', "");
        assert!(complete(&query, offset, &catalog, &options).items.len() > 20, "{text}");
        group.bench_function(name, |b| b.iter(|| black_box(complete(&query, offset, &catalog, &options))));
    }
    group.finish();
}

/// Sixty tables by `let`, eight lines each, and a union of them.
fn long_query() -> String {
    let mut text = String::from("let From = datetime(2024-01-01);\n");
    for n in 0..60 {
        let _ = writeln!(
            text,
            "let Part{n} = Table{n}\n    | where Common0 > From and Common1 has_any (\"alpha\", \"beta\", \"gamma\")\n    \
             | extend Length = strlen(Common1), Key = strcat(Common1, \"/\", Table{n}Column21)\n    \
             | where Common2 > {n} and not(Common6 startswith \"x\")\n    \
             | summarize Total = sum(Common2), Last = max(Common0) by Common1, Common6\n    \
             | join kind=leftouter (Table{next} | project Common1, Table{next}Column22) on Common1\n    \
             | project-away Common6\n    | sort by Total desc;",
            next = n + 1,
        );
    }
    let parts: Vec<String> = (0..60).map(|n| format!("Part{n}")).collect();
    let _ = write!(text, "union {}\n| where Total > 5\n| take 10", parts.join(", "));
    text
}

fn check(c: &mut Criterion) {
    let session = Session::builder().build();
    let catalog = Wide::new(&session);
    let text = long_query();
    assert!(text.lines().count() > 450);
    let wrong = diagnose(&text, &catalog, true);
    assert!(wrong.is_empty(), "{wrong:?}");
    let mut group = c.benchmark_group("long query");
    group.bench_function("diagnose", |b| b.iter(|| black_box(diagnose(black_box(&text), &catalog, true))));
    let at = text.rfind("Total > 5").expect("the last filter");
    let options = CompleteOptions::default();
    group.bench_function("complete", |b| b.iter(|| black_box(complete(&text, at, &catalog, &options))));
    group.bench_function("highlight", |b| b.iter(|| black_box(highlight(black_box(&text)))));
    group.finish();
}

criterion_group!(benches, completion, check);
criterion_main!(benches);
