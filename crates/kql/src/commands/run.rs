//! `kql run`: queries over captured data.

use crate::args::RunArgs;
use crate::charts;
use crate::data;
use crate::diagnose;
use crate::execute;
use crate::failure::Failure;
use crate::files;
use crate::graphics::Screen;
use crate::summary::Summary;
use crate::terminal;
use crate::theme;
use kql_diagnostic::code;
use kql_engine::{Outcome, QueryResult};
use kql_render::{Format, Options, RenderError, ResultTable, chart, write};
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

/// Lines of a chart below its table.
const CHART_HEIGHT: u16 = 18;

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let texts = texts(&files::queries(&args.files)?, &args.execute)?;
    if texts.is_empty() {
        return Err(Failure::usage(
            "nothing to run: name a .kql file or a folder of them, '-' for standard input, or write -e QUERY",
        ));
    }
    let to_terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let format = match &args.format {
        Some(name) => name.parse::<Format>().map_err(Failure::usage)?,
        None if to_terminal => Format::Table,
        None => Format::Ndjson,
    };
    if format.is_binary() && to_terminal {
        return Err(Failure::usage("this format is binary: write it to a file with --output FILE"));
    }
    // A wrong name is told before the work, not after it.
    args.chart.as_deref().map(charts::format_of).transpose()?;
    let session = data::session(&args.data, Some(args.max_rows), args.quiet)?;
    let mut results = Vec::new();
    let mut summary = Summary::default();
    for (origin, text) in &texts {
        let outcome = execute::run(&session, text, args.quiet);
        report(&outcome, text, origin, args.quiet);
        if args.stats {
            stats(&outcome, origin);
        }
        summary.add(origin, &outcome);
        results.extend(outcome.results);
    }
    if !results.is_empty() {
        write_results(&results, format, args, to_terminal)?;
    }
    drop(session);
    if texts.len() > 1 && !args.quiet {
        anstream::eprint!("{summary}");
    }
    if summary.failed() > 0 { Err(Failure::Reported) } else { Ok(()) }
}

/// The texts to run, each with the name it is reported under.
pub(crate) fn texts(files: &[PathBuf], execute: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut texts = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let text = if name == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            std::fs::read_to_string(file)
        };
        let mut text = text.map_err(|e| Failure::usage(format!("cannot read {name}: {e}")))?;
        // A byte order mark is no column of the first line.
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        texts.push((name, text));
    }
    texts.extend(execute.iter().map(|text| ("query".to_owned(), text.clone())));
    Ok(texts)
}

/// Prints diagnostics to standard error. Quiet leaves out hints, not what an answer lacks.
fn report(outcome: &Outcome, text: &str, origin: &str, quiet: bool) {
    let shown: Vec<_> =
        outcome.diagnostics.iter().filter(|d| d.is_error() || !quiet || d.code != code::HINT).cloned().collect();
    if shown.is_empty() {
        return;
    }
    anstream::eprint!("{}", diagnose::render(&shown, text, origin, true));
    if std::env::var_os("KQL_TRACE").is_some() {
        outcome.internal.iter().for_each(|detail| anstream::eprintln!("trace: {detail}"));
    }
}

pub(crate) fn stats(outcome: &Outcome, origin: &str) {
    let s = &outcome.stats;
    let ms = |d: std::time::Duration| d.as_secs_f64() * 1000.0;
    anstream::eprintln!(
        "{origin}: parse {:.2} ms, bind {:.2} ms, plan {:.2} ms, execute {:.2} ms; {} rows scanned, {} rows returned, {:.1} MB peak",
        ms(s.parse),
        ms(s.bind),
        ms(s.plan),
        ms(s.execute),
        s.rows_scanned,
        s.rows,
        s.peak_memory as f64 / 1e6
    );
}

fn write_results(results: &[QueryResult], format: Format, args: &RunArgs, to_terminal: bool) -> Result<(), Failure> {
    let mut tables: Vec<ResultTable<'_>> = results
        .iter()
        .map(|r| ResultTable { name: &r.name, schema: &r.schema, batches: &r.batches, render: r.render.as_ref() })
        .collect();
    let drawn = args.chart.as_deref().map(|path| charts::write(&tables, path, args.quiet)).transpose()?;
    if drawn == Some(true) && format == Format::Table {
        // Drawn there, not here.
        tables.iter_mut().for_each(|t| t.render = None);
    }
    let options = Options {
        width: to_terminal.then(terminal::width),
        max_rows: to_terminal.then(|| args.screen.rows.map_or(1000, Into::into)),
        theme: (to_terminal && terminal::colors()).then(|| theme::current().output),
        pretty: false,
    };
    let result = match args.output.as_deref() {
        Some(path) => std::fs::File::create(path).map_err(RenderError::Io).and_then(|file| {
            let mut out = std::io::BufWriter::new(file);
            write_all(&tables, format, &options, None, &mut out)?;
            out.flush().map_err(RenderError::Io)
        }),
        None => {
            let mut out = std::io::BufWriter::new(std::io::stdout());
            let screen = to_terminal.then(|| Screen::new(args.screen.graphics));
            write_all(&tables, format, &options, screen.as_ref(), &mut out)
                .and_then(|()| out.flush().map_err(RenderError::Io))
        }
    };
    match result {
        // Whoever read our output had enough of it.
        Err(RenderError::Io(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => {}
        other => other.map_err(|e| Failure::data(e.to_string()))?,
    }
    if drawn == Some(false) {
        return Err(Failure::usage("--chart: no query ends in render; write one, such as | render timechart"));
    }
    Ok(())
}

pub(crate) fn write_all(
    tables: &[ResultTable<'_>],
    format: Format,
    options: &Options,
    screen: Option<&Screen>,
    out: &mut (dyn Write + Send),
) -> Result<(), RenderError> {
    if format != Format::Table {
        return write(tables, format, options, out);
    }
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        write(std::slice::from_ref(table), format, options, out)?;
        match drawing(table, options, screen)? {
            Drawing::Nothing => {}
            Drawing::Text(text) | Drawing::Picture(text) => out.write_all(text.as_bytes())?,
        }
    }
    Ok(())
}

/// What stands below a table.
#[derive(Debug)]
pub(crate) enum Drawing {
    Nothing,
    /// A chart in characters, or why there is none.
    Text(String),
    /// A picture in the terminal's own form.
    Picture(String),
}

/// The chart of a result: a picture where the screen takes one, else characters.
pub(crate) fn drawing(
    table: &ResultTable<'_>,
    options: &Options,
    screen: Option<&Screen>,
) -> Result<Drawing, RenderError> {
    let Some(render) = table.render else { return Ok(Drawing::Nothing) };
    let drawn = match screen.and_then(Screen::pictures) {
        Some((graphics, room)) => chart::draw_inline(table, render, graphics, room, theme::current().output.dark)
            .map(|picture| picture.map(|p| Drawing::Picture(format!("\n{p}")))),
        None => {
            let width = options.width.unwrap_or(100).min(160);
            let size = chart::Size { width: u16::try_from(width).unwrap_or(100), height: CHART_HEIGHT };
            chart::draw(table, render, size, options.theme.as_ref())
                .map(|text| text.map(|t| Drawing::Text(format!("\n{t}"))))
        }
    };
    match drawn {
        Err(RenderError::Unfit(why)) => Ok(Drawing::Text(format!("(no chart: {why})\n"))),
        other => Ok(other?.unwrap_or(Drawing::Nothing)),
    }
}
