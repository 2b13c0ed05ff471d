//! From `--data`, `--now` and their kin to a session.

use crate::args::{DataArgs, ProfileArg};
use crate::failure::Failure;
use crate::progress::Bar;
use kql_catalog::Profile;
use kql_engine::{Clock, Limits, Session, SessionBuilder, TableData, Tables};
use kql_sources::{Input, LoadError, LoadOptions};
use kql_types::{datetime, timespan};
use std::path::PathBuf;
use std::time::Duration;

/// The profile of an option.
pub(crate) fn profile(arg: Option<ProfileArg>) -> Profile {
    match arg {
        Some(ProfileArg::Defender) => Profile::Defender,
        Some(ProfileArg::Sentinel) => Profile::Sentinel,
        None => Profile::All,
    }
}

/// Loads the data and makes the session.
pub(crate) fn session(args: &DataArgs, max_rows: Option<usize>, quiet: bool) -> Result<Session, Failure> {
    let defaults = Limits::default();
    let limits = Limits {
        timeout: duration(&args.timeout)?,
        memory: args.max_memory.as_deref().map_or(Ok(defaults.memory), bytes)?,
        max_rows: max_rows.unwrap_or(defaults.max_rows),
        ..defaults
    };
    let clock = match args.now.as_deref() {
        None => Clock::System,
        Some("latest") => Clock::Latest,
        Some(text) => Clock::Fixed(
            datetime::parse(text)
                .ok_or_else(|| Failure::usage(format!("--now: '{text}' is neither a datetime nor 'latest'")))?,
        ),
    };
    let mut builder = Session::builder().limits(limits).clock(clock).profile(profile(args.profile));
    for parameter in &args.parameters {
        let (name, value) = split(parameter, "--param", "NAME=VALUE")?;
        builder = builder.parameter(name, value);
    }
    for external in &args.externals {
        // A URL may hold '=': the file stands after the last one.
        let (url, file) = external
            .rsplit_once('=')
            .ok_or_else(|| Failure::usage(format!("--external: write URL=FILE, not '{external}'")))?;
        builder = builder.external(url, PathBuf::from(file));
    }
    for folder in &args.allowed {
        builder = builder.allow(folder.clone());
    }
    builder = builder.tables(load(&args.data, profile(args.profile), limits.memory, quiet)?);
    for database in &args.databases {
        let (name, path) = split(database, "--database", "NAME=PATH")?;
        let tables = load(&[path.to_owned()], profile(args.profile), limits.memory, quiet)?;
        builder = builder.database(name, tables);
    }
    for map in &args.maps {
        // A place may hold '=': the name stands after the last one.
        let (place, name) =
            map.rsplit_once('=').ok_or_else(|| Failure::usage(format!("--map: write PLACE=NAME, not '{map}'")))?;
        builder = builder.map(place, name).map_err(|e| Failure::usage(format!("--map: {e}")))?;
    }
    for watchlist in &args.watchlists {
        let (name, file) = split(watchlist, "--watchlist", "NAME=FILE")?;
        let (name, key) = match name.strip_suffix(']').and_then(|n| n.split_once('[')) {
            Some((name, key)) => (name, Some(key)),
            None => (name, None),
        };
        builder = builder.watchlist(name, key, file.as_ref()).map_err(Failure::data)?;
    }
    if let Some(file) = &args.geo_ip {
        std::fs::File::open(file)
            .map_err(|e| Failure::usage(format!("--geo-ip: cannot read {}: {e}", file.display())))?;
        builder = builder.geo_ip(file.clone());
    }
    Ok(functions(builder, &args.functions)?.build())
}

/// Adds the functions of files.
pub(crate) fn functions(mut builder: SessionBuilder, paths: &[PathBuf]) -> Result<SessionBuilder, Failure> {
    for path in paths {
        builder = builder.functions(path).map_err(Failure::data)?;
    }
    Ok(builder)
}

/// Loads one more input into a session: the tables it holds.
pub(crate) fn load_more(path: &str, session: &Session) -> Result<Tables, Failure> {
    load(&[path.to_owned()], session.profile(), session.limits().memory, false)
}

/// Parquet files of a megabyte and more are read as queries need them: smaller ones are quicker in memory, and take no time
/// to load. `KQL_IN_PLACE` says another number of bytes, for tests and measurements.
fn in_place_from() -> u64 {
    std::env::var("KQL_IN_PLACE").ok().and_then(|text| text.parse().ok()).unwrap_or(1 << 20)
}

fn split<'a>(text: &'a str, option: &str, form: &str) -> Result<(&'a str, &'a str), Failure> {
    text.split_once('=').ok_or_else(|| Failure::usage(format!("{option}: write {form}, not '{text}'")))
}

fn duration(text: &str) -> Result<Duration, Failure> {
    let bad = || Failure::usage(format!("--timeout: '{text}' is no duration; write 30s, 5m or 1h"));
    let ticks =
        timespan::parse_literal(text).filter(|t| *t > 0 && text.ends_with(char::is_alphabetic)).ok_or_else(bad)?;
    Ok(Duration::from_nanos(u64::try_from(ticks).map_err(|_| bad())?.saturating_mul(100)))
}

fn bytes(text: &str) -> Result<usize, Failure> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => 0,
    };
    let number = digits.trim().parse::<usize>().ok().and_then(|n| n.checked_mul(unit)).filter(|n| *n > 0);
    number.ok_or_else(|| Failure::usage(format!("--max-memory: '{text}' is no size; write 512MB or 4GB")))
}

/// Loads the inputs and reports, on standard error, what could not be taken as it stands.
pub(crate) fn load(data: &[String], profile: Profile, memory: usize, quiet: bool) -> Result<Tables, Failure> {
    let mut tables = Tables::default();
    if data.is_empty() {
        return Ok(tables);
    }
    let inputs: Vec<Input> = data.iter().map(|text| Input::parse(text)).collect();
    let bar = (!quiet).then(Bar::new);
    let options = LoadOptions {
        profile,
        progress: bar.as_ref().map(|b| b as _),
        max_memory: Some(memory as u64),
        in_place: Some(in_place_from()),
        ..LoadOptions::default()
    };
    let loaded = kql_sources::load(&inputs, &options).map_err(|e: LoadError| Failure::data(e.to_string()));
    drop(bar);
    let loaded = loaded?;
    let report = &loaded.report;
    for problem in &report.problems {
        let place = if problem.line > 0 { format!(":{}", problem.line) } else { String::new() };
        anstream::eprintln!("data: {}{place}: {}", problem.file.display(), problem.message);
    }
    let told = report.problems.len() as u64;
    if report.problem_total > told {
        anstream::eprintln!("data: {} more such problems", report.problem_total - told);
    }
    if !quiet {
        for (path, why) in &report.skipped {
            anstream::eprintln!("data: {} was not read: {why}", path.display());
        }
        for hint in &report.hints {
            anstream::eprintln!("data: {hint}");
        }
    }
    tables.set_newest(loaded.newest);
    for (name, table) in loaded.tables {
        tables.insert(name, TableData { schema: table.schema, batches: table.batches, files: table.files });
    }
    Ok(tables)
}
