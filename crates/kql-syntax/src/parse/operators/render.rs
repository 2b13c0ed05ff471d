//! `render`.

use super::super::combinator::comma_list;
use super::super::error::Expected;
use super::super::input::{PResult, Tokens};
use super::super::property::{property, with_clause};
use super::super::{literal, name};
use crate::ast::{Name, OperatorKind, Property};
use crate::lex::{Keyword, TokenKind};

/// `render kind [with (…)]`, and the old form `render kind title="t" by a, b`
pub(super) fn render(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, kind) = match name::member(i) {
        Ok(found) => found,
        Err(_) => {
            i.expected(Expected::Thing("a kind of chart"));
            (i, name::missing(i.gap()))
        }
    };
    let (i, properties) = if i.at_keyword(Keyword::With) && i.nth(1).kind == TokenKind::OpenParen {
        with_clause(i)?
    } else {
        old_properties(i)?
    };
    Ok((i, OperatorKind::Render { kind, properties }))
}

/// `p = v`, `with "text"`, `by a, b`, without commas between them.
fn old_properties(mut i: Tokens<'_>) -> PResult<'_, Vec<Property>> {
    let mut properties = Vec::new();
    loop {
        let word = Name { text: i.text().to_owned(), span: i.peek().span, quoted: false };
        match i.kind() {
            TokenKind::Keyword(Keyword::With) => {
                let Ok((after, text)) = literal::string(i.next()) else {
                    i.next().expected(Expected::Token(TokenKind::OpenParen));
                    return Ok((i.next(), properties));
                };
                properties.push(Property { name: word, values: vec![text] });
                i = after;
            }
            TokenKind::Keyword(Keyword::By) => {
                let Ok((after, names)) = comma_list(name::name)(i.next()) else {
                    i.next().unexpected();
                    return Ok((i.next(), properties));
                };
                properties.push(Property { name: word, values: names.into_iter().map(name::name_expr).collect() });
                i = after;
            }
            kind if kind.is_word() && i.nth(1).kind == TokenKind::Equal => {
                let (after, next) = property(i)?;
                properties.push(next);
                i = after;
            }
            _ => {
                i.note(Expected::Token(TokenKind::Keyword(Keyword::With)));
                return Ok((i, properties));
            }
        }
    }
}
