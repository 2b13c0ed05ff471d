//! `parse`, `parse-where`, `parse-kv`.

use super::super::combinator::expect_keyword;
use super::super::error::Expected;
use super::super::expression::expect_expr;
use super::super::input::{PResult, Tokens};
use super::super::property::{parameters, with_clause};
use super::super::{literal, name, schema};
use crate::ast::{OperatorKind, ParsePart};
use crate::lex::{Keyword, TokenKind};

/// `parse [kind=…] [flags=…] e with pattern`
pub(super) fn parse(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    any(i, false)
}

/// `parse-where …`
pub(super) fn parse_where(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    any(i, true)
}

fn any(i: Tokens<'_>, drop_unmatched: bool) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind", "flags"])?;
    let (i, source) = expect_expr(i)?;
    let (i, _) = expect_keyword(Keyword::With)(i)?;
    let (i, pattern) = pattern(i)?;
    Ok((i, OperatorKind::Parse { drop_unmatched, parameters, source: Box::new(source), pattern }))
}

/// Strings, stars and captures in any order.
fn pattern(mut i: Tokens<'_>) -> PResult<'_, Vec<ParsePart>> {
    let mut parts = Vec::new();
    loop {
        let part = match i.kind() {
            TokenKind::Star => {
                let span = i.peek().span;
                i = i.next();
                ParsePart::Star(span)
            }
            TokenKind::String | TokenKind::UnclosedString => {
                let (after, text) = literal::string(i)?;
                i = after;
                ParsePart::Text(text)
            }
            // An operator after a forgotten bar is no capture.
            _ if super::find(i).is_some_and(|(_, found)| matches!(found.head, super::Head::Piped)) => break,
            _ => match name::target(i) {
                Ok((after, name)) => {
                    let (after, ty) = name::optional_type(after)?;
                    i = after;
                    ParsePart::Capture { name, ty }
                }
                Err(_) => break,
            },
        };
        parts.push(part);
    }
    if parts.is_empty() {
        i.expected(Expected::Thing("a pattern"));
    }
    Ok((i, parts))
}

/// `parse-kv e as (k:T, …) [with (…)]`
pub(super) fn parse_kv(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, source) = expect_expr(i)?;
    let (i, _) = expect_keyword(Keyword::As)(i)?;
    let (i, schema) = schema::expect_row_schema(i)?;
    let (i, properties) = with_clause(i)?;
    Ok((i, OperatorKind::ParseKv { source: Box::new(source), schema, properties }))
}
