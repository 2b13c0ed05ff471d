//! `declare query_parameters`, `declare pattern`.

use super::super::combinator::{Commas, bracketed, delimited, expect, token};
use super::super::error::Expected;
use super::super::input::{PResult, Tokens};
use super::super::{literal, name, schema};
use super::function::block;
use crate::ast::{FunctionExpr, PatternCase, PatternStatement, StatementKind};
use crate::lex::TokenKind;

/// `(p:type [= default], …)`
pub(super) fn query_parameters(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    match schema::parameters(i) {
        Ok((i, parameters)) => Ok((i, StatementKind::QueryParameters(parameters))),
        Err(_) => {
            i.unexpected();
            Ok((i, StatementKind::QueryParameters(Vec::new())))
        }
    }
}

/// `name [= (arguments)[path] { cases }]`
pub(super) fn pattern(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let (i, name) = name::expect_target(i)?;
    let mut pattern = PatternStatement { name, arguments: Vec::new(), path: None, cases: Vec::new() };
    if !i.at(TokenKind::Equal) {
        return Ok((i, StatementKind::Pattern(pattern)));
    }
    let i = i.next();
    let (i, arguments) =
        match bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, schema::name_and_type)(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, Vec::new())
            }
        };
    pattern.arguments = arguments;
    let i = match delimited(TokenKind::OpenBracket, TokenKind::CloseBracket, schema::name_and_type)(i) {
        Ok((i, path)) => {
            pattern.path = Some(path);
            i
        }
        Err(_) => i,
    };
    let (i, cases) = match delimited(TokenKind::OpenBrace, TokenKind::CloseBrace, cases)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    pattern.cases = cases;
    Ok((i, StatementKind::Pattern(pattern)))
}

fn cases(mut i: Tokens<'_>) -> PResult<'_, Vec<PatternCase>> {
    let mut cases = Vec::new();
    while let Ok((after, next)) = case(i) {
        cases.push(next);
        i = after;
        while i.at(TokenKind::Semicolon) {
            i = i.next();
        }
    }
    Ok((i, cases))
}

/// `('x', 'y').['z'] = { query }`
fn case(i: Tokens<'_>) -> PResult<'_, PatternCase> {
    let (i, arguments) = bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, literal::string)(i)?;
    let (i, path) = match token(TokenKind::Dot)(i) {
        Ok((i, _)) => match delimited(TokenKind::OpenBracket, TokenKind::CloseBracket, literal::string)(i) {
            Ok((i, path)) => (i, Some(path)),
            Err(_) => {
                i.expected(Expected::Token(TokenKind::OpenBracket));
                (i, None)
            }
        },
        Err(_) => (i, None),
    };
    let (i, _) = expect(TokenKind::Equal)(i)?;
    let start = i.peek();
    let (i, (statements, body)) = block(i, TokenKind::OpenBrace, TokenKind::CloseBrace)?;
    let body = FunctionExpr { view: false, parameters: Vec::new(), statements, body, body_span: i.since(start) };
    Ok((i, PatternCase { arguments, path, body }))
}
