//! `name = value` pairs: operator parameters before the operands, and `with (…)` clauses.

use super::combinator::{Commas, bracketed, keyword};
use super::error::Expected;
use super::expression::expr;
use super::input::{PResult, Tokens};
use super::name;
use crate::ast::{Name, Property};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, code};

/// The hints Kusto knows; an unknown one is a syntax error.
pub(crate) const HINTS: &[&str] = &[
    "concurrency",
    "distribution",
    "materialized",
    "num_partitions",
    "pass_filters",
    "pass_filters_column",
    "progressive_top",
    "remote",
    "shufflekey",
    "spread",
    "strategy",
];

/// Parameters every operator takes in Kusto's grammar, mostly internal ones.
const COMMON: &[&str] = &[
    "__crossCluster",
    "__crossDB",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__sourceColumnIndex",
    "bin_legacy",
    "decodeblocks",
    "expandoutput",
];

/// Parameters of an operator: those named here and all hints.
pub(super) fn parameters<'a>(mut i: Tokens<'a>, known: &'static [&'static str]) -> PResult<'a, Vec<Property>> {
    let mut found = Vec::new();
    while let Some((after, name)) = parameter_name(i, known) {
        let (after, property) = word_value(after, name)?;
        found.push(property);
        i = after;
    }
    i.hint(Expected::Properties(known));
    i.hint(Expected::Properties(HINTS));
    Ok((i, found))
}

/// A parameter's name and the `=` after it.
fn parameter_name<'a>(i: Tokens<'a>, known: &[&str]) -> Option<(Tokens<'a>, Name)> {
    if !i.kind().is_word() {
        return None;
    }
    let text = i.text();
    if text == "hint" && i.nth(1).kind == TokenKind::Dot && i.nth(3).kind == TokenKind::Equal {
        let span = i.peek().span.to(i.nth(2).span);
        let hint = i.text_of(2);
        if !HINTS.contains(&hint) {
            let message = format!("there is no hint '{hint}'");
            i.report(Diagnostic::error(code::SYNTAX, i.nth(2).span, message).did_you_mean(hint, HINTS.iter().copied()));
        }
        return Some((i.skip(4), Name { text: format!("hint.{hint}"), span, quoted: false }));
    }
    if i.nth(1).kind == TokenKind::Equal && (known.contains(&text) || COMMON.contains(&text)) {
        return Some((i.skip(2), Name { text: text.to_owned(), span: i.peek().span, quoted: false }));
    }
    None
}

/// A word, a literal or a quoted name as the value.
fn word_value(i: Tokens<'_>, name: Name) -> PResult<'_, Property> {
    let is_dynamic = i.at_keyword(Keyword::Dynamic) && i.nth(1).kind == TokenKind::OpenParen;
    if i.kind().is_word() && !i.at(TokenKind::Bool) && !is_dynamic {
        let (i, word) = name::member(i)?;
        return Ok((i, Property { name, values: vec![name::name_expr(word)] }));
    }
    // A sign belongs to a number; nothing longer than a path stands here.
    match super::expression::signed(i) {
        Ok((i, value)) => Ok((i, Property { name, values: vec![value] })),
        Err(_) => {
            i.expected(Expected::Thing("a value"));
            Ok((i, Property { name, values: Vec::new() }))
        }
    }
}

/// `with (name = value, …)`, when there is one.
pub(super) fn with_clause(i: Tokens<'_>) -> PResult<'_, Vec<Property>> {
    let is_own = i.nth(1).kind == TokenKind::OpenParen && i.nth(2).kind != TokenKind::Keyword(Keyword::Step);
    if i.at_keyword(Keyword::With) && !is_own {
        // The clause of an operator around it: `parse … with "x"`, `scan … with (step …)`.
        return Ok((i, Vec::new()));
    }
    match keyword(Keyword::With)(i) {
        Ok((after, _)) => {
            match bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Trailing, property)(after) {
                Ok(found) => Ok(found),
                Err(_) => {
                    after.unexpected();
                    Ok((after, Vec::new()))
                }
            }
        }
        Err(_) => Ok((i, Vec::new())),
    }
}

/// `name = value [, value …]`: more values as long as no further property starts.
pub(super) fn property(i: Tokens<'_>) -> PResult<'_, Property> {
    let (i, name) = property_name(i)?;
    if !i.at(TokenKind::Equal) {
        i.expected(Expected::Token(TokenKind::Equal));
        return Ok((i, Property { name, values: Vec::new() }));
    }
    let (mut i, first) = value(i.next())?;
    let mut values: Vec<_> = first.into_iter().collect();
    while i.at(TokenKind::Comma) && continues(i.next()) {
        let (after, next) = value(i.next())?;
        values.extend(next);
        i = after;
    }
    Ok((i, Property { name, values }))
}

/// Whether another value of the same property follows rather than a further property or the end.
fn continues(i: Tokens<'_>) -> bool {
    let length = name::name_length(i, TokenKind::is_word);
    length > 0 && i.nth(length).kind != TokenKind::Equal && i.nth(length).kind != TokenKind::Dot
}

fn property_name(i: Tokens<'_>) -> PResult<'_, Name> {
    let (mut i, mut name) = name::member(i)?;
    while i.at(TokenKind::Dot) {
        let (after, part) = name::member(i.next())?;
        name.text.push('.');
        name.text.push_str(&part.text);
        name.span = name.span.to(part.span);
        i = after;
    }
    Ok((i, name))
}

fn value(i: Tokens<'_>) -> PResult<'_, Option<crate::ast::Expr>> {
    let next = i.nth(1).kind;
    // Words such as `linear` or `default`, and names of columns, whatever else they mean.
    if i.kind().is_word() && !i.at(TokenKind::Bool) && !matches!(next, TokenKind::OpenParen | TokenKind::Dot) {
        let (i, word) = name::member(i)?;
        return Ok((i, Some(name::name_expr(word))));
    }
    match expr(i) {
        Ok((i, value)) => Ok((i, Some(value))),
        Err(_) => {
            i.expected(Expected::Thing("a value"));
            Ok((i, None))
        }
    }
}
