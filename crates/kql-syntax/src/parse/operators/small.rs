//! Operators of one clause: `as`, `assert-schema`, `consume`, `count`, `getschema`, `reduce`, `__executeAndCache`.

use super::super::combinator::{comma_list, expect_keyword, keyword, maybe};
use super::super::expression::expect_unnamed_expr;
use super::super::input::{PResult, Tokens};
use super::super::property::{parameters, property};
use super::super::{name, schema};
use crate::ast::OperatorKind;
use crate::lex::Keyword;

/// `as [hint.materialized=…] Name`
pub(super) fn as_(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, name) = name::expect_target(i)?;
    Ok((i, OperatorKind::As { parameters, name }))
}

/// `assert-schema (c:T, …)`
pub(super) fn assert_schema(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, schema) = schema::expect_row_schema(i)?;
    Ok((i, OperatorKind::AssertSchema { schema }))
}

/// `consume`
pub(super) fn consume(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    Ok((i, OperatorKind::Consume { parameters }))
}

/// `count [as Name]`
pub(super) fn count(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, named) = maybe(i, keyword(Keyword::As));
    let (i, name) = if named { name::expect_target(i).map(|(i, n)| (i, Some(n)))? } else { (i, None) };
    Ok((i, OperatorKind::Count { parameters, name }))
}

/// `__executeAndCache`
pub(super) fn execute_and_cache(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    Ok((i, OperatorKind::ExecuteAndCache))
}

/// `getschema`
pub(super) fn getschema(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    Ok((i, OperatorKind::GetSchema { parameters }))
}

/// `reduce [kind=source] by e [with p = v, …]`
pub(super) fn reduce(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, by) = expect_unnamed_expr(i)?;
    let (i, has_with) = maybe(i, keyword(Keyword::With));
    let (i, properties) = if has_with {
        match comma_list(property)(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, Vec::new())
            }
        }
    } else {
        (i, Vec::new())
    };
    Ok((i, OperatorKind::Reduce { parameters, by: Box::new(by), properties }))
}
