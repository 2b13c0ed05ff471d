//! `kql bench`: how fast queries are on this machine, over your data.
//!
//! Each query runs a few times unmeasured, then `--runs` times; the table shows the median and the spread of the whole time and
//! the medians of its stages. The result of every run must have as many rows as the first: a benchmark of wrong answers is
//! none. With `--clients` several threads run the queries in turn, and throughput and percentiles come in place of stages.

use crate::args::DataArgs;
use crate::data;
use crate::diagnose;
use crate::failure::Failure;
use crate::files;
use clap::{Args, ValueEnum};
use kql_engine::{Control, Outcome, QueryResult, Session};
use kql_render::{Format, Options, ResultTable};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Queries of our own that find the intrusion in generated events: run when no file is named.
static SUITE: &[(&str, &str)] = &[
    ("verify-ingestion", include_str!("../../../../fixtures/queries/verify-ingestion.kql")),
    ("hunt-01-lookalike-sender", include_str!("../../../../fixtures/queries/hunt-01-lookalike-sender.kql")),
    ("hunt-02-macro-attachments", include_str!("../../../../fixtures/queries/hunt-02-macro-attachments.kql")),
    ("hunt-03-zap-after-delivery", include_str!("../../../../fixtures/queries/hunt-03-zap-after-delivery.kql")),
    ("hunt-04-office-spawns-shell", include_str!("../../../../fixtures/queries/hunt-04-office-spawns-shell.kql")),
    ("hunt-05-encoded-powershell", include_str!("../../../../fixtures/queries/hunt-05-encoded-powershell.kql")),
    ("hunt-06-run-keys", include_str!("../../../../fixtures/queries/hunt-06-run-keys.kql")),
    ("hunt-07-beaconing", include_str!("../../../../fixtures/queries/hunt-07-beaconing.kql")),
    ("hunt-08-discovery-burst", include_str!("../../../../fixtures/queries/hunt-08-discovery-burst.kql")),
    ("hunt-09-lsass-dump", include_str!("../../../../fixtures/queries/hunt-09-lsass-dump.kql")),
    ("hunt-10-password-guessing", include_str!("../../../../fixtures/queries/hunt-10-password-guessing.kql")),
    ("hunt-11-psexec", include_str!("../../../../fixtures/queries/hunt-11-psexec.kql")),
    ("hunt-12-archive-and-copy", include_str!("../../../../fixtures/queries/hunt-12-archive-and-copy.kql")),
    ("hunt-13-cleanup", include_str!("../../../../fixtures/queries/hunt-13-cleanup.kql")),
    ("hunt-14-rare-programs", include_str!("../../../../fixtures/queries/hunt-14-rare-programs.kql")),
    ("hunt-15-new-domains", include_str!("../../../../fixtures/queries/hunt-15-new-domains.kql")),
    ("hunt-16-usb-then-archive", include_str!("../../../../fixtures/queries/hunt-16-usb-then-archive.kql")),
    ("hunt-17-alerts-with-evidence", include_str!("../../../../fixtures/queries/hunt-17-alerts-with-evidence.kql")),
    ("hunt-18-incident-alerts", include_str!("../../../../fixtures/queries/hunt-18-incident-alerts.kql")),
    ("hunt-19-timeline", include_str!("../../../../fixtures/queries/hunt-19-timeline.kql")),
    ("hunt-20-anomalous-traffic", include_str!("../../../../fixtures/queries/hunt-20-anomalous-traffic.kql")),
];

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Query files or folders of them; without any, a suite of hunting queries for generated events.
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Measured runs of each query.
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,
    /// Runs before that are not measured.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) warm_up: u32,
    /// Threads that run queries at the same time: throughput and percentiles instead of stages.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) clients: u16,
    /// A report in JSON of an earlier run: shows how many times as fast each query is now.
    #[arg(long, value_name = "BASELINE.json")]
    pub(crate) compare: Option<PathBuf>,
    /// Output format.
    #[arg(long, short, value_enum, default_value_t = BenchFormat::Table)]
    pub(crate) format: BenchFormat,
}

/// How `kql bench` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchFormat {
    /// Aligned columns.
    Table,
    /// One JSON document, for `--compare`.
    Json,
    /// A Markdown table.
    Markdown,
}

/// What was measured.
#[derive(Debug, Serialize, Deserialize)]
struct Report {
    /// Version of kql.
    version: String,
    /// Threads a query may use.
    threads: usize,
    clients: u16,
    runs: u32,
    /// Rows of all tables.
    rows: usize,
    queries: Vec<Measured>,
    /// Of all queries together, with several clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Load>,
}

/// A query. Times in milliseconds.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    name: String,
    /// Rows of the results.
    rows: u64,
    rows_scanned: u64,
    bytes_scanned: u64,
    peak_bytes: usize,
    median: f64,
    least: f64,
    most: f64,
    /// Medians of the stages: parse, bind, plan, execute, fetch.
    stages: BTreeMap<String, f64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Load {
    queries_per_second: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

/// One run.
struct Run {
    whole: Duration,
    fetch: Duration,
    outcome: Outcome,
    bytes: u64,
}

pub(crate) fn run(args: &BenchArgs) -> Result<(), Failure> {
    let texts = texts(&args.paths)?;
    let baseline = args.compare.as_ref().map(read_report).transpose()?;
    let session = data::session(&args.data, None, true)?;
    let mut queries = Vec::new();
    for (name, text) in &texts {
        anstream::eprintln!("{name}");
        queries.push(measured(&session, name, text, args)?);
    }
    let load = (args.clients > 1).then(|| load(&session, &texts, args));
    let report = Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        threads: session.limits().threads,
        clients: args.clients,
        runs: args.runs,
        rows: {
            let tables = session.tables();
            tables.names().filter_map(|n| tables.get(n)).map(kql_engine::TableData::rows).sum()
        },
        queries,
        load,
    };
    match args.format {
        BenchFormat::Json => {
            let text = serde_json::to_string_pretty(&report).map_err(|e| Failure::data(e.to_string()))?;
            anstream::println!("{text}");
        }
        BenchFormat::Table => print_table(&report, baseline.as_ref(), false),
        BenchFormat::Markdown => print_table(&report, baseline.as_ref(), true),
    }
    Ok(())
}

fn texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    if paths.is_empty() {
        return Ok(SUITE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect());
    }
    let files = files::queries(paths)?;
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path);
        let name = path.file_stem().map_or_else(|| path.display().to_string(), |s| s.to_string_lossy().into_owned());
        Ok((name, text.map_err(|e| Failure::usage(format!("cannot read {}: {e}", path.display())))?))
    };
    files.iter().map(read).collect()
}

fn read_report(path: &PathBuf) -> Result<Report, Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::usage(format!("--compare {}: {e}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| wrong(&e))?;
    serde_json::from_str(&text).map_err(|e| wrong(&e))
}

/// Runs a text once, results written to nowhere.
fn once(session: &Session, text: &str) -> Run {
    let control = Control::default();
    let start = Instant::now();
    let outcome = session.run_with(text, &control);
    let ran = start.elapsed();
    let tables: Vec<ResultTable<'_>> = outcome.results.iter().map(table).collect();
    // Writing to nowhere cannot fail for want of room; a format that does not fit is not measured.
    drop(kql_render::write(&tables, Format::Ndjson, &Options::default(), &mut std::io::sink()));
    let whole = start.elapsed();
    Run { whole, fetch: whole.saturating_sub(ran), bytes: control.progress().bytes, outcome }
}

fn table(r: &QueryResult) -> ResultTable<'_> {
    ResultTable { name: &r.name, schema: &r.schema, batches: &r.batches, render: r.render.as_ref() }
}

fn measured(session: &Session, name: &str, text: &str, args: &BenchArgs) -> Result<Measured, Failure> {
    for _ in 0..args.warm_up {
        once(session, text);
    }
    let runs: Vec<Run> = (0..args.runs).map(|_| once(session, text)).collect();
    let Some(first) = runs.first() else { return Err(Failure::usage("--runs must be one at least")) };
    if !first.outcome.is_ok() {
        anstream::eprint!("{}", diagnose::render(&first.outcome.diagnostics, text, name, true));
        return Err(Failure::Reported);
    }
    let rows = first.outcome.stats.rows;
    if let Some(other) = runs.iter().find(|run| run.outcome.stats.rows != rows) {
        let message = format!("{name} gave {rows} rows and then {}: not measured", other.outcome.stats.rows);
        return Err(Failure::data(message));
    }
    let of = |f: &dyn Fn(&Run) -> Duration| median(runs.iter().map(|run| milliseconds(f(run))).collect());
    let mut whole: Vec<f64> = runs.iter().map(|run| milliseconds(run.whole)).collect();
    whole.sort_by(f64::total_cmp);
    let stages = [
        ("parse", of(&|r| r.outcome.stats.parse)),
        ("bind", of(&|r| r.outcome.stats.bind)),
        ("plan", of(&|r| r.outcome.stats.plan)),
        ("execute", of(&|r| r.outcome.stats.execute)),
        ("fetch", of(&|r| r.fetch)),
    ];
    Ok(Measured {
        name: name.to_owned(),
        rows,
        rows_scanned: first.outcome.stats.rows_scanned,
        bytes_scanned: first.bytes,
        peak_bytes: first.outcome.stats.peak_memory,
        median: median(whole.clone()),
        least: whole.first().copied().unwrap_or_default(),
        most: whole.last().copied().unwrap_or_default(),
        stages: stages.into_iter().map(|(name, time)| (name.to_owned(), time)).collect(),
    })
}

/// All queries, `runs` times each, shared among the clients.
fn load(session: &Session, texts: &[(String, String)], args: &BenchArgs) -> Load {
    let jobs = texts.len() * args.runs as usize;
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::with_capacity(jobs));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..args.clients {
            scope.spawn(|| {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, text)) = texts.get(job % texts.len().max(1)).filter(|_| job < jobs) else { break };
                    let run = once(session, text);
                    times.lock().unwrap_or_else(PoisonError::into_inner).push(milliseconds(run.whole));
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    times.sort_by(f64::total_cmp);
    Load {
        queries_per_second: times.len() as f64 / seconds.max(f64::MIN_POSITIVE),
        p50: percentile(&times, 50),
        p95: percentile(&times, 95),
        p99: percentile(&times, 99),
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    match (times.len() % 2, times.get(middle.wrapping_sub(1)), times.get(middle)) {
        (0, Some(a), Some(b)) => f64::midpoint(*a, *b),
        (_, _, Some(b)) => *b,
        _ => 0.0,
    }
}

/// Nearest rank.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn print_table(report: &Report, baseline: Option<&Report>, markdown: bool) {
    let mut header = vec!["query", "median ms", "least", "most", "parse", "bind", "plan", "execute", "fetch"];
    header.extend(["rows", "Mrows/s", "GB/s", "peak MB"]);
    if baseline.is_some() {
        header.push("times as fast");
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut ratios = Vec::new();
    for q in &report.queries {
        let seconds = (q.median / 1000.0).max(f64::MIN_POSITIVE);
        let stage = |name: &str| format!("{:.2}", q.stages.get(name).copied().unwrap_or_default());
        let mut row =
            vec![q.name.clone(), format!("{:.2}", q.median), format!("{:.2}", q.least), format!("{:.2}", q.most)];
        row.extend(["parse", "bind", "plan", "execute", "fetch"].map(stage));
        row.push(q.rows.to_string());
        row.push(format!("{:.2}", q.rows_scanned as f64 / 1e6 / seconds));
        row.push(format!("{:.2}", q.bytes_scanned as f64 / 1e9 / seconds));
        row.push(format!("{:.1}", q.peak_bytes as f64 / 1e6));
        if let Some(baseline) = baseline {
            let before = baseline.queries.iter().find(|b| b.name == q.name);
            row.push(match before {
                Some(before) if before.rows != q.rows => "other rows".to_owned(),
                Some(before) => {
                    let ratio = before.median / q.median.max(f64::MIN_POSITIVE);
                    ratios.push(ratio);
                    format!("{ratio:.2}")
                }
                None => "new".to_owned(),
            });
        }
        rows.push(row);
    }
    let widths: Vec<usize> = (0..header.len())
        .map(|i| rows.iter().map(|r| r[i].len()).chain([header[i].len()]).max().unwrap_or(0))
        .collect();
    let line = |cells: &[String]| {
        let cell = |(i, text): (usize, &String)| match i {
            0 => format!("{text:<width$}", width = widths[i]),
            _ => format!("{text:>width$}", width = widths[i]),
        };
        let cells: Vec<String> = cells.iter().enumerate().map(cell).collect();
        if markdown { format!("| {} |", cells.join(" | ")) } else { cells.join("  ") }
    };
    anstream::println!("{}", line(&header.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>()));
    if markdown {
        let rule = |(i, width): (usize, &usize)| format!("{}{}", "-".repeat(width - 1), if i == 0 { "-" } else { ":" });
        anstream::println!("| {} |", widths.iter().enumerate().map(rule).collect::<Vec<_>>().join(" | "));
    }
    rows.iter().for_each(|row| anstream::println!("{}", line(row)));
    let mean = |values: &[f64]| {
        (values.iter().map(|v| v.max(f64::MIN_POSITIVE).ln()).sum::<f64>() / values.len() as f64).exp()
    };
    let medians: Vec<f64> = report.queries.iter().map(|q| q.median).collect();
    if !medians.is_empty() {
        anstream::println!(
            "\n{} queries over {} rows, {} runs, {} threads: geometric mean {:.2} ms",
            medians.len(),
            report.rows,
            report.runs,
            report.threads,
            mean(&medians)
        );
    }
    if !ratios.is_empty() {
        anstream::println!("{:.2} times as fast as the baseline (geometric mean of {})", mean(&ratios), ratios.len());
    }
    if let Some(load) = &report.load {
        anstream::println!(
            "{} clients: {:.1} queries/s; p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
            report.clients,
            load.queries_per_second,
            load.p50,
            load.p95,
            load.p99
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![1.0, 2.0]) - 1.5).abs() < 1e-9);
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(&times, 50) - 50.0).abs() < 1e-9);
        assert!((percentile(&times, 99) - 99.0).abs() < 1e-9);
        assert!((percentile(&times[..1], 95) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_suite_is_the_folder() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/queries");
        let hunts = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let hunts = hunts.filter(|f| f.file_name().to_string_lossy().starts_with("hunt-")).count();
        assert_eq!(hunts, SUITE.len() - 1);
    }
}
