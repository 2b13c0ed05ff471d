//! The syntax tree: what was written, with a span on everything.
//!
//! Scalar and tabular expressions are one type, [`Expr`], as in Kusto's own grammar: only the binder can tell whether
//! `let x = T;` names a table or a number.

mod command;
mod expression;
mod operator;
mod outline;
mod statement;

pub use command::*;
pub use expression::*;
pub use operator::*;
pub use statement::*;

use kql_diagnostic::Span;

/// A name as written: `x`, `['a b']`, `["a b"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name without quotes, unescaped once.
    pub text: String,
    /// Where, quotes included.
    pub span: Span,
    /// Written in brackets and quotes.
    pub quoted: bool,
}
