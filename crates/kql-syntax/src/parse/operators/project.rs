//! `extend`, `serialize` and the `project` family.

use super::super::combinator::comma_list;
use super::super::expression::{expr, named_expr};
use super::super::input::{PResult, Tokens};
use super::super::name::name_or_wildcard;
use super::super::property::parameters;
use crate::ast::{Expr, NamedExpr, OperatorKind, SortOrder};
use crate::lex::{Keyword, TokenKind};
use nom::Parser;
use nom::combinator::opt;

/// `a = e, …`, which must be here.
pub(super) fn columns(i: Tokens<'_>) -> PResult<'_, Vec<NamedExpr>> {
    match comma_list(named_expr)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

/// `a = e, …`, or nothing.
pub(super) fn optional_columns(i: Tokens<'_>) -> PResult<'_, Vec<NamedExpr>> {
    let (i, columns) = opt(comma_list(named_expr)).parse(i)?;
    Ok((i, columns.unwrap_or_default()))
}

fn names(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    match comma_list(name_or_wildcard)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

/// `extend a = e, …`
pub(super) fn extend(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = columns(i)?;
    Ok((i, OperatorKind::Extend { columns }))
}

/// `serialize [a = e, …]`
pub(super) fn serialize(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, columns) = optional_columns(i)?;
    Ok((i, OperatorKind::Serialize { parameters, columns }))
}

/// `project a = e, …`; no column at all is allowed.
pub(super) fn project(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = optional_columns(i)?;
    Ok((i, OperatorKind::Project { columns }))
}

/// `project-away a, b*`; no column at all is allowed.
pub(super) fn away(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = opt(comma_list(name_or_wildcard)).parse(i)?;
    Ok((i, OperatorKind::ProjectAway { columns: columns.unwrap_or_default() }))
}

/// `project-keep a, b*`
pub(super) fn keep(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = names(i)?;
    Ok((i, OperatorKind::ProjectKeep { columns }))
}

/// `project-by-names a, dynamic(["b"]), …`
pub(super) fn by_names(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    match comma_list(expr)(i) {
        Ok((i, columns)) => Ok((i, OperatorKind::ProjectByNames { columns })),
        Err(_) => {
            i.unexpected();
            Ok((i, OperatorKind::ProjectByNames { columns: Vec::new() }))
        }
    }
}

/// `project-rename new = old, …`
pub(super) fn rename(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, columns) = optional_columns(i)?;
    Ok((i, OperatorKind::ProjectRename { columns }))
}

/// `project-reorder a, b* asc`; no column at all is allowed.
pub(super) fn reorder(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let item = |i| {
        let (i, column) = name_or_wildcard(i)?;
        let (i, order) = order(i);
        Ok((i, (column, order)))
    };
    let (i, columns) = opt(comma_list(item)).parse(i)?;
    Ok((i, OperatorKind::ProjectReorder { columns: columns.unwrap_or_default() }))
}

fn order(i: Tokens<'_>) -> (Tokens<'_>, Option<SortOrder>) {
    let order = match i.kind() {
        TokenKind::Keyword(Keyword::Asc) => SortOrder::Asc,
        TokenKind::Keyword(Keyword::Desc) => SortOrder::Desc,
        TokenKind::Keyword(Keyword::GrannyAsc) => SortOrder::GrannyAsc,
        TokenKind::Keyword(Keyword::GrannyDesc) => SortOrder::GrannyDesc,
        _ => return (i, None),
    };
    (i.next(), Some(order))
}
