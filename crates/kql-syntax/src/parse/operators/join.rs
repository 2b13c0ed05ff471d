//! `join`, `lookup`.

use super::super::combinator::{comma_list, keyword, maybe};
use super::super::error::Expected;
use super::super::expression::{expect_expr, expr, missing, path};
use super::super::input::{PResult, Tokens};
use super::super::name::{is_name, name_length};
use super::super::property::parameters;
use crate::ast::{Expr, OperatorKind};
use crate::lex::Keyword;

/// The right table: a name, a call, a path or a parenthesis.
fn right(i: Tokens<'_>) -> PResult<'_, Expr> {
    // `on` may be the name of a table, but hardly when a key follows.
    let is_on = i.at_keyword(Keyword::On) && name_length(i.next(), is_name) > 0 && !i.next().at_keyword(Keyword::On);
    match path(i) {
        Ok(found) if !is_on => Ok(found),
        _ => {
            i.expected(Expected::Thing("a table"));
            Ok((i, missing(i)))
        }
    }
}

/// The keys after `on`.
fn keys(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    match comma_list(expr)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

/// `join [kind=…] [hint…] right on keys`, `join right where p`; without either the binder says what it thinks of it.
pub(super) fn join(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    let (i, right) = right(i)?;
    let right = Box::new(right);
    let (i, is_on) = maybe(i, keyword(Keyword::On));
    if is_on {
        let (i, on) = keys(i)?;
        return Ok((i, OperatorKind::Join { parameters, right, on, predicate: None }));
    }
    let (i, is_where) = maybe(i, keyword(Keyword::Where));
    if is_where {
        let (i, predicate) = expect_expr(i)?;
        let predicate = Some(Box::new(predicate));
        return Ok((i, OperatorKind::Join { parameters, right, on: Vec::new(), predicate }));
    }
    Ok((i, OperatorKind::Join { parameters, right, on: Vec::new(), predicate: None }))
}

/// `lookup [kind=…] right on keys`
pub(super) fn lookup(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    let (i, right) = right(i)?;
    let (i, is_on) = maybe(i, keyword(Keyword::On));
    let (i, on) = if is_on {
        keys(i)?
    } else {
        i.unexpected();
        (i, Vec::new())
    };
    Ok((i, OperatorKind::Lookup { parameters, right: Box::new(right), on }))
}
