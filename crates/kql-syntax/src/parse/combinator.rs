//! Small parsers that everything else is made of.
//!
//! `token`, `keyword` and `word` fail when they do not fit, for use with nom's `opt` and `preceded`. The `expect_…` forms
//! never fail: they report what is missing and go on, so that the tree keeps what was read.

use super::error::Expected;
use super::input::{NotHere, Open, PResult, Tokens};
use crate::ast::{Expr, ExprKind};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, Span, code};

/// The parser does not fit here.
pub(super) fn not_here<'a, T>() -> PResult<'a, T> {
    Err(nom::Err::Error(NotHere))
}

/// A token of this kind.
pub(super) fn token<'a>(kind: TokenKind) -> impl Fn(Tokens<'a>) -> PResult<'a, Span> {
    move |i| {
        let next = i.peek();
        if next.kind == kind {
            return Ok((i.next(), next.span));
        }
        i.note(Expected::Token(kind));
        not_here()
    }
}

/// A keyword.
pub(super) fn keyword<'a>(word: Keyword) -> impl Fn(Tokens<'a>) -> PResult<'a, Span> {
    token(TokenKind::Keyword(word))
}

/// A word that means something only here.
pub(super) fn word<'a>(text: &'static str) -> impl Fn(Tokens<'a>) -> PResult<'a, Span> {
    move |i| {
        let next = i.peek();
        if next.kind.is_word() && i.text() == text {
            return Ok((i.next(), next.span));
        }
        i.note(Expected::Word(text));
        not_here()
    }
}

/// Whether the token is there, without an error when it is not.
pub(super) fn maybe<'a>(i: Tokens<'a>, parser: impl Fn(Tokens<'a>) -> PResult<'a, Span>) -> (Tokens<'a>, bool) {
    match parser(i) {
        Ok((i, _)) => (i, true),
        Err(_) => (i, false),
    }
}

/// A token that must be here.
pub(super) fn expect<'a>(kind: TokenKind) -> impl Fn(Tokens<'a>) -> PResult<'a, Span> {
    move |i| match token(kind)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, i.gap()))
        }
    }
}

/// A keyword that must be here.
pub(super) fn expect_keyword<'a>(word: Keyword) -> impl Fn(Tokens<'a>) -> PResult<'a, Span> {
    expect(TokenKind::Keyword(word))
}

/// Items separated by commas, at least one; a comma is followed by an item.
pub(super) fn comma_list<'a, T>(
    item: impl Fn(Tokens<'a>) -> PResult<'a, T>,
) -> impl Fn(Tokens<'a>) -> PResult<'a, Vec<T>> {
    move |i| {
        let (mut i, first) = item(i)?;
        let mut items = vec![first];
        while let Ok((after, _)) = token(TokenKind::Comma)(i) {
            match item(after) {
                Ok((after, next)) => {
                    items.push(next);
                    i = after;
                }
                Err(_) => {
                    after.unexpected();
                    return Ok((after, items));
                }
            }
        }
        Ok((i, items))
    }
}

/// What a bracketed list allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Commas {
    /// `(a, b)`, `()`.
    Between,
    /// Also a comma before the closing bracket.
    Trailing,
}

/// `open item, item close`. Unreadable items are skipped to the next comma or the closing bracket.
pub(super) fn bracketed<'a, T>(
    open: TokenKind,
    close: TokenKind,
    commas: Commas,
    item: impl Fn(Tokens<'a>) -> PResult<'a, T>,
) -> impl Fn(Tokens<'a>) -> PResult<'a, Vec<T>> {
    move |i| {
        let (i, _) = token(open)(i)?;
        let outside = i.shared.closing.replace(Some(Open { close, list: true }));
        let (i, items) = bracketed_items(i, close, commas, &item);
        i.shared.closing.set(outside);
        Ok((i, items))
    }
}

fn bracketed_items<'a, T>(
    mut i: Tokens<'a>,
    close: TokenKind,
    commas: Commas,
    item: &impl Fn(Tokens<'a>) -> PResult<'a, T>,
) -> (Tokens<'a>, Vec<T>) {
    let mut items = Vec::new();
    if i.at(close) {
        return (i.next(), items);
    }
    loop {
        match item(i) {
            Ok((after, next)) => {
                items.push(next);
                i = after;
            }
            Err(_) => i.unexpected(),
        }
        if i.at(TokenKind::Comma) {
            i = i.next();
            if commas == Commas::Trailing && i.at(close) {
                return (i.next(), items);
            }
            continue;
        }
        if i.at(close) {
            return (i.next(), items);
        }
        i.note(Expected::Token(TokenKind::Comma));
        i.expected(Expected::Token(close));
        i = skip_in_list(i, close);
        match i.kind() {
            TokenKind::Comma => i = i.next(),
            kind if kind == close => return (i.next(), items),
            _ => return (i, items),
        }
    }
}

/// `open content close`.
pub(super) fn delimited<'a, T>(
    open: TokenKind,
    close: TokenKind,
    content: impl Fn(Tokens<'a>) -> PResult<'a, T>,
) -> impl Fn(Tokens<'a>) -> PResult<'a, T> {
    move |i| {
        let (i, _) = token(open)(i)?;
        let outside = i.shared.closing.replace(Some(Open { close, list: false }));
        let (mut i, inner) = match content(i) {
            Ok(found) => found,
            Err(error) => {
                i.shared.closing.set(outside);
                return Err(error);
            }
        };
        i.shared.closing.set(outside);
        match token(close)(i) {
            Ok((after, _)) => i = after,
            Err(_) if i.at_keyword(Keyword::On) => i.unexpected(),
            Err(_) => {
                i.unexpected();
                let after = skip_to(i, |kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon) || kind == close);
                i = if after.at(close) { after.next() } else { after };
            }
        }
        Ok((i, inner))
    }
}

/// To the next comma or the closing bracket; not beyond `|` or `;`.
fn skip_in_list<'a>(i: Tokens<'a>, close: TokenKind) -> Tokens<'a> {
    skip_to(i, |kind| matches!(kind, TokenKind::Comma | TokenKind::Bar | TokenKind::Semicolon) || kind == close)
}

/// To the next token of the kind at this bracket depth, or to a closing bracket that closes something around, or the end.
pub(super) fn skip_to<'a>(mut i: Tokens<'a>, stop: impl Fn(TokenKind) -> bool) -> Tokens<'a> {
    let mut depth = 0usize;
    loop {
        let kind = i.kind();
        match kind {
            TokenKind::End => return i,
            _ if depth == 0 && stop(kind) => return i,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                if depth == 0 && i.shared.closing.get().is_some() {
                    return i;
                }
                depth = depth.saturating_sub(1);
            }
            // A statement ends whatever is open before it.
            TokenKind::Semicolon if i.shared.closing.get().is_none() => return i,
            _ => {}
        }
        i = i.next();
    }
}

/// Nesting of expressions and pipelines beyond this is refused.
pub const MAX_NESTING: usize = 200;

/// Height of an expression tree beyond this is refused: `a or b or c …` grows by one with each operator.
pub const MAX_HEIGHT: usize = 1000;

/// Stack left when a new piece is taken, and the size of a piece. Between two checks lie the levels of infix operators, which
/// need some tens of kilobytes without optimisation.
const RED_ZONE: usize = 128 * 1024;
const GROWTH: usize = 1024 * 1024;

/// Runs a parser one level deeper; beyond [`MAX_NESTING`] it reports and skips.
pub(super) fn deeper<'a>(i: Tokens<'a>, parser: impl FnOnce(Tokens<'a>) -> PResult<'a, Expr>) -> PResult<'a, Expr> {
    let nesting = i.shared.nesting.get();
    if nesting >= MAX_NESTING {
        return too_deep(i, "the query is nested too deeply");
    }
    let height = i.shared.height.replace(0);
    i.shared.nesting.set(nesting + 1);
    let result = stacker::maybe_grow(RED_ZONE, GROWTH, || parser(i));
    i.shared.nesting.set(nesting);
    i.shared.height.set(height.max(i.shared.height.get() + 1));
    result
}

/// Reports that a limit is reached and leaves out the rest of the statement: reading on would only find the same.
pub(super) fn too_deep<'a>(i: Tokens<'a>, message: &str) -> PResult<'a, Expr> {
    let help = "split it with let statements, or write a list with in (…) or has_any (…)";
    i.add(Diagnostic::error(code::TOO_DEEP, i.peek().span, message).with_help(help));
    let span = i.gap();
    let mut i = i;
    while !matches!(i.kind(), TokenKind::End) {
        i = i.next();
    }
    i.shared.reported.set(i.position());
    Ok((i, Expr { kind: ExprKind::Missing, span }))
}
