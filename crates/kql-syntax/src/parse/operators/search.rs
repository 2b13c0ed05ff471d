//! `search`, `find`.

use super::super::combinator::{Commas, bracketed, comma_list, keyword, maybe};
use super::super::expression::expect_expr;
use super::super::input::{PResult, Tokens};
use super::super::name::{self, name_or_wildcard, optional_type};
use super::super::pipeline::entity_pipeline;
use super::super::property::parameters;
use crate::ast::{Expr, FindProjection, Name, OperatorKind, TypeName};
use crate::lex::{Keyword, TokenKind};

/// `in (T, U*, database("d").V)`, when there is one.
fn sources(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    let (after, is_in) = maybe(i, keyword(Keyword::In));
    if !is_in {
        return Ok((i, Vec::new()));
    }
    match bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, entity_pipeline)(after) {
        Ok(found) => Ok(found),
        Err(_) => {
            after.unexpected();
            Ok((after, Vec::new()))
        }
    }
}

/// `search [kind=…] [in (…)] p`
pub(super) fn search(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, mut properties) = parameters(i, &["kind", "datascope"])?;
    let (i, sources) = sources(i)?;
    // The parameters may also follow the tables.
    let (i, more) = parameters(i, &["kind", "datascope"])?;
    properties.extend(more);
    let (i, predicate) = expect_expr(i)?;
    Ok((i, OperatorKind::Search { parameters: properties, sources, predicate: Box::new(predicate) }))
}

/// `find [withsource=c] [datascope=…] [in (…)] [where] p [project …] [project-away …]`
pub(super) fn find(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["withsource", "with_source", "datascope"])?;
    let (i, sources) = sources(i)?;
    let (i, _) = maybe(i, keyword(Keyword::Where));
    let (i, predicate) = expect_expr(i)?;
    let (i, projection) = projection(i)?;
    Ok((i, OperatorKind::Find { parameters, sources, predicate: Some(Box::new(predicate)), projection }))
}

enum Shown {
    Column(Name, Option<TypeName>),
    Pack,
}

fn projection(i: Tokens<'_>) -> PResult<'_, FindProjection> {
    let mut projection = FindProjection::default();
    let mut i = i;
    if i.at_keyword(Keyword::ProjectSmart) {
        projection.smart = true;
        i = i.next();
    } else if i.at_keyword(Keyword::Project) {
        i = i.next();
        match comma_list(shown)(i) {
            Ok((after, items)) => {
                for item in items {
                    match item {
                        Shown::Column(name, ty) => projection.columns.push((name, ty)),
                        Shown::Pack => projection.pack = true,
                    }
                }
                i = after;
            }
            Err(_) => i.unexpected(),
        }
    }
    if i.at_keyword(Keyword::ProjectAway) {
        i = i.next();
        match comma_list(name_or_wildcard)(i) {
            Ok((after, away)) => {
                projection.away = away;
                i = after;
            }
            Err(_) => i.unexpected(),
        }
    }
    Ok((i, projection))
}

/// A column with an optional type, or `pack(*)`.
fn shown(i: Tokens<'_>) -> PResult<'_, Shown> {
    let star = i.nth(1).kind == TokenKind::OpenParen && i.nth(2).kind == TokenKind::Star;
    if star && matches!(i.text(), "pack" | "pack_all") && i.nth(3).kind == TokenKind::CloseParen {
        return Ok((i.skip(4), Shown::Pack));
    }
    let (i, name) = name::name(i)?;
    let (i, ty) = optional_type(i)?;
    Ok((i, Shown::Column(name, ty)))
}
