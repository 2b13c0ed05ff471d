//! `.set`, `.append`, `.set-or-append`, `.set-or-replace`, `.ingest`.

use super::{Read, entity, maybe, words};
use crate::ast::{Action, Write};
use crate::lex::TokenKind;
use crate::parse::combinator::{Commas, bracketed};
use crate::parse::input::Tokens;
use crate::parse::{literal, property};

/// `[async] T [with (…)]`, before `<|`.
pub(super) fn write<'a>(verb: &str, i: Tokens<'a>) -> Read<'a> {
    let verb = match verb {
        "set" => Write::Set,
        "append" => Write::Append,
        "set-or-append" => Write::SetOrAppend,
        "set-or-replace" => Write::SetOrReplace,
        _ => return None,
    };
    // Here everything waits for its end.
    let (i, _) = maybe(i, &["async"]);
    let (i, table) = entity(i)?;
    let (i, properties) = property::with_clause(i).ok()?;
    i.at(TokenKind::InputBar).then_some((i, Action::Write { verb, table, properties }))
}

/// `inline into table T … <| rows`, `[async] into table T (…) [with (…)]`.
pub(super) fn ingest(i: Tokens<'_>) -> Read<'_> {
    let (i, _) = maybe(i, &["async"]);
    let (i, inline) = maybe(i, &["inline"]);
    let i = words(i, &["into"])?;
    let (i, _) = maybe(i, &["table"]);
    let (i, table) = entity(i)?;
    if !inline {
        let one = i.kind() == TokenKind::String;
        let (i, sources) = if one {
            let (i, source) = literal::string(i).ok()?;
            (i, vec![source])
        } else {
            bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, literal::string)(i).ok()?
        };
        let (i, properties) = property::with_clause(i).ok()?;
        return Some((i, Action::IngestInto { table, sources, properties }));
    }
    let (i, properties) = property::with_clause(i).ok()?;
    let bracketed = i.at(TokenKind::OpenBracket);
    if !bracketed && !i.at(TokenKind::InputBar) {
        return None;
    }
    let start = if bracketed { i.peek().span.start } else { i.peek().span.end };
    let mut end = i;
    while !end.at(TokenKind::End) {
        end = end.next();
    }
    let rows = kql_diagnostic::Span { start, end: end.peek().span.end.max(start) };
    Some((end, Action::IngestInline { table, properties, rows, bracketed }))
}
