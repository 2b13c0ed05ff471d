//! Results on the screen, through a pager when they are long, or in a file.

use super::state::Settings;
use crate::charts;
use crate::commands::run::{Drawing, drawing, write_all};
use crate::failure::Failure;
use crate::{terminal, theme};
use kql_engine::QueryResult;
use kql_render::{Format, Options, RenderError, ResultTable};
use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn tables(results: &[QueryResult]) -> Vec<ResultTable<'_>> {
    results
        .iter()
        .map(|r| ResultTable { name: &r.name, schema: &r.schema, batches: &r.batches, render: r.render.as_ref() })
        .collect()
}

fn failed(e: RenderError) -> Failure {
    Failure::data(e.to_string())
}

/// Writes results the way the settings say. `format` overrides theirs.
pub(super) fn results(results: &[QueryResult], settings: &Settings, format: Format) -> Result<(), Failure> {
    let mut tables = tables(results);
    if let Some(path) = &settings.chart
        && charts::write(&tables, path, settings.quiet)?
        && format == Format::Table
    {
        // Drawn there, not here.
        tables.iter_mut().for_each(|t| t.render = None);
    }
    if let Some(path) = &settings.output {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let mut out = BufWriter::new(file.map_err(|e| Failure::data(format!("cannot write {}: {e}", path.display())))?);
        write_all(&tables, format, &Options::default(), None, &mut out).map_err(failed)?;
        return out.flush().map_err(|e| Failure::data(e.to_string()));
    }
    let options = Options {
        width: Some(terminal::width()),
        max_rows: Some(settings.rows),
        theme: settings.color.then(|| theme::current().output),
        pretty: settings.pretty,
    };
    let mut text = Vec::new();
    if format != Format::Table {
        write_all(&tables, format, &options, None, &mut text).map_err(failed)?;
        return paged(&text, settings);
    }
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            text.push(b'\n');
        }
        kql_render::write(std::slice::from_ref(table), format, &options, &mut text).map_err(failed)?;
        match drawing(table, &options, Some(&settings.screen)).map_err(failed)? {
            Drawing::Nothing => {}
            Drawing::Text(drawn) => text.extend(drawn.into_bytes()),
            // Pagers show no pictures: the text before it may be paged, the picture stands below it.
            Drawing::Picture(picture) => {
                paged(&std::mem::take(&mut text), settings)?;
                print(picture.as_bytes())?;
            }
        }
    }
    paged(&text, settings)
}

/// Writes results to a file of their own.
pub(super) fn to_file(results: &[QueryResult], format: Format, path: &Path) -> Result<(), Failure> {
    let wrong = |e: std::io::Error| Failure::data(format!("cannot write {}: {e}", path.display()));
    let mut out = BufWriter::new(std::fs::File::create(path).map_err(wrong)?);
    kql_render::write(&tables(results), format, &Options::default(), &mut out).map_err(failed)?;
    out.flush().map_err(wrong)
}

/// Shows a text.
pub(super) fn page(text: &str, settings: &Settings) -> Result<(), Failure> {
    paged(text.as_bytes(), settings)
}

/// Shows a text, through a pager when it is longer than the screen.
fn paged(text: &[u8], settings: &Settings) -> Result<(), Failure> {
    let lines = text.iter().filter(|b| **b == b'\n').count();
    if settings.pager && lines > terminal::height() && pager(text) {
        return Ok(());
    }
    print(text)
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::data(e.to_string())),
        _ => Ok(()),
    }
}

/// Hands the text to `$KQL_PAGER`, `$PAGER` or `less`; false when none can be started.
fn pager(text: &[u8]) -> bool {
    let chosen = std::env::var("KQL_PAGER").or_else(|_| std::env::var("PAGER")).unwrap_or_else(|_| "less".to_owned());
    let mut words = chosen.split_whitespace();
    let Some(program) = words.next() else { return false };
    // -F: leave when it fits; -R: colours; -S: wide rows are cut, arrows move; -X: the text stays on the screen.
    let child = Command::new(program).args(words).env("LESS", "FRSX").stdin(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Whoever leaves the pager early has seen enough.
        drop(input.write_all(text));
    }
    child.wait().is_ok()
}
