//! Function values and blocks of statements.

use super::super::error::Expected;
use super::super::input::{Open, PResult, Tokens};
use super::super::{combinator, schema};
use super::statement;
use crate::ast::{Expr, ExprKind, FunctionExpr, Statement, StatementKind};
use crate::lex::{Keyword, TokenKind};

/// `[view] (parameters) { statements; body }`; [`schema::is_function`] has seen that one starts here.
pub(in crate::parse) fn function_value(i: Tokens<'_>) -> PResult<'_, Expr> {
    combinator::deeper(i, |i| {
        let start = i.peek();
        let view = i.at_keyword(Keyword::View);
        let i = if view { i.next() } else { i };
        let (i, parameters) = schema::parameters(i)?;
        let brace = i.peek();
        let (i, (statements, body)) = block(i, TokenKind::OpenBrace, TokenKind::CloseBrace)?;
        let body_span = i.since(brace);
        let function = FunctionExpr { view, parameters, statements, body, body_span };
        Ok((i, Expr { kind: ExprKind::Function(Box::new(function)), span: i.since(start) }))
    })
}

/// Statements before a body, and the body.
type Block = (Vec<Statement>, Option<Box<Expr>>);

/// `open statement; …; expression [;] close`. A missing opening bracket or body is reported.
pub(in crate::parse) fn block<'a>(i: Tokens<'a>, open: TokenKind, close: TokenKind) -> PResult<'a, Block> {
    if !i.at(open) {
        i.expected(Expected::Token(open));
        return Ok((i, (Vec::new(), None)));
    }
    let outside = i.shared.closing.replace(Some(Open { close, list: false }));
    let (i, mut statements) = statements_until(i.next(), close);
    i.shared.closing.set(outside);
    let i = if i.at(close) {
        i.next()
    } else {
        i.expected(Expected::Token(close));
        i
    };
    let body = match statements.pop() {
        Some(Statement { kind: StatementKind::Query(body), .. }) => Some(Box::new(body)),
        last => {
            statements.extend(last);
            None
        }
    };
    Ok((i, (statements, body)))
}

fn statements_until<'a>(mut i: Tokens<'a>, close: TokenKind) -> (Tokens<'a>, Vec<Statement>) {
    let mut statements = Vec::new();
    loop {
        while i.at(TokenKind::Semicolon) {
            i = i.next();
        }
        if i.at(close) || i.at(TokenKind::End) {
            if statements.last().is_none_or(|s: &Statement| !matches!(s.kind, StatementKind::Query(_))) {
                i.expected(Expected::Thing("an expression"));
            }
            return (i, statements);
        }
        let before = i.position();
        let (after, next) = statement(i);
        statements.push(next);
        i = after;
        match i.kind() {
            TokenKind::Semicolon | TokenKind::End => {}
            kind if kind == close => {}
            _ => {
                i.note(Expected::Token(TokenKind::Semicolon));
                i.expected(Expected::Token(close));
                if super::super::pipeline::starts_statement(i) {
                    continue;
                }
                i = combinator::skip_to(i, |kind| kind == close || kind == TokenKind::Semicolon);
                // A closing bracket of another kind.
                if !i.at(close) && !i.at(TokenKind::Semicolon) {
                    return (i, statements);
                }
            }
        }
        if i.position() == before {
            i = i.next();
        }
    }
}
