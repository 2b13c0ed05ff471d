//! The recorded answers of the real engine and the public hunting queries, where a checkout of them lies beside the
//! project (`../shared`, or the folder `KQL_SHARED` names). Nothing of them is copied here; without them these tests say
//! that they were skipped.
//!
//! Counts may only go up: `baseline.json` holds the last ones. `KQL_REPORT=FILE` writes what is wrong, one line a query.

use crate::cases::{root, session};
use kql_catalog::Profile;
use kql_engine::{Clock, Limits, Session, TableData, Tables};
use kql_sources::{Input, LoadOptions};
use kql_tests::compare::{Rules, Table, columns, difference};
use kql_tests::run::query;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub(crate) fn folder() -> PathBuf {
    std::env::var_os("KQL_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from)
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("recorded", "conformance/recorded.jsonl", recorded),
        trial("recorded_geo", "conformance/recorded.jsonl", recorded_geo),
        trial("recorded_fuzz", "conformance/recorded_fuzz.jsonl", recorded_fuzz),
        trial("hunting", "hunting/queries.jsonl", hunting),
        trial("hunting_run", "hunting/queries.jsonl", hunting_run),
    ]
}

/// What came of a query: right, not counted, or wrong for a reason.
enum Verdict {
    Right,
    Skipped,
    Wrong(String),
}

fn trial(name: &'static str, file: &'static str, judge: fn(&Value) -> Verdict) -> Trial {
    let path = folder().join(file);
    let there = path.is_file();
    if !there {
        #[allow(clippy::print_stderr)] // A skipped test must say so.
        {
            eprintln!("skipped: shared {name}, because {} is not there", path.display());
        }
    }
    Trial::test(format!("shared {name}"), move || measure(name, &path, judge)).with_ignored_flag(!there)
}

fn measure(name: &str, path: &PathBuf, judge: fn(&Value) -> Verdict) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let queries: Vec<Value> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let verdicts: Vec<(usize, Verdict)> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(query) = queries.get(at) else { return done };
                done.push((at, judge(query)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap_or_default()).collect()
    });
    let mut report = String::new();
    let (mut right, mut counted, mut internal) = (0, 0, 0);
    for (at, verdict) in &verdicts {
        match verdict {
            Verdict::Skipped => {}
            Verdict::Right => (right, counted) = (right + 1, counted + 1),
            Verdict::Wrong(why) => {
                counted += 1;
                internal += usize::from(why.contains("KQ0006"));
                let _ = writeln!(report, "{name}\t{}\t{}", queries[*at]["id"], why.replace('\n', " "));
            }
        }
    }
    if let Some(file) = std::env::var_os("KQL_REPORT") {
        use std::io::Write as _;
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
        let _ = opened.and_then(|mut f| f.write_all(report.as_bytes()));
    }
    let share = 100.0 * right as f64 / f64::from(counted.max(1));
    #[allow(clippy::print_stdout)] // The counts are what this test is for.
    {
        println!("shared {name}: {right} of {counted} right ({share:.1} %), {internal} internal errors");
    }
    let baseline: Value = serde_json::from_str(include_str!("baseline.json")).unwrap_or_default();
    let before = baseline[name].as_u64().unwrap_or(0);
    if right < before {
        return Err(format!("{right} right, {before} before: an answer was lost (KQL_REPORT=FILE tells which)").into());
    }
    Ok(())
}

fn recorded(query: &Value) -> Verdict {
    let geo = query["query"].as_str().unwrap_or("").contains("geo_");
    if geo { Verdict::Skipped } else { answer(query, &Rules::default()) }
}

fn recorded_geo(query: &Value) -> Verdict {
    let geo = query["query"].as_str().unwrap_or("").contains("geo_");
    if geo { answer(query, &Rules::default()) } else { Verdict::Skipped }
}

fn recorded_fuzz(query: &Value) -> Verdict {
    answer(query, &Rules { coarse_types: true, tolerance: 1e-6, ..Rules::default() })
}

fn answer(recorded: &Value, rules: &Rules) -> Verdict {
    if recorded["volatile"] == true {
        return Verdict::Skipped;
    }
    let text = recorded["query"].as_str().unwrap_or("");
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let expected =
        Table { columns: described(&recorded["columns"]), rows: list(&recorded["rows"]).iter().map(list).collect() };
    let approximate = ["dcount", "hll", "percentile", "tdigest"].iter().any(|w| text.contains(w));
    let rules = Rules {
        tolerance: if approximate { 0.03 } else { rules.tolerance },
        ordered: recorded["ordered"] == true,
        free_array_order: text.contains("make_set") || text.contains("makeset"),
        ..*rules
    };
    match query(&session(), text) {
        Err(refusal) => Verdict::Wrong(format!("{} {:?}", refusal.message, refusal.internal)),
        Ok(tables) => {
            let Some(first) = tables.first() else { return Verdict::Wrong("no result".into()) };
            // Ties may swap: an ordered answer that differs only in order of equal keys is tried as a set.
            match difference(&expected, first, &rules) {
                None => Verdict::Right,
                Some(_)
                    if rules.ordered && difference(&expected, first, &Rules { ordered: false, ..rules }).is_none() =>
                {
                    Verdict::Wrong("the rows are right, their order is not".into())
                }
                Some(why) => Verdict::Wrong(why),
            }
        }
    }
}

fn described(columns: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    columns.as_array().map(|c| c.iter().map(|c| (text(&c["name"]), text(&c["type"]))).collect()).unwrap_or_default()
}

/// A hunting query is right when it is accepted with the analyzer's columns, as far as those do not depend on data.
fn hunting(query: &Value) -> Verdict {
    let profile = match query["profile"].as_str() {
        Some("defender") => Profile::Defender,
        Some("sentinel") => Profile::Sentinel,
        _ => Profile::All,
    };
    let session = Session::builder().profile(profile).build();
    let checked = session.check(query["query"].as_str().unwrap_or(""));
    if let Some(error) = checked.diagnostics.iter().find(|d| d.is_error()) {
        return Verdict::Wrong(error.to_string());
    }
    let Some(schema) = checked.columns else { return Verdict::Wrong("no result".into()) };
    let came: Vec<(String, String)> = schema.columns.iter().map(|c| (c.name.to_string(), c.ty.to_string())).collect();
    let expected = described(&query["columns"]);
    match query["schema"].as_str() {
        Some("environment") => Verdict::Right,
        Some("open") => {
            let agrees = |(e, c): (&(String, String), &(String, String))| {
                e.0 == c.0 && (e.1 == c.1 || e.1 == "unknown" || c.1 == "unknown")
            };
            if expected.len() <= came.len() && expected.iter().zip(&came).all(agrees) {
                Verdict::Right
            } else {
                Verdict::Wrong(format!("columns {expected:?} expected, {came:?} came"))
            }
        }
        _ => {
            let table = |columns: Vec<(String, String)>| Table { columns, rows: Vec::new() };
            columns(&table(expected), &table(came), &Rules::default()).map_or(Verdict::Right, Verdict::Wrong)
        }
    }
}

/// Rows of the project's own captures, read once.
fn captured() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables::default();
        let input = Input::parse(&root().join("fixtures/captured").display().to_string());
        if let Ok(loaded) = kql_sources::load(&[input], &LoadOptions::default()) {
            tables.set_newest(loaded.newest);
            for (name, table) in loaded.tables {
                // A few rows of each: what is tested is that queries run, not how fast.
                let batches = table.batches.iter().take(1).map(|b| b.slice(0, b.num_rows().min(200))).collect();
                tables.insert(name, TableData::new(table.schema, batches));
            }
        }
        tables
    })
}

/// A hunting query that is accepted runs to its end over the project's own captures, whatever it finds there.
fn hunting_run(query: &Value) -> Verdict {
    let profile = match query["profile"].as_str() {
        Some("defender") => Profile::Defender,
        Some("sentinel") => Profile::Sentinel,
        _ => Profile::All,
    };
    let limits = Limits { timeout: Duration::from_secs(60), threads: 2, ..Limits::default() };
    let session =
        Session::builder().profile(profile).clock(Clock::Latest).limits(limits).tables(captured().clone()).build();
    let outcome = session.run(query["query"].as_str().unwrap_or(""));
    match outcome.diagnostics.iter().find(|d| d.is_error()) {
        None => Verdict::Right,
        Some(error) => Verdict::Wrong(format!("{error} {:?}", outcome.internal)),
    }
}
