//! `summarize`, `distinct`.

use super::super::combinator::{keyword, maybe};
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use super::project::{columns, optional_columns};
use crate::ast::OperatorKind;
use crate::lex::Keyword;

/// `summarize [a = agg, …] [by k, …]`
pub(super) fn summarize(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, aggregates) = optional_columns(i)?;
    let (i, has_by) = maybe(i, keyword(Keyword::By));
    let (i, by) = if has_by { columns(i)? } else { (i, Vec::new()) };
    Ok((i, OperatorKind::Summarize { parameters, aggregates, by, has_by }))
}

/// `distinct a, b`, `distinct *`
pub(super) fn distinct(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, columns) = columns(i)?;
    Ok((i, OperatorKind::Distinct { parameters, columns }))
}
