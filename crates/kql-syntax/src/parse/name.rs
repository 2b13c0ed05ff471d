//! Names, quoted names, name patterns, type words.

use super::combinator::{not_here, token};
use super::error::Expected;
use super::input::{PResult, Tokens};
use super::literal;
use crate::ast::{Expr, ExprKind, Name, TypeName};
use crate::lex::{NameUse, TokenKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::ScalarType;

/// Whether the token can be a bare name in an expression.
pub(super) fn is_name(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Name => true,
        TokenKind::Keyword(word) => word.name_use() == NameUse::Anywhere,
        _ => false,
    }
}

/// Whether the token can be a name in a declaration or left of `=`.
pub(super) fn is_target(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Name => true,
        TokenKind::Keyword(word) => word.name_use() != NameUse::Never,
        _ => false,
    }
}

/// Number of tokens of the name that may start here: 1, 3 for `['x']` (2 when its closing bracket is missing), 0 when there
/// is none.
pub(super) fn name_length(i: Tokens<'_>, fits: impl Fn(TokenKind) -> bool) -> usize {
    match i.kind() {
        TokenKind::OpenBracket if matches!(i.nth(1).kind, TokenKind::String | TokenKind::UnclosedString) => {
            if i.nth(2).kind == TokenKind::CloseBracket { 3 } else { 2 }
        }
        kind if fits(kind) => 1,
        _ => 0,
    }
}

fn read<'a>(i: Tokens<'a>, fits: impl Fn(TokenKind) -> bool) -> PResult<'a, Name> {
    match name_length(i, fits) {
        0 => {
            i.note(Expected::Thing("a name"));
            not_here()
        }
        1 => Ok((i.next(), Name { text: i.text().to_owned(), span: i.peek().span, quoted: false })),
        length => {
            let span = i.peek().span.to(i.nth(length - 1).span);
            let mut text = String::new();
            literal::unescape(i.next(), &mut text);
            if text.is_empty() {
                i.report(Diagnostic::error(code::SYNTAX, span, "a name cannot be empty"));
            }
            let after = i.skip(length);
            if length == 2 {
                after.expected(Expected::Token(TokenKind::CloseBracket));
            }
            Ok((after, Name { text, span, quoted: true }))
        }
    }
}

/// A name in an expression.
pub(super) fn name(i: Tokens<'_>) -> PResult<'_, Name> {
    read(i, is_name)
}

/// A name that is being declared, or stands left of `=`.
pub(super) fn target(i: Tokens<'_>) -> PResult<'_, Name> {
    read(i, is_target)
}

/// A name after a dot: any word.
pub(super) fn member(i: Tokens<'_>) -> PResult<'_, Name> {
    read(i, TokenKind::is_word)
}

/// A declared name that must be here.
pub(super) fn expect_target(i: Tokens<'_>) -> PResult<'_, Name> {
    match target(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i.gap())))
        }
    }
}

/// The name that stands for one that is not there.
pub(super) fn missing(span: Span) -> Name {
    Name { text: String::new(), span, quoted: false }
}

/// A name as an expression.
pub(super) fn name_expr(name: Name) -> Expr {
    Expr { span: name.span, kind: ExprKind::Name(name) }
}

/// A name pattern: words, digits and stars without blanks between them, at least one star. `*` alone is one.
pub(super) fn wildcard(i: Tokens<'_>) -> PResult<'_, Expr> {
    let mut length = 0;
    let mut starred = false;
    loop {
        let kind = i.nth(length).kind;
        let fits = match kind {
            TokenKind::Star => true,
            TokenKind::Name | TokenKind::Keyword(_) | TokenKind::Bool => {
                kind.text().is_none_or(|t| !t.starts_with('!'))
            }
            TokenKind::Long | TokenKind::Timespan => length > 0,
            _ => false,
        };
        if !fits || (length > 0 && !i.adjacent(length)) {
            break;
        }
        starred |= kind == TokenKind::Star;
        length += 1;
    }
    if !starred {
        return not_here();
    }
    let span = i.peek().span.to(i.nth(length - 1).span);
    let name = Name { text: span.text(i.shared.query).to_owned(), span, quoted: false };
    Ok((i.skip(length), Expr { kind: ExprKind::Wildcard(name), span }))
}

/// A name or a name pattern.
pub(super) fn name_or_wildcard(i: Tokens<'_>) -> PResult<'_, Expr> {
    if let Ok(found) = wildcard(i) {
        return Ok(found);
    }
    let (i, name) = name(i)?;
    Ok((i, name_expr(name)))
}

/// The word of a scalar type.
pub(super) fn type_name(i: Tokens<'_>) -> PResult<'_, TypeName> {
    let span = i.peek().span;
    if let Some(ty) = i.kind().is_word().then(|| ScalarType::from_name(i.text())).flatten() {
        return Ok((i.next(), TypeName { ty, span }));
    }
    i.note(Expected::Thing("a type"));
    not_here()
}

/// The word of a scalar type, which must be here. An unknown word is reported and read as `string`.
pub(super) fn expect_type(i: Tokens<'_>) -> PResult<'_, TypeName> {
    if let Ok(found) = type_name(i) {
        return Ok(found);
    }
    let span = i.peek().span;
    if i.kind().is_word() {
        let names = ScalarType::ALL.iter().map(|ty| ty.name());
        let message = format!("'{}' is not a type", i.text());
        i.report(Diagnostic::error(code::SYNTAX, span, message).did_you_mean(i.text(), names));
        return Ok((i.next(), TypeName { ty: ScalarType::String, span }));
    }
    i.unexpected();
    Ok((i, TypeName { ty: ScalarType::String, span: i.gap() }))
}

/// `: type`, when there is one.
pub(super) fn optional_type(i: Tokens<'_>) -> PResult<'_, Option<TypeName>> {
    match token(TokenKind::Colon)(i) {
        Ok((i, _)) => expect_type(i).map(|(i, ty)| (i, Some(ty))),
        Err(_) => Ok((i, None)),
    }
}
