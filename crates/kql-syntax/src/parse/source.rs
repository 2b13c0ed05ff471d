//! Expressions that make rows or freeze them: `datatable`, `externaldata`, `toscalar`, `totable`, `materialize`,
//! `entity_group`, `typeof`.

use super::combinator::{Commas, bracketed, delimited, not_here};
use super::error::Expected;
use super::expression::expr;
use super::input::{PResult, Tokens};
use super::{pipeline, property, schema};
use crate::ast::{Expr, ExprKind, Name, RowSchemaExpr};
use crate::lex::{Keyword, TokenKind};

/// `datatable(a:long, …)[value, …]`.
pub(super) fn datatable(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let Some(open) = after_head(i) else { return not_here() };
    let (i, schema) = schema::row_schema(open)?;
    let (i, values) = values(i)?;
    Ok((i, Expr { kind: ExprKind::Datatable { schema, values }, span: i.since(start) }))
}

/// The tokens after the keyword when a parenthesis follows: otherwise the word is not used as a keyword.
fn after_head(i: Tokens<'_>) -> Option<Tokens<'_>> {
    if i.nth(1).kind == TokenKind::OpenParen {
        return Some(i.next());
    }
    i.note(Expected::Thing("an expression"));
    None
}

fn values(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    match bracketed(TokenKind::OpenBracket, TokenKind::CloseBracket, Commas::Trailing, expr)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

/// `externaldata(a:long, …)[uri, …] [with (…)]`.
pub(super) fn external_data(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let Some(open) = after_head(i) else { return not_here() };
    let (i, schema) = schema::row_schema(open)?;
    let (i, uris) = values(i)?;
    let (i, properties) = property::with_clause(i)?;
    Ok((i, Expr { kind: ExprKind::ExternalData { schema, uris, properties }, span: i.since(start) }))
}

/// `inline_external_table (a:long, …) kind=… dataformat=… (uri, …) [with (…)]`: understood, and refused by name.
pub(super) fn inline_external_table<'a>(i: Tokens<'a>, name: &Name) -> PResult<'a, Expr> {
    let (i, schema) = schema::row_schema(i)?;
    let (i, mut properties) = property::parameters(i, &["kind", "dataformat", "pathformat"])?;
    let (i, uris) = bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Trailing, expr)(i)?;
    let (i, more) = property::with_clause(i)?;
    properties.extend(more);
    let message = "inline_external_table cannot be run here: it reads storage of the cloud";
    let help = "read local files: externaldata(column: type, …)[uri] with (format = 'csv')";
    let refusal = kql_diagnostic::Diagnostic::error(kql_diagnostic::code::UNSUPPORTED, name.span, message);
    i.report(refusal.with_help(help));
    Ok((i, Expr { kind: ExprKind::ExternalData { schema, uris, properties }, span: name.span.to(i.previous()) }))
}

/// `toscalar(…)`, `totable(…)`, `materialize(…)`, with parameters before the parenthesis.
pub(super) fn once(i: Tokens<'_>, word: Keyword) -> PResult<'_, Expr> {
    let start = i.peek();
    let (after, parameters) = property::parameters(i.next(), &["kind"])?;
    if !after.at(TokenKind::OpenParen) {
        i.note(Expected::Thing("an expression"));
        return not_here();
    }
    let (i, body) = delimited(TokenKind::OpenParen, TokenKind::CloseParen, pipeline::expect_pipeline)(after)?;
    let body = Box::new(body);
    let kind = match word {
        Keyword::ToScalar => ExprKind::ToScalar { parameters, body },
        Keyword::ToTable => ExprKind::ToTable { parameters, body },
        _ => ExprKind::Materialize { parameters, body },
    };
    Ok((i, Expr { kind, span: i.since(start) }))
}

/// `entity_group [database('a'), …]`.
pub(super) fn entity_group(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    let open = i.next();
    let (i, entities) = bracketed(TokenKind::OpenBracket, TokenKind::CloseBracket, Commas::Between, expr)(open)?;
    if entities.is_empty() {
        let message = "an entity group needs at least one entity";
        open.report(kql_diagnostic::Diagnostic::error(kql_diagnostic::code::SYNTAX, i.since(start), message));
    }
    Ok((i, Expr { kind: ExprKind::EntityGroup(entities), span: i.since(start) }))
}

/// `typeof(long)`, `typeof(*, a:long)`.
pub(super) fn type_of(i: Tokens<'_>) -> PResult<'_, Expr> {
    let start = i.peek();
    if i.nth(3).kind == TokenKind::CloseParen && i.nth(2).kind.is_word() {
        let (i, ty) = schema::type_of(i)?;
        return Ok((i, Expr { kind: ExprKind::TypeOf(ty), span: i.since(start) }));
    }
    let (i, row): (_, RowSchemaExpr) = schema::row_schema(i.next())?;
    Ok((i, Expr { kind: ExprKind::TypeOfRow(row), span: i.since(start) }))
}
