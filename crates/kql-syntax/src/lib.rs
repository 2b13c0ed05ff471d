//! Lexer, syntax tree, parser and printer of the Kusto Query Language.
//!
//! Text goes in, a [`ast::Script`] and diagnostics come out: parsing never fails as a whole. The parts that could not be
//! read are [`ast::ExprKind::Missing`] or [`ast::StatementKind::Error`], so that checking and completion work on
//! half-typed text. The crate knows no names, no types of columns and no DataFusion.
//!
//! ```
//! let parsed = kql_syntax::parse("T | where a ==  | summarise count()");
//! let messages: Vec<&str> = parsed.diagnostics.iter().map(|d| d.message.as_str()).collect();
//! assert_eq!(messages, ["expected an expression, found '|'", "there is no operator 'summarise'"]);
//! assert_eq!(parsed.diagnostics[1].help.as_deref(), Some("did you mean 'summarize'?"));
//!
//! let parsed = kql_syntax::parse("T|where a has'x'and b in(1,2)");
//! assert_eq!(kql_syntax::print(&parsed.script), "T\n| where a has \"x\" and b in (1, 2)\n");
//! ```
//!
//! The way of a text: [`lex()`] cuts it into [`Token`]s, [`parse()`] makes the tree, [`print()`] turns a tree back into text,
//! [`ast::Script::outline`] shows it. The reference grammar is `grammar/` at the root of the repository; a test makes sentences
//! from it and parses them.

pub mod ast;
mod format;
mod lex;
mod parse;
mod print;

pub use format::{FormatOptions, format};
pub use lex::{Keyword, NameUse, Token, TokenKind, keywords, lex, lex_with_trivia};
pub use parse::{
    Expectation, MAX_HEIGHT, MAX_NESTING, Parsed, PrecedenceLevel, expectations, parse, precedence, string_operators,
    tabular_operators,
};
pub use print::{print, print_expr, print_name};
