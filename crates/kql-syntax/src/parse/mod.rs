//! Tokens to the syntax tree.
//!
//! Every parser is a nom function over the rest of the tokens ([`input::Tokens`]). The next token decides what is read;
//! after a keyword nothing is tried again, so reading takes time in proportion to the text. What is missing is reported and
//! stands in the tree as [`crate::ast::ExprKind::Missing`]; what is left over is skipped to the next `|` or `;`.

mod combinator;
mod dynamic;
mod error;
mod expectation;
mod expression;
mod input;
mod literal;
mod name;
mod operators;
mod pipeline;
mod precedence;
mod property;
mod schema;
mod source;
mod statements;

pub use combinator::{MAX_HEIGHT, MAX_NESTING};
pub use expectation::{Expectation, expectations};
pub use operators::tabular_operators;
pub(crate) use precedence::{Infix, Level};
pub use precedence::{PrecedenceLevel, precedence, string_operators};

use crate::ast::{Script, StatementKind};
use crate::lex::lex;
use kql_diagnostic::{Diagnostics, Span};

/// A query text as a tree, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree, with [`crate::ast::ExprKind::Missing`] and its like where the text has gaps.
    pub script: Script,
    /// Errors in the order of their places; empty when the text is KQL.
    pub diagnostics: Diagnostics,
}

impl Parsed {
    /// Whether an error was found: then the tree has gaps and must not run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.is_error())
    }
}

/// Reads a text. Never fails and never panics: a text that is no KQL gives a tree with errors.
pub fn parse(query: &str) -> Parsed {
    let (tokens, found) = lex(query);
    let shared = input::Shared::new(query, &tokens);
    let script = statements::script(shared.tokens());
    let mut diagnostics = shared.diagnostics.into_inner();
    // The raw text of commands is not KQL.
    let raw: Vec<Span> = script
        .statements
        .iter()
        .filter_map(|s| match &s.kind {
            StatementKind::Command(command) => Some(command.span),
            _ => None,
        })
        .collect();
    let is_raw = |span: Span| {
        let next = raw.partition_point(|r| r.start <= span.start);
        next.checked_sub(1).is_some_and(|at| span.end <= raw[at].end)
    };
    diagnostics.extend(found.into_iter().filter(|d| !is_raw(d.span)));
    diagnostics.sort_by_key(|d| d.span.start);
    diagnostics.truncate(error::MOST_DIAGNOSTICS);
    Parsed { script, diagnostics }
}
