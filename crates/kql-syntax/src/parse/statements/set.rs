//! `set`.

use super::super::expression::expect_expr;
use super::super::input::{PResult, Tokens};
use super::super::name;
use crate::ast::StatementKind;
use crate::lex::TokenKind;

/// `option [= value]`
pub(super) fn set(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let (i, name) = name::expect_target(i)?;
    if !i.at(TokenKind::Equal) {
        return Ok((i, StatementKind::Set { name, value: None }));
    }
    let i = i.next();
    let (i, value) = match i.kind() {
        // A word, whatever else it means.
        TokenKind::Keyword(_) if matches!(i.nth(1).kind, TokenKind::Semicolon | TokenKind::End) => {
            let (i, word) = name::member(i)?;
            (i, name::name_expr(word))
        }
        _ => expect_expr(i)?,
    };
    Ok((i, StatementKind::Set { name, value: Some(value) }))
}
