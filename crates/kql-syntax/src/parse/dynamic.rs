//! `dynamic(…)`: JSON with either quote style and typed literals inside, written as canonical JSON text.

use super::error::Expected;
use super::input::{Open, PResult, Tokens};
use super::literal;
use crate::ast::Expr;
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, code};
use kql_types::{ScalarType, Value, dynamic, number, timespan};

/// `dynamic` and `(` are known to be here.
pub(super) fn literal(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let (i, text) = nested(i, 0);
    // A key given twice counts once.
    let text = if text.contains('{') { dynamic::canonical(&text).unwrap_or(text) } else { text };
    let value = Value::Dynamic((text != "null").then_some(text));
    Ok((i, literal::expr(value, false, i.since(start))))
}

/// `dynamic(value)`; the text of the value.
fn nested(i: Tokens<'_>, depth: usize) -> (Tokens<'_>, String) {
    let open = i.next().next();
    let mut text = String::new();
    let i = if open.at(TokenKind::CloseParen) {
        open.expected(Expected::Thing("a JSON value"));
        text.push_str("null");
        open
    } else {
        value(open, depth, &mut text)
    };
    (close(i, TokenKind::CloseParen), text)
}

/// The closing bracket, or a report and a jump over the rest of the value.
fn close<'a>(i: Tokens<'a>, kind: TokenKind) -> Tokens<'a> {
    if i.at(kind) {
        return i.next();
    }
    i.expected(Expected::Token(kind));
    let outside = i.shared.closing.replace(Some(Open { close: kind, list: true }));
    let after = super::combinator::skip_to(i, |k| k == kind || matches!(k, TokenKind::Bar | TokenKind::Semicolon));
    i.shared.closing.set(outside);
    if after.at(kind) { after.next() } else { after }
}

/// Writes one value. What cannot be read is reported and written as `null`.
fn value<'a>(i: Tokens<'a>, depth: usize, out: &mut String) -> Tokens<'a> {
    if depth >= dynamic::MAX_DEPTH {
        let message = "the dynamic literal is nested too deeply";
        i.report(Diagnostic::error(code::TOO_DEEP, i.peek().span, message));
        out.push_str("null");
        return super::combinator::skip_to(i, |k| matches!(k, TokenKind::Bar | TokenKind::Semicolon));
    }
    match i.kind() {
        TokenKind::OpenBrace => object(i, depth, out),
        TokenKind::OpenBracket => array(i, depth, out),
        TokenKind::Keyword(Keyword::Dynamic) if i.nth(1).kind == TokenKind::OpenParen => {
            let (i, text) = nested(i, depth + 1);
            out.push_str(&text);
            i
        }
        TokenKind::Keyword(Keyword::Null) => {
            out.push_str("null");
            i.next()
        }
        TokenKind::Bool => {
            dynamic::write_bool(out, i.text().starts_with(['t', 'T']));
            i.next()
        }
        TokenKind::String | TokenKind::UnclosedString => quoted(i, out),
        TokenKind::Minus if matches!(i.nth(1).kind, TokenKind::Long | TokenKind::Real) => number(i.next(), true, out),
        TokenKind::Long | TokenKind::Real => number(i, false, out),
        TokenKind::Timespan | TokenKind::Guid | TokenKind::Typed(_) => {
            scalar(i, out);
            i.next()
        }
        _ => {
            i.expected(Expected::Thing("a JSON value"));
            out.push_str("null");
            i
        }
    }
}

fn number<'a>(i: Tokens<'a>, negative: bool, out: &mut String) -> Tokens<'a> {
    let text = i.text();
    let long = match i.kind() {
        // The sign first: the smallest long has no positive counterpart.
        TokenKind::Long if negative => format!("-{text}").parse().ok(),
        TokenKind::Long => number::parse_long(text),
        _ => None,
    };
    match long {
        Some(v) => dynamic::write_long(out, v),
        None => {
            let real = number::parse_real(text).unwrap_or(f64::NAN);
            dynamic::write_real(out, if negative { -real } else { real });
        }
    }
    i.next()
}

/// A typed literal: timespans become their ticks, datetimes and guids strings.
fn scalar(i: Tokens<'_>, out: &mut String) {
    let text = i.text();
    let value = match i.kind() {
        TokenKind::Timespan => timespan::parse_literal(text).map(|v| Value::Timespan(Some(v))),
        TokenKind::Typed(ty) => literal::typed(ty, literal::content(text)),
        _ => kql_types::guid::parse(text).map(|v| Value::Guid(Some(v))),
    };
    let refused = match &value {
        None => Some(format!("'{text}' is not a literal")),
        Some(Value::Datetime(None)) => Some("datetime(null) cannot stand in a dynamic literal".to_owned()),
        Some(v) if v.scalar_type() == ScalarType::Bool => {
            Some(format!("'{text}' cannot stand in a dynamic literal; write true or false"))
        }
        _ => None,
    };
    if let Some(message) = refused {
        i.report(Diagnostic::error(code::BAD_LITERAL, i.peek().span, message));
    }
    match value {
        Some(Value::Timespan(Some(ticks))) => dynamic::write_long(out, ticks),
        Some(value) => dynamic::write_value(out, &value),
        None => out.push_str("null"),
    }
}

fn array<'a>(i: Tokens<'a>, depth: usize, out: &mut String) -> Tokens<'a> {
    out.push('[');
    let mut i = i.next();
    if !i.at(TokenKind::CloseBracket) {
        loop {
            i = value(i, depth + 1, out);
            if !i.at(TokenKind::Comma) {
                break;
            }
            i = i.next();
            out.push(',');
        }
        i.note(Expected::Token(TokenKind::Comma));
    }
    out.push(']');
    close(i, TokenKind::CloseBracket)
}

fn object<'a>(i: Tokens<'a>, depth: usize, out: &mut String) -> Tokens<'a> {
    out.push('{');
    let mut i = i.next();
    if !i.at(TokenKind::CloseBrace) {
        loop {
            if !matches!(i.kind(), TokenKind::String | TokenKind::UnclosedString) {
                i.expected(Expected::Thing("a key in quotes"));
                break;
            }
            i = quoted(i, out);
            out.push(':');
            if !i.at(TokenKind::Colon) {
                i.expected(Expected::Token(TokenKind::Colon));
                out.push_str("null");
                break;
            }
            i = value(i.next(), depth + 1, out);
            if !i.at(TokenKind::Comma) {
                i.note(Expected::Token(TokenKind::Comma));
                break;
            }
            i = i.next();
            out.push(',');
        }
    }
    // After a comma whose key is missing.
    if out.ends_with(',') {
        out.pop();
    }
    out.push('}');
    close(i, TokenKind::CloseBrace)
}

/// One or more string literals as one JSON string.
fn quoted<'a>(mut i: Tokens<'a>, out: &mut String) -> Tokens<'a> {
    let mut text = String::new();
    while matches!(i.kind(), TokenKind::String | TokenKind::UnclosedString) {
        literal::unescape(i, &mut text);
        i = i.next();
    }
    dynamic::write_quoted(out, &text);
    i
}
