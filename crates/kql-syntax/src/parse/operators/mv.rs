//! `mv-expand`, `mv-apply`.

use super::super::combinator::{comma_list, delimited, expect_keyword, keyword, maybe};
use super::super::expression::{expect_expr, missing, named_expr};
use super::super::input::{PResult, Tokens};
use super::super::pipeline::sub_pipeline;
use super::super::property::parameters;
use super::super::{name, schema};
use crate::ast::{Expr, MvColumn, Name, OperatorKind};
use crate::lex::{Keyword, TokenKind};

/// `[a =] e [to typeof(T)], …`
fn columns(i: Tokens<'_>) -> PResult<'_, Vec<MvColumn>> {
    match comma_list(column)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

fn column(i: Tokens<'_>) -> PResult<'_, MvColumn> {
    let (i, value) = named_expr(i)?;
    let (i, is_to) = maybe(i, keyword(Keyword::To));
    let (i, ty) = if is_to {
        match schema::type_of(i) {
            Ok((i, ty)) => (i, Some(ty)),
            Err(_) => {
                i.unexpected();
                (i, None)
            }
        }
    } else {
        (i, None)
    };
    Ok((i, MvColumn { value, ty }))
}

fn limit(i: Tokens<'_>) -> PResult<'_, Option<Box<Expr>>> {
    match keyword(Keyword::Limit)(i) {
        Ok((i, _)) => expect_expr(i).map(|(i, n)| (i, Some(Box::new(n)))),
        Err(_) => Ok((i, None)),
    }
}

/// `mv-expand [kind=…] [with_itemindex=i] a, b to typeof(T) [limit n]`
pub(super) fn expand(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind", "bagexpansion", "with_itemindex"])?;
    let (i, columns) = columns(i)?;
    let (i, limit) = limit(i)?;
    Ok((i, OperatorKind::MvExpand { parameters, columns, limit, old: false }))
}

/// `mvexpand`, the old spelling.
pub(super) fn expand_old(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, mut kind) = expand(i)?;
    if let OperatorKind::MvExpand { old, .. } = &mut kind {
        *old = true;
    }
    Ok((i, kind))
}

/// `mv-apply [with_itemindex=i] a, … [limit n] [id guid] on ( operators )`
pub(super) fn apply(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["with_itemindex", "kind", "bagexpansion"])?;
    let (i, columns) = columns(i)?;
    let (i, limit) = limit(i)?;
    let (i, context) = context(i);
    let (i, _) = expect_keyword(Keyword::On)(i)?;
    let (i, subquery) = match delimited(TokenKind::OpenParen, TokenKind::CloseParen, sub_pipeline)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, missing(i))
        }
    };
    Ok((i, OperatorKind::MvApply { parameters, columns, limit, context, subquery: Box::new(subquery) }))
}

/// `id guid`, an internal form.
pub(super) fn context(i: Tokens<'_>) -> (Tokens<'_>, Option<Name>) {
    if !i.at_keyword(Keyword::Id) {
        return (i, None);
    }
    let id = i.next();
    if matches!(id.kind(), TokenKind::Guid | TokenKind::Typed(_)) {
        return (id.next(), Some(Name { text: id.text().to_owned(), span: id.peek().span, quoted: false }));
    }
    match name::expect_target(id) {
        Ok((i, name)) => (i, Some(name)),
        Err(_) => (id, None),
    }
}
