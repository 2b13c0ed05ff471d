//! Expressions: one loop for infix operators, below it signs, paths and primaries.

use super::combinator::{Commas, MAX_HEIGHT, bracketed, deeper, delimited, expect, not_here, too_deep};
use super::error::Expected;
use super::input::{PResult, Tokens};
use super::precedence::{Infix, Level};
use super::{literal, name, pipeline, schema, source, statements};
use crate::ast::{Argument, BinaryOp, Call, Expr, ExprKind, Name, NamedExpr, UnaryOp};
use crate::lex::{Keyword, TokenKind};
use kql_types::Value;
use nom::Parser;
use nom::combinator::opt;

/// A scalar or unpiped tabular expression that must be here; [`ExprKind::Missing`] and a report when it is not.
pub(super) fn expect_expr(i: Tokens<'_>) -> PResult<'_, Expr> {
    match expr(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i)))
        }
    }
}

/// The expression that stands for one that is not there.
pub(super) fn missing(i: Tokens<'_>) -> Expr {
    Expr { kind: ExprKind::Missing, span: i.gap() }
}

/// A scalar or unpiped tabular expression.
pub(super) fn expr(i: Tokens<'_>) -> PResult<'_, Expr> {
    deeper(i, |i| infix(i, Level::Or))
}

/// A named expression that must be here.
pub(super) fn expect_named_expr(i: Tokens<'_>) -> PResult<'_, NamedExpr> {
    match named_expr(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, NamedExpr { names: Vec::new(), tuple: false, value: missing(i) }))
        }
    }
}

/// An expression whose name Kusto reads and has no use for: `take n = 5`, `sort by a = x`.
pub(super) fn unnamed_expr(i: Tokens<'_>) -> PResult<'_, Expr> {
    let (i, named) = named_expr(i)?;
    Ok((i, named.value))
}

/// The same, where it must be here.
pub(super) fn expect_unnamed_expr(i: Tokens<'_>) -> PResult<'_, Expr> {
    let (i, named) = expect_named_expr(i)?;
    Ok((i, named.value))
}

/// `name = expr`, `(a, b) = expr` or `expr`.
pub(super) fn named_expr(i: Tokens<'_>) -> PResult<'_, NamedExpr> {
    let length = name::name_length(i, name::is_target);
    if length > 0 && i.nth(length).kind == TokenKind::Equal {
        let (i, name) = name::target(i)?;
        let (i, value) = expect_expr(i.next())?;
        return Ok((i, NamedExpr { names: vec![name], tuple: false, value }));
    }
    if is_tuple(i) {
        let (i, names) = bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, name::target)(i)?;
        let (i, value) = expect_expr(i.next())?;
        return Ok((i, NamedExpr { names, tuple: true, value }));
    }
    let (i, value) = expr(i)?;
    Ok((i, NamedExpr { names: Vec::new(), tuple: false, value }))
}

/// Whether `(a, b) =` starts here. Looks at names and commas only, so it stops early on anything else.
fn is_tuple(i: Tokens<'_>) -> bool {
    if !i.at(TokenKind::OpenParen) {
        return false;
    }
    let mut i = i.next();
    loop {
        match name::name_length(i, name::is_target) {
            0 => return false,
            length => i = i.skip(length),
        }
        match i.kind() {
            TokenKind::Comma => i = i.next(),
            TokenKind::CloseParen => return i.nth(1).kind == TokenKind::Equal,
            _ => return false,
        }
    }
}

/// Infix operators of this level and tighter: reads an operand, then operators as long as they bind tightly enough.
fn infix(i: Tokens<'_>, least: Level) -> PResult<'_, Expr> {
    let start = i.peek();
    let outside = i.shared.height.replace(0);
    let (mut i, mut left) = unary(i)?;
    let mut height = i.shared.height.get();
    // The level of the last operator: tighter ones after it would be its operand's, and some levels do not chain.
    let mut last = None;
    while let Some(op) = Infix::of(i.kind()) {
        let level = op.level();
        let closed = last.is_some_and(|last: Level| level > last || (level == last && !level.chains()));
        if level < least || closed || !stands_here(i, op) {
            break;
        }
        last = Some(level);
        height += 1;
        if height > MAX_HEIGHT {
            return too_deep(i, "the expression has too many operators in a row");
        }
        i.shared.height.set(0);
        let (after, kind) = right_side(i, op, level, left)?;
        i = after;
        height = height.max(i.shared.height.get() + 1);
        left = Expr { kind, span: i.since(start) };
    }
    i.hint(Expected::Infix);
    i.shared.height.set(outside.max(height));
    Ok((i, left))
}

/// Whether the token that looks like an operator is one here.
fn stands_here(i: Tokens<'_>, op: Infix) -> bool {
    match op {
        // `matches` alone is a name; `make-series … on t in range(…)` is a clause.
        Infix::Binary(BinaryOp::MatchesRegex) => i.nth(1).kind == TokenKind::Keyword(Keyword::Regex),
        Infix::In(_) => i.nth(1).kind != TokenKind::Keyword(Keyword::Range),
        _ => true,
    }
}

/// The operator and what follows it.
fn right_side<'a>(i: Tokens<'a>, op: Infix, level: Level, left: Expr) -> PResult<'a, ExprKind> {
    let left = Box::new(left);
    let op_span = i.peek().span;
    match op {
        Infix::Binary(op) => {
            let (op_span, i) = match op {
                BinaryOp::MatchesRegex => (op_span.to(i.nth(1).span), i.skip(2)),
                _ => (op_span, i.next()),
            };
            let (i, right) = operand(i, level)?;
            Ok((i, ExprKind::Binary { op, op_span, left, right: Box::new(right) }))
        }
        Infix::In(op) => {
            let (i, list) = in_list(i.next())?;
            Ok((i, ExprKind::In { op, op_span, left, list }))
        }
        Infix::Between(negated) => {
            let i = i.next();
            let couple = |i| (expect_expr, expect(TokenKind::DotDot), expect_expr).parse(i);
            let (i, (low, _, high)) = match delimited(TokenKind::OpenParen, TokenKind::CloseParen, couple)(i) {
                Ok(found) => found,
                Err(_) => {
                    i.unexpected();
                    couple(i)?
                }
            };
            Ok((i, ExprKind::Between { negated, operand: left, low: Box::new(low), high: Box::new(high) }))
        }
    }
}

/// The right operand of an operator of this level.
fn operand(i: Tokens<'_>, level: Level) -> PResult<'_, Expr> {
    let result = match level.tighter() {
        Some(tighter) => infix(i, tighter),
        None => unary(i),
    };
    match result {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i)))
        }
    }
}

/// The list of `in`, `has_any`, `has_all`: scalars, or one tabular expression. Without its parentheses it is reported and
/// read as one operand.
fn in_list(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    match bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, pipeline::pipeline)(i) {
        Ok((after, list)) if list.is_empty() && i.nth(1).kind == TokenKind::CloseParen => {
            i.next().expected(Expected::Thing("an expression"));
            Ok((after, list))
        }
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            let (i, item) = opt(unary).parse(i)?;
            Ok((i, item.into_iter().collect()))
        }
    }
}

/// A sign, at most one, and a path.
fn unary(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let op = match start.kind {
        TokenKind::Minus => UnaryOp::Minus,
        TokenKind::Plus => UnaryOp::Plus,
        TokenKind::Star => return Ok((i.next(), Expr { kind: ExprKind::Star, span: start.span })),
        _ => return path(i),
    };
    if let Some(found) = smallest_long(i) {
        return Ok(found);
    }
    let (i, operand) = match path(i.next()) {
        Ok(found) => found,
        Err(_) => {
            let i = i.next();
            i.unexpected();
            (i, missing(i))
        }
    };
    Ok((i, Expr { kind: ExprKind::Unary { op, operand: Box::new(operand) }, span: i.since(start) }))
}

/// `-9223372036854775808`, whose digits alone are no long.
fn smallest_long(i: Tokens<'_>) -> Option<(Tokens<'_>, Expr)> {
    let digits = i.next();
    if !i.at(TokenKind::Minus) || !digits.at(TokenKind::Long) || digits.text() != "9223372036854775808" {
        return None;
    }
    let span = i.peek().span.to(digits.peek().span);
    Some((i.skip(2), literal::expr(Value::Long(Some(i64::MIN)), false, span)))
}

/// A literal with an optional sign, or a quoted name: the value of an operator's parameter.
pub(super) fn signed(i: Tokens<'_>) -> PResult<'_, Expr> {
    if matches!(i.kind(), TokenKind::Minus | TokenKind::Plus) {
        return unary(i);
    }
    if i.at(TokenKind::OpenBracket) {
        let (i, name) = name::name(i)?;
        return Ok((i, name::name_expr(name)));
    }
    literal::silent(i)
}

/// A primary and what is picked out of it: `.name`, `.call()`, `[index]`, `.[index]`.
pub(super) fn path(i: Tokens<'_>) -> PResult<'_, Expr> {
    path_of(i, Steps::Any)
}

/// What may follow a dot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Steps {
    /// Names and calls.
    Any,
    /// Also a name pattern, where nothing can be multiplied.
    Patterns,
    /// Names only.
    Names,
}

/// A name or call with its path, and without infix operators; the last step may be a name pattern: a table of `union`.
pub(super) fn entity(i: Tokens<'_>) -> PResult<'_, Expr> {
    if let Ok(found) = name::wildcard(i) {
        return Ok(found);
    }
    path_of(i, Steps::Patterns)
}

/// A path of names without calls: what `partition by` takes, before its parenthesis.
pub(super) fn name_path(i: Tokens<'_>) -> PResult<'_, Expr> {
    let (mut i, name) = name::name(i)?;
    let mut base = name::name_expr(name);
    while i.at(TokenKind::Dot) || i.at(TokenKind::OpenBracket) {
        let (after, step) = path_step(i, base, Steps::Names)?;
        (i, base) = (after, step);
    }
    Ok((i, base))
}

fn path_of(i: Tokens<'_>, steps: Steps) -> PResult<'_, Expr> {
    let (mut i, mut base) = primary(i)?;
    let mut length = 0;
    while matches!(i.kind(), TokenKind::Dot | TokenKind::OpenBracket) {
        length += 1;
        if i.shared.height.get() + length > MAX_HEIGHT {
            return too_deep(i, "the path has too many steps");
        }
        let (after, step) = path_step(i, base, steps)?;
        (i, base) = (after, step);
    }
    i.shared.height.set(i.shared.height.get() + length);
    Ok((i, base))
}

/// One step; the dot or bracket is known to be here.
fn path_step<'a>(i: Tokens<'a>, base: Expr, steps: Steps) -> PResult<'a, Expr> {
    let start = base.span;
    let base = Box::new(base);
    let kind;
    let after;
    if steps != Steps::Names && i.at(TokenKind::Dot) && quoted_call_follows(i.next()) {
        let (next, name) = name::member(i.next())?;
        let (next, member) = call(next, name)?;
        (after, kind) = (next, ExprKind::Member { base, member: Box::new(member) });
    } else if i.at(TokenKind::OpenBracket) || i.nth(1).kind == TokenKind::OpenBracket {
        let open = if i.at(TokenKind::OpenBracket) { i } else { i.next() };
        let (next, index) = delimited(TokenKind::OpenBracket, TokenKind::CloseBracket, expect_expr)(open)?;
        (after, kind) = (next, ExprKind::Index { base, index: Box::new(index) });
    } else {
        let (next, member) = member(i.next(), steps)?;
        (after, kind) = (next, ExprKind::Member { base, member: Box::new(member) });
    }
    Ok((after, Expr { kind, span: start.to(after.previous()) }))
}

/// Whether `['f'](` stands here: a function with a quoted name.
fn quoted_call_follows(i: Tokens<'_>) -> bool {
    name::name_length(i, |_| false) == 3 && i.nth(3).kind == TokenKind::OpenParen
}

/// What follows a dot.
fn member(i: Tokens<'_>, steps: Steps) -> PResult<'_, Expr> {
    if steps == Steps::Patterns
        && let Ok(found) = name::wildcard(i)
    {
        return Ok(found);
    }
    match name::member(i) {
        Ok((i, name)) if steps != Steps::Names && i.at(TokenKind::OpenParen) => call(i, name),
        Ok((i, name)) => Ok((i, name::name_expr(name))),
        Err(_) => {
            i.unexpected();
            Ok((i, name::name_expr(name::missing(i.gap()))))
        }
    }
}

/// The arguments after a function's name.
pub(super) fn call(i: Tokens<'_>, name: Name) -> PResult<'_, Expr> {
    let start = name.span;
    let (i, arguments) = bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, argument)(i)?;
    let span = start.to(i.previous());
    Ok((i, Expr { kind: ExprKind::Call(Call { name, arguments, span }), span }))
}

fn argument(i: Tokens<'_>) -> PResult<'_, Argument> {
    if schema::is_function(i, true) {
        let (i, value) = statements::function_value(i)?;
        return Ok((i, Argument { name: None, value }));
    }
    let length = name::name_length(i, name::is_target);
    if length > 0 && i.nth(length).kind == TokenKind::Equal {
        let (i, name) = name::target(i)?;
        let (i, value) = expect_expr(i.next())?;
        return Ok((i, Argument { name: Some(name), value }));
    }
    // An argument that is not there keeps the place of the next ones.
    let (i, value) = expect_expr(i)?;
    Ok((i, Argument { name: None, value }))
}

/// Literals, names, calls, parentheses and the expressions that start with a word of their own.
fn primary(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    match start.kind {
        TokenKind::OpenParen => {
            let (i, inner) = delimited(TokenKind::OpenParen, TokenKind::CloseParen, pipeline::expect_pipeline)(i)?;
            Ok((i, Expr { kind: ExprKind::Parenthesized(Box::new(inner)), span: i.since(start) }))
        }
        TokenKind::Keyword(word) => keyword_primary(i, word),
        TokenKind::Name | TokenKind::OpenBracket => name_or_call(i),
        _ => match literal::silent(i) {
            Ok(found) => Ok(found),
            Err(_) => {
                i.note(Expected::Thing("an expression"));
                not_here()
            }
        },
    }
}

fn keyword_primary(i: Tokens<'_>, word: Keyword) -> PResult<'_, Expr> {
    let next = i.nth(1).kind;
    match word {
        Keyword::Dynamic if next == TokenKind::OpenParen => literal::literal(i),
        Keyword::Datatable => source::datatable(i),
        Keyword::ExternalData | Keyword::ExternalDataOld => source::external_data(i),
        Keyword::ToScalar | Keyword::ToTable | Keyword::Materialize => source::once(i, word),
        Keyword::EntityGroup if next == TokenKind::OpenBracket => source::entity_group(i),
        Keyword::TypeOf if next == TokenKind::OpenParen => source::type_of(i),
        _ => name_or_call(i),
    }
}

fn name_or_call(i: Tokens<'_>) -> PResult<'_, Expr> {
    if name::name_length(i, name::is_name) == 0 {
        i.note(Expected::Thing("an expression"));
        return not_here();
    }
    let (i, name) = name::name(i)?;
    let columns = i.at(TokenKind::OpenParen) && i.nth(2).kind == TokenKind::Colon;
    if columns && name.text == "inline_external_table" {
        return source::inline_external_table(i, &name);
    }
    if i.at(TokenKind::OpenParen) { call(i, name) } else { Ok((i, name::name_expr(name))) }
}
