//! `scan`.

use super::super::combinator::{comma_list, delimited, expect, expect_keyword, keyword, maybe, not_here};
use super::super::error::Expected;
use super::super::expression::{expect_expr, expr};
use super::super::input::{PResult, Tokens};
use super::super::name;
use super::super::property::parameters;
use super::super::schema;
use super::cut::sort_keys;
use crate::ast::{Expr, Name, OperatorKind, Scan, ScanStep};
use crate::lex::{Keyword, TokenKind};

/// `scan [with_match_id=m] [order by …] [partition by …] [declare (…)] with ( step … )`
pub(super) fn scan(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind", "with_match_id", "with_step_name"])?;
    let (i, is_ordered) = maybe(i, keyword(Keyword::Order));
    let (i, order_by) = if is_ordered {
        let (i, _) = expect_keyword(Keyword::By)(i)?;
        sort_keys(i)?
    } else {
        (i, Vec::new())
    };
    let (i, is_partitioned) = maybe(i, keyword(Keyword::Partition));
    let (i, partition_by) = if is_partitioned {
        let (i, _) = expect_keyword(Keyword::By)(i)?;
        keys(i)?
    } else {
        (i, Vec::new())
    };
    let (i, is_declared) = maybe(i, keyword(Keyword::Declare));
    let (i, declare) = if is_declared {
        match schema::parameters(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, Vec::new())
            }
        }
    } else {
        (i, Vec::new())
    };
    let (i, _) = expect_keyword(Keyword::With)(i)?;
    let (i, steps) = match delimited(TokenKind::OpenParen, TokenKind::CloseParen, steps)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    Ok((i, OperatorKind::Scan(Box::new(Scan { parameters, order_by, partition_by, declare, steps }))))
}

fn keys(i: Tokens<'_>) -> PResult<'_, Vec<Expr>> {
    match comma_list(expr)(i) {
        Ok(found) => Ok(found),
        Err(_) => {
            i.unexpected();
            Ok((i, Vec::new()))
        }
    }
}

fn steps(mut i: Tokens<'_>) -> PResult<'_, Vec<ScanStep>> {
    let mut steps = Vec::new();
    while let Ok((after, next)) = step(i) {
        steps.push(next);
        i = after;
    }
    if steps.is_empty() {
        i.unexpected();
    }
    Ok((i, steps))
}

/// `step s [optional] [output=all]: condition [=> a = e, …];`
fn step(i: Tokens<'_>) -> PResult<'_, ScanStep> {
    let (i, _) = keyword(Keyword::Step)(i)?;
    let (i, name) = name::expect_target(i)?;
    let (i, optional) = maybe(i, keyword(Keyword::Optional));
    let (i, has_output) = maybe(i, keyword(Keyword::Output));
    let (i, output) = if has_output {
        let (i, _) = expect(TokenKind::Equal)(i)?;
        let (i, word) = match name::member(i) {
            Ok(found) => found,
            Err(_) => {
                i.expected(Expected::Thing("all, last or none"));
                (i, name::missing(i.gap()))
            }
        };
        (i, Some(word))
    } else {
        (i, None)
    };
    let (i, _) = expect(TokenKind::Colon)(i)?;
    let (i, condition) = expect_expr(i)?;
    let (i, has_assignments) = maybe(i, |i| super::super::combinator::token(TokenKind::Arrow)(i));
    let (i, assignments) = if has_assignments {
        match comma_list(assignment)(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, Vec::new())
            }
        }
    } else {
        (i, Vec::new())
    };
    let (i, _) = expect(TokenKind::Semicolon)(i)?;
    Ok((i, ScanStep { name, optional, output, condition, assignments }))
}

fn assignment(i: Tokens<'_>) -> PResult<'_, (Name, Expr)> {
    let Ok((i, name)) = name::target(i) else { return not_here() };
    let (i, _) = expect(TokenKind::Equal)(i)?;
    let (i, value) = expect_expr(i)?;
    Ok((i, (name, value)))
}
