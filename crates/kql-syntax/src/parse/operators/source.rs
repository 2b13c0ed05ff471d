//! Operators around functions and rows of their own: `print`, `range`, `evaluate`, `invoke`, `macro-expand`.

use super::super::combinator::expect_keyword;
use super::super::error::Expected;
use super::super::expression::{call, entity, expect_expr, missing, path};
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use super::super::{name, schema, statements};
use super::project::columns;
use crate::ast::{Call, ExprKind, FunctionExpr, Name, OperatorKind};
use crate::lex::{Keyword, TokenKind};

/// `print a = e, …`
pub(super) fn print(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = columns(i)?;
    Ok((i, OperatorKind::Print { columns }))
}

/// `range name from …`, not `range(…)`; also `range name` where the text ends.
pub(super) fn starts_range(i: Tokens<'_>) -> bool {
    let after = i.next();
    let length = name::name_length(after, name::is_target);
    length > 0 && matches!(after.nth(length).kind, TokenKind::Keyword(Keyword::From) | TokenKind::End)
}

/// `range c from a to b step s`
pub(super) fn range(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, name) = name::expect_target(i)?;
    let (i, _) = expect_keyword(Keyword::From)(i)?;
    let (i, from) = expect_expr(i)?;
    let (i, _) = expect_keyword(Keyword::To)(i)?;
    let (i, to) = expect_expr(i)?;
    let (i, _) = expect_keyword(Keyword::Step)(i)?;
    let (i, step) = expect_expr(i)?;
    Ok((i, OperatorKind::Range { name, from: Box::new(from), to: Box::new(to), step: Some(Box::new(step)) }))
}

/// `evaluate plugin(…)`, `evaluate hint.…`
pub(super) fn starts_evaluate(i: Tokens<'_>) -> bool {
    i.nth(1).kind.is_word() || name::name_length(i.next(), name::is_name) > 0
}

/// `evaluate [hint…] plugin(…) [: schema]`
pub(super) fn evaluate(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, call) = expect_call(i)?;
    let (i, schema) = match i.at(TokenKind::Colon) {
        true => schema::expect_row_schema(i.next()).map(|(i, s)| (i, Some(s)))?,
        false => (i, None),
    };
    Ok((i, OperatorKind::Evaluate { parameters, call, schema }))
}

fn no_call(i: Tokens<'_>, name: Name) -> Call {
    Call { span: name.span.to(i.gap()), name, arguments: Vec::new() }
}

fn expect_call(i: Tokens<'_>) -> PResult<'_, Call> {
    let Ok((i, name)) = name::name(i) else {
        i.expected(Expected::Thing("a function call"));
        return Ok((i, no_call(i, name::missing(i.gap()))));
    };
    if !i.at(TokenKind::OpenParen) {
        i.expected(Expected::Token(TokenKind::OpenParen));
        return Ok((i, no_call(i, name)));
    }
    let (i, found) = call(i, name)?;
    match found.kind {
        ExprKind::Call(call) => Ok((i, call)),
        _ => Ok((i, no_call(i, name::missing(i.gap())))),
    }
}

/// `invoke f(…)`, `invoke database("d").f(…)`
pub(super) fn invoke(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let start = i;
    let Ok((i, target)) = path(i) else {
        i.expected(Expected::Thing("a function call"));
        return Ok((i, OperatorKind::Invoke { call: no_call(i, name::missing(i.gap())), scope: None }));
    };
    let (scope, last) = match target.kind {
        ExprKind::Member { base, member } => (Some(base), member.kind),
        other => (None, other),
    };
    let call = match last {
        ExprKind::Call(call) => call,
        ExprKind::Name(name) => {
            i.expected(Expected::Token(TokenKind::OpenParen));
            no_call(i, name)
        }
        _ => {
            start.expected(Expected::Thing("a function call"));
            no_call(i, name::missing(i.gap()))
        }
    };
    Ok((i, OperatorKind::Invoke { call, scope }))
}

/// `macro-expand [isfuzzy=…] group as s ( statements )`
pub(super) fn macro_expand(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) =
        parameters(i, &["kind", "isfuzzy", "force_remote", "best_effort", "withsource", "with_source"])?;
    let (i, group) = match entity(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, missing(i))
        }
    };
    let (i, _) = expect_keyword(Keyword::As)(i)?;
    let (i, scope) = name::expect_target(i)?;
    let start = i.peek();
    let (i, (statements, body)) = statements::block(i, TokenKind::OpenParen, TokenKind::CloseParen)?;
    let body_span = i.since(start);
    let body = Box::new(FunctionExpr { view: false, parameters: Vec::new(), statements, body, body_span });
    Ok((i, OperatorKind::MacroExpand { parameters, group: Box::new(group), scope, body }))
}
