//! Lexer, syntax tree, parser and printer of the Kusto Query Language.
//!
//! Text goes in, a [`ast::Script`] and diagnostics come out: parsing never fails as a whole. The parts that could not be
//! read are [`ast::ExprKind::Missing`] or [`ast::StatementKind::Error`], so that checking and completion work on
//! half-typed text. The crate knows no names, no types of columns and no DataFusion.

pub mod ast;
mod lex;
mod parse;
mod print;

pub use lex::{Keyword, NameUse, Token, TokenKind, keywords, lex, lex_with_trivia};
pub use parse::{
    MAX_HEIGHT, MAX_NESTING, Parsed, PrecedenceLevel, parse, precedence, string_operators, tabular_operators,
};
pub use print::{print, print_expr, print_name};
