//! `source | operator | operator`: where a pipeline starts, what follows a bar, and how reading goes on after a mistake.

use super::combinator::{deeper, skip_to, token};
use super::error::Expected;
use super::expression::{entity, expr, missing};
use super::input::{PResult, Tokens};
use super::operators::{self, Head};
use crate::ast::{Expr, ExprKind, Operator, OperatorKind};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, code};

/// A pipeline or a lone expression that must be here.
pub(super) fn expect_pipeline(i: Tokens<'_>) -> PResult<'_, Expr> {
    match pipeline(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i)))
        }
    }
}

/// A pipeline or a lone expression.
pub(super) fn pipeline(i: Tokens<'_>) -> PResult<'_, Expr> {
    deeper(i, |i| {
        let start = i.peek();
        let (i, source, first) = match leading_operator(i) {
            Some((i, operator)) => (i, None, Some(operator)),
            None => {
                let (i, source) = expr(i)?;
                // A bar after `(a == 1` is not in the parentheses: the closing one is missing.
                let in_parens = i.shared.closing.get().is_some_and(|open| open.close == TokenKind::CloseParen);
                if in_parens && i.at(TokenKind::Bar) && is_scalar(&source) {
                    return Ok((i, source));
                }
                (i, Some(source), None)
            }
        };
        let (i, operators) = rest(i, first.into_iter().collect())?;
        Ok((i, assemble(i, start, source, operators)))
    })
}

/// Whether an expression can never be a table.
fn is_scalar(expr: &Expr) -> bool {
    use ExprKind::{Between, Binary, In, Literal, Unary};
    matches!(expr.kind, Binary { .. } | In { .. } | Between { .. } | Unary { .. } | Literal(_))
}

/// A table of a list, which may be a name pattern, with the operators after it: `T | as X`.
pub(super) fn entity_pipeline(i: Tokens<'_>) -> PResult<'_, Expr> {
    deeper(i, |i| {
        let start = i.peek();
        let (i, source) = entity(i)?;
        let (i, operators) = rest(i, Vec::new())?;
        Ok((i, assemble(i, start, Some(source), operators)))
    })
}

/// Operators without a source: the inside of `mv-apply … on (…)`, `fork`, `partition`. A pipeline with a source is taken, too:
/// the binder says what is wrong with it.
pub(super) fn sub_pipeline(i: Tokens<'_>) -> PResult<'_, Expr> {
    let is_operator = operators::find(i).is_some() || (i.at(TokenKind::Name) && operand_follows(i));
    if !is_operator {
        i.hint(Expected::Thing("an operator"));
        return expect_pipeline(i);
    }
    deeper(i, |i| {
        let start = i.peek();
        let (i, first) = operator(i)?;
        let (i, operators) = rest(i, vec![first])?;
        Ok((i, assemble(i, start, None, operators)))
    })
}

/// What follows a bar that was already read: operators over something outside the tree.
pub(super) fn operators_only(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let (i, first) = operator(i)?;
    let (i, operators) = rest(i, vec![first])?;
    Ok((i, assemble(i, start, None, operators)))
}

fn assemble(i: Tokens<'_>, start: crate::lex::Token, source: Option<Expr>, operators: Vec<Operator>) -> Expr {
    match source {
        Some(source) if operators.is_empty() => source,
        source => {
            let kind = ExprKind::Pipeline { source: source.map(Box::new), operators };
            Expr { kind, span: i.since(start) }
        }
    }
}

/// An operator at the start of a pipeline: one that makes rows itself, or a mistake.
fn leading_operator(i: Tokens<'_>) -> Option<(Tokens<'_>, Operator)> {
    let (_, found) = operators::find(i)?;
    match found.head {
        Head::Source(starts) if starts(i) => {}
        // A word that can also be a name is one, unless an operand follows as it would after the operator.
        _ if super::name::is_name(i.kind()) && !operand_follows(i) => return None,
        Head::Source(_) if super::name::is_name(i.kind()) => return None,
        _ => {
            let message = format!("'{}' needs a table before it", i.text());
            i.report(
                Diagnostic::error(code::SYNTAX, i.peek().span, message)
                    .with_help(format!("write Table | {} …", i.text())),
            );
        }
    }
    operator(i).ok()
}

/// Whether a token that starts an operand comes right after the word.
fn operand_follows(i: Tokens<'_>) -> bool {
    let next = i.nth(1).kind;
    i.kind().is_word()
        && matches!(
            next,
            TokenKind::Name | TokenKind::String | TokenKind::Long | TokenKind::Real | TokenKind::Keyword(Keyword::By)
        )
}

/// `| operator` as often as it comes.
fn rest<'a>(mut i: Tokens<'a>, mut operators: Vec<Operator>) -> PResult<'a, Vec<Operator>> {
    loop {
        i = settle(i, &mut operators);
        match token(TokenKind::Bar)(i) {
            Ok((after, _)) => {
                let (after, next) = operator(after)?;
                operators.push(next);
                i = after;
            }
            Err(_) => return Ok((i, operators)),
        }
    }
}

/// After an operator: if it ends where a pipeline goes on or ends, nothing. Otherwise reports what is left over and skips it,
/// or reads on where only the bar is missing.
fn settle<'a>(mut i: Tokens<'a>, operators: &mut Vec<Operator>) -> Tokens<'a> {
    loop {
        let open = i.shared.closing.get();
        let inside = open.is_some();
        match i.kind() {
            TokenKind::End => {
                i.hint(Expected::Token(TokenKind::Bar));
                return i;
            }
            TokenKind::Bar | TokenKind::Semicolon => return i,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace if inside => return i,
            // An item of a list.
            TokenKind::Comma if open.is_some_and(|open| open.list) => return i,
            _ => {}
        }
        if i.shared.reported.get() == i.position() && operators::find(i).is_none() {
            i = recover(i, open.is_some_and(|open| open.list));
            continue;
        }
        if i.shared.reported.get() != i.position()
            && let Some((_, found)) = operators::find(i)
            && (starts_line(i) || !super::name::is_name(i.kind()) || operand_follows(i))
            && !starts_statement(i)
        {
            let message = format!("a '|' is missing before '{}'", found.name);
            i.report(Diagnostic::error(code::SYNTAX, i.peek().span, message));
            match operator(i) {
                Ok((after, next)) => {
                    operators.push(next);
                    i = after;
                }
                Err(_) => i = recover(i, false),
            }
            continue;
        }
        if starts_statement(i) {
            return i;
        }
        i.note(Expected::Token(TokenKind::Bar));
        if inside && i.at_keyword(Keyword::On) {
            // The table of a join lacks its closing parenthesis.
            i.expected(Expected::Token(TokenKind::CloseParen));
            return i;
        }
        if let Some(open) = open {
            i.note(Expected::Token(open.close));
        } else {
            i.note(Expected::Token(TokenKind::End));
        }
        i.unexpected();
        i = recover(i, open.is_some_and(|open| open.list));
    }
}

/// Whether the next token is the first of its line.
fn starts_line(i: Tokens<'_>) -> bool {
    let between = i.shared.query.get(i.previous().end as usize..i.peek().span.start as usize);
    between.is_some_and(|text| text.contains('\n'))
}

/// Whether a statement clearly starts here although no `;` came before it: at the start of a line, with a word that
/// neither goes on with an expression nor is an operator.
pub(super) fn starts_statement(i: Tokens<'_>) -> bool {
    if !starts_line(i) {
        return false;
    }
    let next = i.nth(1).kind;
    match i.kind() {
        TokenKind::Keyword(Keyword::Let) => super::name::is_target(next),
        TokenKind::Keyword(Keyword::Declare) => {
            matches!(next, TokenKind::Keyword(Keyword::QueryParameters | Keyword::Pattern))
        }
        TokenKind::Keyword(Keyword::Print) => true,
        // A table: nothing else has a bar after it or stands alone.
        TokenKind::Name => {
            i.shared.closing.get().is_none() && matches!(next, TokenKind::Bar | TokenKind::Semicolon | TokenKind::End)
        }
        _ => false,
    }
}

/// To the next bar, semicolon or closing bracket; between the items of a list also to the next comma.
fn recover(i: Tokens<'_>, in_list: bool) -> Tokens<'_> {
    let stop = |kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon) || (in_list && kind == TokenKind::Comma);
    let after = skip_to(i, stop);
    if after.position() == i.position() { after.next() } else { after }
}

/// What stands after a bar.
pub(super) fn operator(i: Tokens<'_>) -> PResult<'_, Operator> {
    let start = i.peek();
    if let Some((after, found)) = operators::find(i)
        && !operators::misspelt(i)
    {
        let (i, kind) = (found.parse)(after)?;
        return Ok((i, Operator { kind, span: i.since(start) }));
    }
    operators::unknown(i);
    let stop = |kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon);
    // The second bar of `||` is part of the mistake.
    let after = if i.at(TokenKind::Bar) && i.previous().end == start.span.start { i.next() } else { i };
    let after = skip_to(after, stop);
    Ok((after, Operator { kind: OperatorKind::Error, span: after.since(start) }))
}
