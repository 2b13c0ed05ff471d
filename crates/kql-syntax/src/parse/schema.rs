//! Row schemas, parameter lists, and the question whether a function value starts here.

use super::combinator::{Commas, bracketed, not_here, token};
use super::error::Expected;
use super::expression::expect_expr;
use super::input::{PResult, Tokens};
use super::name;
use crate::ast::{FunctionParameter, Name, ParameterType, RowSchemaExpr, TypeName};
use crate::lex::{Keyword, TokenKind};
use kql_types::ScalarType;

enum Item {
    Star,
    Column(Name, TypeName),
}

/// `(a:T, …)`, `(*)`, `(*, a:T)`; a trailing comma is allowed.
pub(super) fn row_schema(i: Tokens<'_>) -> PResult<'_, RowSchemaExpr> {
    let start = i.peek();
    let (i, items) = bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Trailing, |i| {
        if i.at(TokenKind::Star) { Ok((i.next(), Item::Star)) } else { column(i) }
    })(i)?;
    let mut schema = RowSchemaExpr { star: false, columns: Vec::with_capacity(items.len()), span: i.since(start) };
    for item in items {
        match item {
            Item::Star => schema.star = true,
            Item::Column(name, ty) => schema.columns.push((name, ty)),
        }
    }
    Ok((i, schema))
}

/// A row schema that must be here.
pub(super) fn expect_row_schema(i: Tokens<'_>) -> PResult<'_, RowSchemaExpr> {
    match row_schema(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, RowSchemaExpr { star: false, columns: Vec::new(), span: i.gap() }))
        }
    }
}

fn column(i: Tokens<'_>) -> PResult<'_, Item> {
    let (i, (name, ty)) = name_and_type(i)?;
    Ok((i, Item::Column(name, ty)))
}

/// `name:type`.
pub(super) fn name_and_type(i: Tokens<'_>) -> PResult<'_, (Name, TypeName)> {
    let (i, name) = name::target(i)?;
    if !i.at(TokenKind::Colon) {
        i.expected(Expected::Token(TokenKind::Colon));
        return Ok((i, (name, TypeName { ty: ScalarType::String, span: i.gap() })));
    }
    let (i, ty) = name::expect_type(i.next())?;
    Ok((i, (name, ty)))
}

/// `(a:long = 5, T:(x:string))`.
pub(super) fn parameters(i: Tokens<'_>) -> PResult<'_, Vec<FunctionParameter>> {
    bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, parameter)(i)
}

/// `name:type [= default]`.
pub(super) fn parameter(i: Tokens<'_>) -> PResult<'_, FunctionParameter> {
    let (i, name) = name::target(i)?;
    let (i, ty) = match token(TokenKind::Colon)(i) {
        Ok((i, _)) if i.at(TokenKind::OpenParen) => {
            let (i, schema) = row_schema(i)?;
            (i, ParameterType::Tabular(schema))
        }
        Ok((i, _)) => {
            let (i, ty) = name::expect_type(i)?;
            (i, ParameterType::Scalar(ty))
        }
        Err(_) => {
            i.unexpected();
            (i, ParameterType::Scalar(TypeName { ty: ScalarType::String, span: i.gap() }))
        }
    };
    let (i, default) = match token(TokenKind::Equal)(i) {
        Ok((i, _)) => {
            let (i, value) = expect_expr(i)?;
            (i, Some(value))
        }
        Err(_) => (i, None),
    };
    Ok((i, FunctionParameter { name, ty, default }))
}

/// Whether `(…) {…}` or `view (…) {…}` starts here. Among arguments a type must follow the colon, which may also be the
/// operator of `search`.
pub(super) fn is_function(i: Tokens<'_>, among_arguments: bool) -> bool {
    let open = if i.at_keyword(Keyword::View) { i.next() } else { i };
    if !open.at(TokenKind::OpenParen) {
        return false;
    }
    let inner = open.next();
    if inner.at(TokenKind::CloseParen) {
        return inner.nth(1).kind == TokenKind::OpenBrace;
    }
    let length = name::name_length(inner, name::is_target);
    if length == 0 || inner.nth(length).kind != TokenKind::Colon {
        return false;
    }
    let ty = inner.nth(length + 1);
    !among_arguments
        || ty.kind == TokenKind::OpenParen
        || (ty.kind.is_word() && ScalarType::from_name(ty.span.text(i.shared.query)).is_some())
}

/// `typeof(type)` after `to`, as the type.
pub(super) fn type_of(i: Tokens<'_>) -> PResult<'_, TypeName> {
    if !i.at_keyword(Keyword::TypeOf) {
        i.note(Expected::Token(TokenKind::Keyword(Keyword::TypeOf)));
        return not_here();
    }
    super::combinator::delimited(TokenKind::OpenParen, TokenKind::CloseParen, name::expect_type)(i.next())
}
