//! Management commands: one file for each family. A command gives a table, like a query.
//!
//! Result columns are Kusto's (management pages of its documentation); the commands' own texts are read by `kql_syntax`.

mod data;
mod functions;
mod reply;
mod schema;
mod show;
mod tables;

pub(crate) use reply::Reply;

use crate::errors::Failure;
use crate::result::QueryResult;
use crate::session::Session;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{Action, Command};
use kql_types::RowSchema;

/// A query that ran or runs: a row of `.show queries`. Times are ticks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran {
    pub(crate) text: String,
    pub(crate) started: i64,
    pub(crate) duration: i64,
    pub(crate) failure: Option<String>,
    pub(crate) memory: usize,
    pub(crate) rows: u64,
    pub(crate) tables: usize,
}

/// What a command works with.
pub(crate) struct Context<'a> {
    pub(crate) session: &'a Session,
    /// Where the command stands: messages point there.
    pub(crate) span: Span,
    /// The whole text.
    pub(crate) text: &'a str,
    /// The result of the query after `<|`.
    pub(crate) input: Option<QueryResult>,
    /// The instant of the command, in ticks.
    pub(crate) now: i64,
}

impl Context<'_> {
    /// A guid that no other row of the session has.
    fn fresh_guid(&self) -> kql_types::Value {
        reply::fresh_guid(self.now, self.session.next_number())
    }

    /// An error at the command.
    fn refuse(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.span, message)
    }

    /// An entity that has to be there and is not.
    fn not_found(&self, kind: &str, name: &str, known: &[&str]) -> Diagnostic {
        let message = format!("the {kind} '{name}' does not exist");
        self.refuse(code::ENTITY_NOT_FOUND, message).did_you_mean(name, known.iter().copied())
    }
}

/// Runs a command.
pub(crate) fn run(action: &Action, context: Context<'_>) -> Result<Reply, Failure> {
    match action {
        Action::Show(show) => show::show(show, &context),
        Action::DefineTable { how, table, columns, based_on, properties } => {
            tables::define(*how, table, columns, based_on.as_ref(), properties, &context)
        }
        Action::DropTables { tables, if_exists } => tables::drop_tables(tables, *if_exists, &context),
        Action::RenameTables(pairs) => tables::rename(pairs, &context),
        Action::ClearTable(table) => tables::clear(table, &context),
        Action::Write { verb, table, properties } => data::write(*verb, table, properties, context),
        Action::IngestInline { table, properties, rows, bracketed } => {
            data::inline(table, properties, *rows, *bracketed, &context)
        }
        Action::IngestInto { table, sources, properties } => data::files(table, sources, properties, &context),
        Action::DefineFunction(defined) => functions::define(defined, &context),
        Action::DropFunctions { functions, if_exists } => functions::drop_functions(functions, *if_exists, &context),
        Action::Describe { name, function, docstring, text } => {
            if *function {
                functions::describe(name, *docstring, text, &context)
            } else {
                tables::describe(name, *docstring, text, &context)
            }
        }
    }
}

/// The columns of a command's result.
pub(crate) fn columns(action: &Action) -> RowSchema {
    reply::columns(match action {
        Action::Show(show) => show::columns(show),
        Action::DefineTable { .. } | Action::Describe { function: false, .. } => tables::DEFINED,
        Action::DropTables { .. } => tables::REMAINING,
        Action::RenameTables(_) => show::TABLES,
        Action::ClearTable(_) => tables::CLEARED,
        Action::Write { .. } => data::WRITTEN,
        Action::IngestInline { .. } => data::INLINE,
        Action::IngestInto { .. } => data::FILES,
        Action::DefineFunction(_) | Action::Describe { .. } => functions::FUNCTIONS,
        Action::DropFunctions { .. } => functions::DROPPED,
    })
}

/// Whether a command only tells.
pub(crate) fn is_read_only(action: &Action) -> bool {
    matches!(action, Action::Show(_))
}

/// The error of a command that is none of those here.
pub(crate) fn unknown(command: &Command) -> Diagnostic {
    let message = format!("the management command '.{}' cannot be run here", command.head.join(" "));
    let help = "write a query; commands that work: .show tables | table | databases | schema | functions | queries | \
        version, .create table | function, .drop, .rename table, .set-or-append, .ingest, .clear table";
    Diagnostic::error(code::COMMAND_NOT_ALLOWED, command.span, message).with_help(help)
}
