//! Runs a query with a progress line and Ctrl-C.

use crate::interrupt;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_engine::{Control, Outcome, Session};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Queries shorter than this show nothing.
const QUIET: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Runs a text. Ctrl-C cancels it; after half a second a line on standard error, when that is a terminal, tells the rows
/// and bytes scanned, the share done and the time.
pub(crate) fn run(session: &Session, text: &str, quiet: bool) -> Outcome {
    let control = Control::default();
    let _guard = interrupt::watch(&control);
    let outcome = std::thread::scope(|scope| {
        let (done, wait) = mpsc::channel();
        let worker = &control;
        scope.spawn(move || drop(done.send(session.run_with(text, worker))));
        let started = Instant::now();
        let mut line: Option<ProgressBar> = None;
        loop {
            match wait.recv_timeout(if line.is_none() && !quiet { QUIET } else { TICK }) {
                Ok(outcome) => break Some(outcome),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if quiet => {}
                Err(RecvTimeoutError::Timeout) => draw(line.get_or_insert_with(bar), &control, started),
            }
        }
        .inspect(|_| {
            if let Some(line) = &line {
                line.finish_and_clear();
            }
        })
    });
    let mut outcome = outcome.unwrap_or_else(|| Outcome {
        diagnostics: vec![Diagnostic::error(code::INTERNAL, Span::default(), "the query ended without an answer")],
        ..Outcome::default()
    });
    // A run stops at mistakes of syntax; who has to correct them wants to know of the others, too.
    if outcome.diagnostics.iter().any(|d| d.is_error() && d.code.starts_with("SYN")) {
        for other in session.diagnose(text) {
            if !outcome.diagnostics.iter().any(|d| d.span == other.span) {
                outcome.diagnostics.push(other);
            }
        }
    }
    outcome
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {wide_bar:.dim} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn draw(bar: &ProgressBar, control: &Control, started: Instant) {
    let progress = control.progress();
    if progress.rows_total > 0 {
        bar.set_length(progress.rows_total);
        bar.set_position(progress.rows.min(progress.rows_total));
    }
    let seconds = started.elapsed().as_secs_f64().max(0.001);
    bar.set_message(format!(
        "{} rows, {} scanned, {} rows/s",
        HumanCount(progress.rows),
        HumanBytes(progress.bytes),
        HumanCount((progress.rows as f64 / seconds) as u64)
    ));
    bar.tick();
}
