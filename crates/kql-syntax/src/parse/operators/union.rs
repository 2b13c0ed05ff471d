//! `union`.

use super::super::combinator::comma_list;
use super::super::expression::entity;
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use crate::ast::OperatorKind;

/// `union [kind=…] [withsource=…] [isfuzzy=…] T, (…), W*`
pub(super) fn union(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind", "withsource", "with_source", "isfuzzy"])?;
    let (i, tables) = match comma_list(entity)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    Ok((i, OperatorKind::Union { parameters, tables }))
}
