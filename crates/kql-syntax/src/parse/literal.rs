//! Literal tokens to values.

use super::combinator::not_here;
use super::dynamic;
use super::error::Expected;
use super::input::{PResult, Tokens};
use crate::ast::{Call, Expr, ExprKind, Literal, Name};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{ScalarType, Value, datetime, decimal, guid, number, timespan};

/// A literal of any type. `datetime()`, the current time, is a call of `now()`.
pub(super) fn literal(i: Tokens<'_>) -> PResult<'_, Expr> {
    let found = silent(i);
    if found.is_err() {
        i.note(Expected::Thing("a literal"));
    }
    found
}

/// The same, without a note when there is none.
pub(super) fn silent(i: Tokens<'_>) -> PResult<'_, Expr> {
    let token = i.peek();
    let text = i.text();
    let value = match token.kind {
        TokenKind::String | TokenKind::UnclosedString => return string(i),
        TokenKind::Keyword(Keyword::Dynamic) if i.nth(1).kind == TokenKind::OpenParen => return dynamic::literal(i),
        TokenKind::Long => number::parse_long(text).map(|v| Value::Long(Some(v))),
        TokenKind::Real => number::parse_real(text).map(|v| Value::Real(Some(v))),
        TokenKind::Timespan => timespan::parse_literal(text).map(|v| Value::Timespan(Some(v))),
        TokenKind::Guid => guid::parse(text).map(|v| Value::Guid(Some(v))),
        TokenKind::Bool => Some(Value::Bool(Some(text.starts_with(['t', 'T'])))),
        TokenKind::Typed(ty) => {
            let content = content(text);
            if ty == ScalarType::Datetime && content.is_empty() {
                return Ok((i.next(), now(token.span)));
            }
            typed(ty, content)
        }
        _ => return not_here(),
    };
    let ty = match token.kind {
        TokenKind::Typed(ty) => ty,
        TokenKind::Real => ScalarType::Real,
        TokenKind::Timespan => ScalarType::Timespan,
        _ => ScalarType::Long,
    };
    let value = value.unwrap_or_else(|| {
        i.report(bad(text, ty, token.span));
        Value::null(ty)
    });
    Ok((i.next(), expr(value, false, token.span)))
}

/// A literal as an expression.
pub(super) fn expr(value: Value, hidden: bool, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Literal { value, hidden }), span }
}

fn now(span: Span) -> Expr {
    let name = Name { text: "now".to_owned(), span, quoted: false };
    Expr { kind: ExprKind::Call(Call { name, arguments: Vec::new(), span }), span }
}

fn bad(text: &str, ty: ScalarType, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(code::BAD_LITERAL, span, format!("'{text}' is not a literal of type {ty}"));
    let inner = content(text);
    let is_name = inner.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && !inner.contains(['-', ':', '/']);
    if is_name && text.ends_with(')') {
        diagnostic.with_help(format!("to convert a value, write to{ty}({inner})"))
    } else {
        diagnostic
    }
}

/// What stands between the parentheses of a typed literal.
pub(super) fn content(text: &str) -> &str {
    let inner = text.split_once('(').map_or(text, |(_, rest)| rest);
    inner.strip_suffix(')').unwrap_or(inner).trim()
}

/// The value of a typed literal.
pub(super) fn typed(ty: ScalarType, text: &str) -> Option<Value> {
    if text == "null" {
        return Some(Value::null(ty));
    }
    Some(match ty {
        ScalarType::Bool => Value::Bool(Some(number::parse_bool(text)?)),
        ScalarType::Int => Value::Int(Some(number::parse_int(text)?)),
        ScalarType::Long => Value::Long(Some(number::parse_long(text)?)),
        ScalarType::Real => Value::Real(Some(number::parse_real(text)?)),
        ScalarType::Decimal => Value::Decimal(Some(decimal::parse(text)?)),
        ScalarType::Datetime => Value::Datetime(Some(datetime::parse_literal(text)?)),
        ScalarType::Timespan => Value::Timespan(Some(timespan::parse_literal(text)?)),
        ScalarType::Guid => Value::Guid(Some(guid::parse(unquoted(text))?)),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => return None,
    })
}

fn unquoted(text: &str) -> &str {
    ['\'', '"'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(text).trim()
}

/// One or more string literals: neighbours are one string.
pub(super) fn string(i: Tokens<'_>) -> PResult<'_, Expr> {
    if !is_string(i.kind()) {
        i.note(Expected::Thing("a string"));
        return not_here();
    }
    let start = i.peek();
    let mut text = String::new();
    let mut hidden = false;
    let mut i = i;
    while is_string(i.kind()) {
        hidden |= i.text().starts_with(['h', 'H']);
        unescape(i, &mut text);
        i = i.next();
    }
    Ok((i, expr(Value::String(text), hidden, i.since(start))))
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::UnclosedString)
}

/// Appends the content of the string token at `i`. Bad escapes are reported and stay as written.
pub(super) fn unescape(i: Tokens<'_>, out: &mut String) {
    let closed = i.kind() == TokenKind::String;
    let text = i.text();
    let body = text.strip_prefix(['h', 'H']).unwrap_or(text);
    let inner =
        |open: usize, close: usize| body.get(open..body.len() - if closed { close } else { 0 }).unwrap_or_default();
    if body.starts_with('@') {
        let content = inner(2, 1);
        match body.get(1..2) {
            Some(quote) if content.contains(quote) => out.push_str(&content.replace(&quote.repeat(2), quote)),
            _ => out.push_str(content),
        }
    } else if body.starts_with("```") || body.starts_with("~~~") {
        out.push_str(inner(3, 3));
    } else {
        let content = inner(1, 1);
        let offset = i.peek().span.start as usize + (text.len() - body.len()) + 1;
        plain(i, content, offset, out);
    }
}

/// Resolves backslash escapes.
fn plain(i: Tokens<'_>, content: &str, offset: usize, out: &mut String) {
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        rest = match one_escape(escape) {
            Some((c, length)) => {
                out.push(c);
                &escape[length..]
            }
            None => {
                let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                // An unclosed string was reported already, and its backslashes are the likely reason.
                if i.at(TokenKind::String) {
                    let start = offset + content.len() - rest.len() + at;
                    let message = format!("'{}' is no escape sequence", &escape[..length]);
                    i.report(
                        Diagnostic::error(code::BAD_LITERAL, Span::new(start, start + length), message)
                            .with_help("write \\\\ for a backslash, or @\"…\" around the text"),
                    );
                }
                out.push_str(&escape[..length]);
                &escape[length..]
            }
        };
    }
    out.push_str(rest);
}

/// The character of an escape sequence and the length of the sequence.
fn one_escape(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    let simple = match bytes.get(1)? {
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b'a' => '\u{07}',
        b'b' => '\u{08}',
        b'f' => '\u{0c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\u{0b}',
        b'x' => return Some((char::from_u32(hex(text, 2, 2)?)?, 4)),
        b'U' => return Some((char::from_u32(hex(text, 2, 8)?)?, 10)),
        b'u' => {
            let first = hex(text, 2, 4)?;
            // A surrogate needs its partner.
            if (0xd800..0xdc00).contains(&first) && bytes.get(6..8) == Some(b"\\u") {
                let second = hex(text, 8, 4)?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                return Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, 12));
            }
            return Some((char::from_u32(first)?, 6));
        }
        b'0'..=b'7' => {
            let most = if bytes[1] <= b'3' { 3 } else { 2 };
            let digits = bytes[1..].iter().take(most).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let value = u32::from_str_radix(text.get(1..1 + digits)?, 8).ok()?;
            return Some((char::from_u32(value)?, 1 + digits));
        }
        _ => return None,
    };
    Some((simple, 2))
}

fn hex(text: &str, from: usize, digits: usize) -> Option<u32> {
    let text = text.get(from..from + digits)?;
    text.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok()).flatten()
}
