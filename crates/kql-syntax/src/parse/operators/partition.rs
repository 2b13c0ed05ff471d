//! Operators with pipelines inside: `partition`, `fork`, `facet`.

use super::super::combinator::{comma_list, delimited, expect_keyword, keyword, maybe};
use super::super::expression::{missing, name_path};
use super::super::input::{PResult, Tokens};
use super::super::name;
use super::super::pipeline::{expect_pipeline, operator, sub_pipeline};
use super::super::property::parameters;
use super::mv::context;
use crate::ast::{Expr, ExprKind, Name, OperatorKind, PartitionBody};
use crate::lex::{Keyword, TokenKind};

fn expect_name_path(i: Tokens<'_>) -> PResult<'_, Expr> {
    match name_path(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i)))
        }
    }
}

fn expect_subquery(i: Tokens<'_>) -> PResult<'_, Expr> {
    match delimited(TokenKind::OpenParen, TokenKind::CloseParen, sub_pipeline)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, missing(i)))
        }
    }
}

/// `partition [hint…] by c ( operators )`, `partition by c { query }`
pub(super) fn partition(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, by) = expect_name_path(i)?;
    let (i, is_in) = maybe(i, keyword(Keyword::In));
    let (i, scope) = if is_in { name::expect_target(i).map(|(i, n)| (i, Some(n)))? } else { (i, None) };
    let (i, body) = match delimited(TokenKind::OpenBrace, TokenKind::CloseBrace, expect_pipeline)(i) {
        Ok((i, query)) => (i, PartitionBody::Query(Box::new(query))),
        Err(_) => {
            let (i, operators) = expect_subquery(i)?;
            (i, PartitionBody::Pipeline(Box::new(operators)))
        }
    };
    Ok((i, OperatorKind::Partition { parameters, by: Box::new(by), scope, body }))
}

/// `__partitionby c [id guid] ( operators )`
pub(super) fn partition_by(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &[])?;
    let (i, by) = expect_name_path(i)?;
    let (i, id) = context(i);
    let (i, subquery) = expect_subquery(i)?;
    Ok((i, OperatorKind::PartitionBy { parameters, by: Box::new(by), id, subquery: Box::new(subquery) }))
}

/// `fork [name =] ( operators ) …`
pub(super) fn fork(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (mut i, first) = branch(i)?;
    let mut branches = vec![first];
    let is_branch = |i: Tokens<'_>| match name::name_length(i, name::is_target) {
        0 => i.at(TokenKind::OpenParen),
        length => i.nth(length).kind == TokenKind::Equal,
    };
    while is_branch(i) {
        let (after, next) = branch(i)?;
        branches.push(next);
        i = after;
    }
    Ok((i, OperatorKind::Fork { branches }))
}

fn branch(i: Tokens<'_>) -> PResult<'_, (Option<Name>, Expr)> {
    let length = name::name_length(i, name::is_target);
    let (i, name) = if length > 0 && i.nth(length).kind == TokenKind::Equal {
        let (i, name) = name::target(i)?;
        (i.next(), Some(name))
    } else {
        (i, None)
    };
    let (i, operators) = expect_subquery(i)?;
    Ok((i, (name, operators)))
}

/// `facet by a, b [with ( operators )]`, `facet by a with operator`
pub(super) fn facet(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, _) = expect_keyword(Keyword::By)(i)?;
    let (i, columns) = match comma_list(name_path)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    let (i, has_with) = maybe(i, keyword(Keyword::With));
    if !has_with {
        return Ok((i, OperatorKind::Facet { columns, with: None }));
    }
    let (i, with) = if i.at(TokenKind::OpenParen) {
        expect_subquery(i)?
    } else {
        let start = i.peek();
        let (i, one) = operator(i)?;
        let kind = ExprKind::Pipeline { source: None, operators: vec![one] };
        (i, Expr { kind, span: i.since(start) })
    };
    Ok((i, OperatorKind::Facet { columns, with: Some(Box::new(with)) }))
}
