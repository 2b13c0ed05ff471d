//! The stages of a query before it runs, over a corpus of hunting queries: `cargo bench -p kql-benches --bench stages`.
//!
//! One group for each stage, named as the stage is everywhere: lex, parse, print, …  Throughput is bytes of query text.

#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kql_engine::{Clock, Session};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// The queries of `benches/corpus`.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let entries = std::fs::read_dir(&folder).expect("the corpus is in benches/corpus");
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    let queries: Vec<String> = paths.iter().map(|p| std::fs::read_to_string(p).expect("a query is text")).collect();
    assert!(queries.len() > 10);
    queries
}

fn lex(c: &mut Criterion) {
    let queries = corpus();
    let mut group = c.benchmark_group("lex");
    group.throughput(Throughput::Bytes(queries.iter().map(|q| q.len() as u64).sum()));
    group.bench_function("corpus", |b| {
        b.iter(|| {
            for query in &queries {
                black_box(kql_syntax::lex(black_box(query)));
            }
        });
    });
    group.finish();
}

fn parse(c: &mut Criterion) {
    let queries = corpus();
    for query in &queries {
        let parsed = kql_syntax::parse(query);
        assert!(parsed.diagnostics.is_empty(), "{query}: {:?}", parsed.diagnostics);
    }
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Bytes(queries.iter().map(|q| q.len() as u64).sum()));
    group.bench_function("corpus", |b| {
        b.iter(|| {
            for query in &queries {
                black_box(kql_syntax::parse(black_box(query)));
            }
        });
    });
    let broken: Vec<String> = queries.iter().map(|q| q.replacen('(', " ", 3).replacen(" by ", " bye ", 2)).collect();
    group.bench_function("broken", |b| {
        b.iter(|| {
            for query in &broken {
                black_box(kql_syntax::parse(black_box(query)));
            }
        });
    });
    group.finish();
}

fn print(c: &mut Criterion) {
    let queries = corpus();
    let trees: Vec<_> = queries.iter().map(|q| kql_syntax::parse(q).script).collect();
    let mut group = c.benchmark_group("print");
    group.throughput(Throughput::Bytes(queries.iter().map(|q| q.len() as u64).sum()));
    group.bench_function("corpus", |b| {
        b.iter(|| {
            for tree in &trees {
                black_box(kql_syntax::print(black_box(tree)));
            }
        });
    });
    group.finish();
}

fn bind(c: &mut Criterion) {
    let queries = corpus();
    let session = Session::builder().build();
    let bound: Vec<&String> = queries.iter().filter(|q| session.check(q).columns.is_some()).collect();
    assert!(bound.len() > 6, "the corpus binds against the published schemas");
    let mut group = c.benchmark_group("bind");
    group.throughput(Throughput::Elements(bound.len() as u64));
    group.bench_function("parse and bind the corpus", |b| {
        b.iter(|| {
            for query in &bound {
                black_box(session.check(black_box(query)));
            }
        });
    });
    group.finish();
}

/// Bound tree to physical plan, as a run over empty published tables measures it.
fn plan(c: &mut Criterion) {
    let queries = corpus();
    let session = Session::builder().clock(Clock::Fixed(639_307_728_000_000_000)).build();
    let planned: Vec<&String> = queries.iter().filter(|q| session.run(q).is_ok()).collect();
    assert!(planned.len() > 4, "the corpus runs over empty tables");
    let mut group = c.benchmark_group("plan");
    group.throughput(Throughput::Elements(planned.len() as u64));
    group.bench_function("corpus", |b| {
        b.iter_custom(|times| {
            let run = |q: &&String| session.run(q).stats.plan;
            (0..times).map(|_| planned.iter().map(run).sum::<Duration>()).sum()
        });
    });
    group.finish();
}

criterion_group!(stages, lex, parse, print, bind, plan);
criterion_main!(stages);
