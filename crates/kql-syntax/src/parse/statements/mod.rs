//! Statements: one file per kind, chosen by the words at the start.

mod command;
mod commands;
mod declare;
mod entities;
mod function;
mod let_;
mod set;

pub(super) use function::{block, function_value};

use super::combinator::skip_to;
use super::error::Expected;
use super::input::{PResult, Tokens};
use super::{name, pipeline};
use crate::ast::{Script, Statement, StatementKind};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, code};

/// All statements of a text. Empty ones between semicolons are nothing.
pub(super) fn script(mut i: Tokens<'_>) -> Script {
    let mut statements = Vec::new();
    loop {
        while i.at(TokenKind::Semicolon) {
            i = i.next();
        }
        if i.at(TokenKind::End) {
            return Script { statements };
        }
        let before = i.position();
        let (after, statement) = statement(i);
        let next_command = matches!(statement.kind, StatementKind::Command(_)) && command::starts_command(after);
        statements.push(statement);
        i = if next_command { after } else { finish(after) };
        if i.position() == before {
            i = i.next();
        }
    }
}

/// After a statement: the semicolon, the end, or the start of another statement; all else is reported and skipped.
fn finish(i: Tokens<'_>) -> Tokens<'_> {
    match i.kind() {
        TokenKind::Semicolon => i.next(),
        TokenKind::End => i,
        _ => {
            i.expected(Expected::Token(TokenKind::Semicolon));
            if pipeline::starts_statement(i) {
                return i;
            }
            skip_to(i, |kind| kind == TokenKind::Semicolon)
        }
    }
}

/// One statement without its semicolon.
pub(super) fn statement(i: Tokens<'_>) -> (Tokens<'_>, Statement) {
    let start = i.peek();
    let (i, kind) = match kind(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (skip_to(i, |kind| kind == TokenKind::Semicolon), StatementKind::Error)
        }
    };
    (i, Statement { kind, span: i.since(start) })
}

fn kind(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let next = i.nth(1).kind;
    match i.kind() {
        TokenKind::Dot => command::command(i),
        TokenKind::Keyword(Keyword::Let) if starts_name(i.next()) => let_::let_(i.next()),
        TokenKind::Keyword(Keyword::Set) => set::set(i.next()),
        TokenKind::Keyword(Keyword::Declare) if next == TokenKind::Keyword(Keyword::QueryParameters) => {
            declare::query_parameters(i.skip(2))
        }
        TokenKind::Keyword(Keyword::Declare) if next == TokenKind::Keyword(Keyword::Pattern) => {
            declare::pattern(i.skip(2))
        }
        TokenKind::Keyword(Keyword::Restrict) if next == TokenKind::Keyword(Keyword::Access) => {
            entities::restrict(i.skip(2))
        }
        TokenKind::Keyword(Keyword::Alias) if next == TokenKind::Keyword(Keyword::Database) => {
            entities::alias(i.skip(2))
        }
        TokenKind::Bar => {
            i.report(Diagnostic::error(code::SYNTAX, i.peek().span, "'|' needs a table before it"));
            let (i, query) = pipeline::operators_only(i.next())?;
            Ok((i, StatementKind::Query(query)))
        }
        _ => {
            let (i, query) = pipeline::pipeline(i)?;
            Ok((i, StatementKind::Query(query)))
        }
    }
}

/// After `let`: anything but what could follow a table of that name.
fn starts_name(i: Tokens<'_>) -> bool {
    name::name_length(i, TokenKind::is_word) > 0
        || matches!(i.kind(), TokenKind::Equal | TokenKind::Semicolon | TokenKind::End)
}
