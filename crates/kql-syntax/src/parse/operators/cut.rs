//! Operators that sort or choose rows: `sort`, `take`, `top` and its kin, `sample`.

use super::super::combinator::{comma_list, expect, expect_keyword, keyword, maybe, word};
use super::super::error::Expected;
use super::super::expression::{expect_expr, expect_named_expr, expect_unnamed_expr, unnamed_expr};
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use crate::ast::{NullsOrder, OperatorKind, SortKey, SortOrder, TopNestedLevel};
use crate::lex::{Keyword, TokenKind};

/// `asc` or `desc`, when there is one.
fn direction(i: Tokens<'_>) -> (Tokens<'_>, Option<SortOrder>) {
    match i.kind() {
        TokenKind::Keyword(Keyword::Asc) => (i.next(), Some(SortOrder::Asc)),
        TokenKind::Keyword(Keyword::Desc) => (i.next(), Some(SortOrder::Desc)),
        _ => {
            i.note(Expected::Token(TokenKind::Keyword(Keyword::Asc)));
            i.note(Expected::Token(TokenKind::Keyword(Keyword::Desc)));
            (i, None)
        }
    }
}

/// `e [asc|desc] [nulls first|last]`
pub(super) fn sort_key(i: Tokens<'_>) -> PResult<'_, SortKey> {
    let (i, value) = unnamed_expr(i)?;
    let (i, order) = direction(i);
    let (i, nulls) = match keyword(Keyword::Nulls)(i) {
        Ok((i, _)) => match (word("first")(i), word("last")(i)) {
            (Ok((i, _)), _) => (i, Some(NullsOrder::First)),
            (_, Ok((i, _))) => (i, Some(NullsOrder::Last)),
            _ => {
                i.unexpected();
                (i, None)
            }
        },
        Err(_) => (i, None),
    };
    Ok((i, SortKey { value, order, nulls }))
}

/// `by e desc, …`
pub(super) fn sort_keys(i: Tokens<'_>) -> PResult<'_, Vec<SortKey>> {
    match comma_list(sort_key)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

/// `sort by …`, `order by …`
pub(super) fn sort(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, keys) = sort_keys(i)?;
    Ok((i, OperatorKind::Sort { parameters, keys }))
}

/// `take n`, `limit n`
pub(super) fn take(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, count) = expect_unnamed_expr(i)?;
    Ok((i, OperatorKind::Take { parameters, count: Box::new(count) }))
}

/// `top n by e`
pub(super) fn top(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, count) = expect_unnamed_expr(i)?;
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, by) = match sort_key(i) {
        Ok(found) => found,
        Err(_) => {
            let (i, value) = expect_expr(i)?;
            (i, SortKey { value, order: None, nulls: None })
        }
    };
    Ok((i, OperatorKind::Top { parameters, count: Box::new(count), by }))
}

/// `top-hitters n of e [by w]`
pub(super) fn top_hitters(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, count) = expect_unnamed_expr(i)?;
    let (i, _) = expect_keyword(Keyword::Of)(i)?;
    let (i, of) = expect_named_expr(i)?;
    let (i, has_by) = maybe(i, keyword(Keyword::By));
    let (i, by) = if has_by {
        let (i, by) = expect_named_expr(i)?;
        (i, Some(Box::new(by)))
    } else {
        (i, None)
    };
    Ok((i, OperatorKind::TopHitters { parameters, count: Box::new(count), of: Box::new(of), by }))
}

/// `top-nested [n] of e [with others = x] by agg [asc|desc], top-nested …`
pub(super) fn top_nested(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (mut i, first) = level(i)?;
    let mut levels = vec![first];
    while i.at(TokenKind::Comma) {
        let (after, _) = expect_keyword(Keyword::TopNested)(i.next())?;
        let (after, next) = level(after)?;
        levels.push(next);
        i = after;
    }
    Ok((i, OperatorKind::TopNested { levels }))
}

fn level(i: Tokens<'_>) -> PResult<'_, TopNestedLevel> {
    let (i, count) = if i.at_keyword(Keyword::Of) {
        (i, None)
    } else {
        let (i, count) = expect_unnamed_expr(i)?;
        (i, Some(count))
    };
    let (i, _) = expect_keyword(Keyword::Of)(i)?;
    let (i, of) = expect_named_expr(i)?;
    let (i, with) = maybe(i, keyword(Keyword::With));
    let (i, others) = if with {
        let i = match word("others")(i) {
            Ok((i, _)) => i,
            Err(_) => {
                i.unexpected();
                i
            }
        };
        let (i, _) = expect(TokenKind::Equal)(i)?;
        let (i, others) = expect_unnamed_expr(i)?;
        (i, Some(others))
    } else {
        (i, None)
    };
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, by) = expect_named_expr(i)?;
    let (i, order) = direction(i);
    Ok((i, TopNestedLevel { count, of, others, by, order }))
}

/// `sample n`
pub(super) fn sample(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, count) = expect_unnamed_expr(i)?;
    Ok((i, OperatorKind::Sample { parameters, count: Box::new(count) }))
}

/// `sample-distinct n of e`
pub(super) fn sample_distinct(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, count) = expect_unnamed_expr(i)?;
    let (i, _) = expect_keyword(Keyword::Of)(i)?;
    let (i, of) = expect_unnamed_expr(i)?;
    Ok((i, OperatorKind::SampleDistinct { parameters, count: Box::new(count), of: Box::new(of) }))
}
