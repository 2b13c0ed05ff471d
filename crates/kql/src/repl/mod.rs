//! `kql` without a command: the prompt.
//!
//! [`line`] is asked while a line is typed, [`commands`] are those of the prompt, [`lets`] keeps definitions, [`show`]
//! writes results. Queries and management commands go to the session as they were typed, after the definitions.

mod commands;
mod help;
mod lets;
mod line;
mod show;
mod state;

use crate::args::ReplArgs;
use crate::commands::run::stats;
use crate::diagnose;
use crate::failure::Failure;
use crate::graphics::Screen;
use crate::{data, execute, terminal};
use commands::Next;
use kql_diagnostic::Diagnostic;
use kql_render::Format;
use lets::Lets;
use line::Line;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};
use state::{Settings, Shell};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

const PROMPT: &str = "kql> ";
/// Rows shown unless `.rows` says otherwise.
const ROWS: usize = 100;
/// Lines of history kept.
const HISTORY: usize = 10_000;

/// Reads, runs and shows until Ctrl-D.
pub(crate) fn run(args: &ReplArgs) -> Result<(), Failure> {
    let color = terminal::colors();
    let format = match &args.format {
        Some(name) => name.parse::<Format>().map_err(Failure::usage)?,
        None => Format::Table,
    };
    let session = data::session(&args.data, Some(args.max_rows), args.quiet)?;
    let settings = Settings {
        format,
        rows: args.screen.rows.map_or(ROWS, Into::into),
        output: None,
        chart: None,
        timer: false,
        stats: false,
        pretty: false,
        pager: true,
        color,
        screen: Screen::new(args.screen.graphics),
        quiet: args.quiet,
    };
    if !args.quiet {
        banner(&session);
    }
    let shell = Shell { session, lets: Lets::default(), settings, last: Vec::new(), last_query: String::new() };
    let shell = Rc::new(RefCell::new(shell));
    let trouble = |e: ReadlineError| Failure::data(format!("the terminal cannot be used: {e}"));
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .max_history_size(HISTORY)
        .and_then(|c| c.history_ignore_dups(true))
        .map_err(trouble)?
        .history_ignore_space(true)
        .build();
    let mut editor: Editor<Line, FileHistory> = Editor::with_config(config).map_err(trouble)?;
    editor.set_helper(Some(Line::new(Rc::clone(&shell), color)));
    let history = history_file();
    if let Some(path) = &history {
        // There is none before the first session.
        drop(editor.load_history(path));
    }
    loop {
        let text = match editor.readline(PROMPT) {
            Ok(text) => text,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(e) => return Err(trouble(e)),
        };
        if text.trim().is_empty() {
            continue;
        }
        drop(editor.add_history_entry(text.trim_end()));
        if let Some(path) = &history {
            // Sessions side by side add to one file; a full disk must not end the session.
            drop(editor.append_history(path));
        }
        let next = handle(&mut shell.borrow_mut(), &text);
        if next == Next::Leave {
            break;
        }
    }
    Ok(())
}

/// Handles one input; what fails is told here, and the session goes on.
fn handle(shell: &mut Shell, text: &str) -> Next {
    match commands::run(shell, text) {
        None => query(shell, text),
        Some(Ok(Next::Run(text))) => query(shell, &text),
        Some(Ok(next)) => return next,
        Some(Err(failure)) => tell(&failure),
    }
    Next::Prompt
}

fn tell(failure: &Failure) {
    if let Some(message) = failure.message() {
        anstream::eprintln!("error: {message}");
    }
}

/// Runs a query, or keeps the definitions of a text that has nothing else.
fn query(shell: &mut Shell, text: &str) {
    let text = text.trim();
    let (text, records) = match text.trim_end_matches(';').trim_end().strip_suffix("\\G") {
        Some(body) => (body, true),
        None => (text, false),
    };
    // What ends the input is no part of a command: `.ingest inline into table T <| 1,2;` has no third character in its row.
    let text = if text.starts_with('.') { text.trim_end_matches(';').trim_end() } else { text };
    let parsed = kql_syntax::parse(text);
    let failed = parsed.diagnostics.iter().any(Diagnostic::is_error);
    let definitions = if failed { None } else { Lets::definitions(&parsed.script, text) };
    let prelude = shell.lets.prelude(Some(&parsed.script));
    // A definition alone is bound with a query that does nothing, so that its mistakes are told now.
    let whole = match &definitions {
        Some(_) => format!("{prelude}{}\n;print 1", text.trim_end_matches(';')),
        None => format!("{prelude}{text}"),
    };
    let started = Instant::now();
    let outcome = execute::run(&shell.session, &whole, shell.settings.quiet);
    let elapsed = started.elapsed();
    report(&outcome.diagnostics, &whole, prelude.len());
    if std::env::var_os("KQL_TRACE").is_some() {
        outcome.internal.iter().for_each(|detail| anstream::eprintln!("trace: {detail}"));
    }
    if !outcome.is_ok() {
        return;
    }
    if let Some(definitions) = definitions {
        let names: Vec<&str> = definitions.iter().map(|(name, _)| name.as_str()).collect();
        if !shell.settings.quiet {
            anstream::println!("kept: {}", names.join(", "));
        }
        shell.lets.keep(definitions);
        return;
    }
    let format = if records { Format::Records } else { shell.settings.format };
    if let Err(failure) = show::results(&outcome.results, &shell.settings, format) {
        tell(&failure);
    }
    if shell.settings.stats {
        stats(&outcome, "query");
    } else if shell.settings.timer {
        anstream::println!("{:.3} s", elapsed.as_secs_f64());
    }
    shell.last = outcome.results;
    text.clone_into(&mut shell.last_query);
}

/// Tells diagnostics with the places of what was typed; those inside earlier definitions with their text.
fn report(diagnostics: &[Diagnostic], whole: &str, prelude: usize) {
    let (before, typed): (Vec<_>, Vec<_>) =
        diagnostics.iter().cloned().partition(|d| (d.span.start as usize) < prelude && d.span.end > 0);
    if !before.is_empty() {
        anstream::eprint!("{}", diagnose::render(&before, whole, "session", true));
    }
    let shift = |at: u32| at.saturating_sub(u32::try_from(prelude).unwrap_or(0));
    let typed: Vec<Diagnostic> = typed
        .into_iter()
        .map(|mut d| {
            for span in std::iter::once(&mut d.span).chain(d.labels.iter_mut().map(|l| &mut l.span)) {
                (span.start, span.end) = (shift(span.start), shift(span.end));
            }
            d
        })
        .collect();
    anstream::eprint!("{}", diagnose::render(&typed, whole.get(prelude..).unwrap_or(""), "query", true));
}

fn banner(session: &kql_engine::Session) {
    let tables = session.tables();
    let count = tables.names().count();
    let rows: usize = tables.names().filter_map(|name| tables.get(name)).map(kql_engine::TableData::rows).sum();
    anstream::println!(
        "kql {}: {count} tables, {rows} rows loaded. .help tells what there is.",
        env!("CARGO_PKG_VERSION")
    );
}

/// `$KQL_HISTORY` (`off` keeps none), else `kql/history` in the state folder of the user.
fn history_file() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("KQL_HISTORY") {
        return (chosen != "off" && !chosen.is_empty()).then(|| PathBuf::from(chosen));
    }
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let state = state.or_else(|| Some(std::env::home_dir()?.join(".local").join("state")))?;
    let folder = state.join("kql");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
