//! `restrict access to`, `alias database`.

use super::super::combinator::{Commas, bracketed, expect, expect_keyword};
use super::super::expression::{entity, expect_expr};
use super::super::input::{PResult, Tokens};
use super::super::{name, property};
use crate::ast::StatementKind;
use crate::lex::{Keyword, TokenKind};

/// `to (T, V*, database().*)`, after `restrict access`
pub(super) fn restrict(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let (i, _) = expect_keyword(Keyword::To)(i)?;
    match bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Between, entity)(i) {
        Ok((i, entities)) => {
            // `with (…)` sets how the entities are reached in the cloud; there is nothing to set here.
            let (i, _) = property::with_clause(i)?;
            Ok((i, StatementKind::Restrict(entities)))
        }
        Err(_) => {
            i.unexpected();
            Ok((i, StatementKind::Restrict(Vec::new())))
        }
    }
}

/// `name = cluster(…).database(…)`, after `alias database`
pub(super) fn alias(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let (i, name) = name::expect_target(i)?;
    let (i, _) = expect(TokenKind::Equal)(i)?;
    let (i, database) = expect_expr(i)?;
    Ok((i, StatementKind::Alias { name, database }))
}
