//! `make-series`.

use super::super::combinator::{comma_list, delimited, expect, expect_keyword, keyword, maybe};
use super::super::expression::{expect_named_expr, expect_unnamed_expr, missing, named_expr};
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use super::project::columns;
use crate::ast::{Expr, MakeSeries, NamedExpr, OperatorKind, SeriesRange};
use crate::lex::{Keyword, TokenKind};
use nom::Parser;

/// `make-series [kind=nonempty] a = agg [default = v], … on axis [from a] [to b] step s [by k, …]`
pub(super) fn make_series(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    let (i, aggregates) = match comma_list(aggregate)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    let (i, _) = expect_keyword(Keyword::On)(i)?;
    let (i, axis) = expect_named_expr(i)?;
    let (i, range) = if i.at_keyword(Keyword::In) { in_range(i.next())? } else { steps(i)? };
    let (i, has_by) = maybe(i, keyword(Keyword::By));
    let (i, by) = if has_by { columns(i)? } else { (i, Vec::new()) };
    Ok((i, OperatorKind::MakeSeries(Box::new(MakeSeries { parameters, aggregates, axis, range, by }))))
}

fn aggregate(i: Tokens<'_>) -> PResult<'_, (NamedExpr, Option<Expr>)> {
    let (i, value) = named_expr(i)?;
    let (i, has_default) = maybe(i, keyword(Keyword::Default));
    if !has_default {
        return Ok((i, (value, None)));
    }
    let (i, _) = expect(TokenKind::Equal)(i)?;
    let (i, default) = expect_unnamed_expr(i)?;
    Ok((i, (value, Some(default))))
}

/// `[from a] [to b] step s`
fn steps(i: Tokens<'_>) -> PResult<'_, SeriesRange> {
    let (i, from) = bound(i, Keyword::From)?;
    let (i, to) = bound(i, Keyword::To)?;
    let (i, _) = expect_keyword(Keyword::Step)(i)?;
    let (i, step) = expect_unnamed_expr(i)?;
    Ok((i, SeriesRange::Step { from, to, step }))
}

fn bound(i: Tokens<'_>, word: Keyword) -> PResult<'_, Option<Expr>> {
    match keyword(word)(i) {
        Ok((i, _)) => expect_unnamed_expr(i).map(|(i, value)| (i, Some(value))),
        Err(_) => Ok((i, None)),
    }
}

/// `range(a, b, s)` after `in`
fn in_range(i: Tokens<'_>) -> PResult<'_, SeriesRange> {
    let (i, _) = expect_keyword(Keyword::Range)(i)?;
    let comma = || expect(TokenKind::Comma);
    let inside = |i| (expect_unnamed_expr, comma(), expect_unnamed_expr, comma(), expect_unnamed_expr).parse(i);
    match delimited(TokenKind::OpenParen, TokenKind::CloseParen, inside)(i) {
        Ok((i, (from, _, to, _, step))) => Ok((i, SeriesRange::InRange { from, to, step })),
        Err(_) => {
            i.unexpected();
            Ok((i, SeriesRange::InRange { from: missing(i), to: missing(i), step: missing(i) }))
        }
    }
}
