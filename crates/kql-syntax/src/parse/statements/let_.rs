//! `let`.

use super::super::combinator::expect;
use super::super::input::{PResult, Tokens};
use super::super::{name, pipeline, schema};
use super::function_value;
use crate::ast::StatementKind;
use crate::lex::TokenKind;

/// `name = value`
pub(super) fn let_(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let (i, name) = name::expect_target(i)?;
    let (i, _) = expect(TokenKind::Equal)(i)?;
    let (i, value) = if schema::is_function(i, false) { function_value(i)? } else { pipeline::expect_pipeline(i)? };
    Ok((i, StatementKind::Let { name, value }))
}
