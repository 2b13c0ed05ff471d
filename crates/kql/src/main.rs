//! `kql`: Kusto queries offline.
//!
//! Exit status: 0 success, 1 query error, 2 usage, 3 data could not be read.

mod args;
mod charts;
mod commands;
mod config;
mod data;
mod diagnose;
mod execute;
mod failure;
mod files;
mod graphics;
mod interrupt;
mod progress;
mod repl;
mod sarif;
mod summary;
mod terminal;
mod theme;

use args::{ColorChoice, Command, ReplArgs, RunArgs};
use failure::Failure;
use std::io::IsTerminal;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, which the crate does not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Keeps freed memory for a minute instead of ten milliseconds before it goes back to the system, which would zero the pages
/// again for the next batch: about a tenth of the time of the hunting suite (measured with one second; single runs vary by more).
#[allow(unsafe_code)] // The option is read by the allocator whenever it purges, and any number is allowed.
fn keep_freed_memory() {
    if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
        // SAFETY: sets a number that mimalloc reads atomically; nothing else is touched.
        unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 60_000) }
    }
}

fn main() -> ExitCode {
    keep_freed_memory();
    let (cli, settings) = match config::command_line() {
        Ok(read) => read,
        Err(failure) => return end(&failure),
    };
    match cli.color {
        ColorChoice::Auto => {}
        ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
    }
    if let Err(failure) = theme::set(&cli.theme, &cli.colors) {
        return end(&failure);
    }
    let done = match &cli.command {
        None => prompt(&cli.repl),
        Some(Command::Run(args)) => commands::run::run(args),
        Some(Command::Check(args)) => commands::check::run(args),
        Some(Command::Explain(args)) => commands::explain::run(args),
        Some(Command::Lsp(args)) => commands::lsp::run(args),
        Some(Command::Fmt(args)) => commands::fmt::run(args),
        Some(Command::Bench(args)) => commands::bench::run(args),
        Some(Command::Generate(args)) => commands::generate::run(args),
        Some(Command::Completions(args)) => commands::describe::completions(args),
        Some(Command::Man(args)) => commands::describe::man(args),
        Some(Command::Config) => commands::describe::print(&settings.show()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

fn end(failure: &Failure) -> ExitCode {
    if let Some(message) = failure.message() {
        anstream::eprintln!("error: {message}");
    }
    ExitCode::from(failure.status())
}

/// The prompt; queries from standard input when nobody types.
fn prompt(args: &ReplArgs) -> Result<(), Failure> {
    if std::io::stdin().is_terminal() {
        return repl::run(args);
    }
    commands::run::run(&RunArgs::of_input(args))
}
