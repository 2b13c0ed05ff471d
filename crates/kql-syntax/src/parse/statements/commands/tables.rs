//! `.create table`, `.create-merge table`, `.alter table`, `.alter-merge table`, `.drop table`, `.rename table`,
//! `.clear table`.

use super::{Read, define, description, entities, entity, maybe, word, words};
use crate::ast::Action;
use crate::lex::TokenKind;
use crate::parse::combinator::{Commas, bracketed};
use crate::parse::input::Tokens;
use crate::parse::{property, schema};

/// What follows the verb, which is one of those above.
pub(super) fn table<'a>(verb: &str, i: Tokens<'a>) -> Read<'a> {
    let (i, what) = word(i)?;
    match (verb, what.as_str()) {
        ("drop", _) => {
            let (i, tables) = entities(i)?;
            let (i, if_exists) = maybe(i, &["ifexists"]);
            Some((i, Action::DropTables { tables, if_exists }))
        }
        ("rename", "table") => {
            let (i, from) = entity(i)?;
            let (i, to) = entity(words(i, &["to"])?)?;
            Some((i, Action::RenameTables(vec![(from, to)])))
        }
        ("rename", _) => {
            let mut pairs = Vec::new();
            let mut i = i;
            loop {
                let (after, to) = entity(i)?;
                if !after.at(TokenKind::Equal) {
                    return None;
                }
                let (after, from) = entity(after.next())?;
                pairs.push((from, to));
                if !after.at(TokenKind::Comma) {
                    return Some((after, Action::RenameTables(pairs)));
                }
                i = after.next();
            }
        }
        ("clear", "table") => {
            let (i, table) = entity(i)?;
            Some((words(i, &["data"])?, Action::ClearTable(table)))
        }
        (_, "table") => {
            let how = define(verb)?;
            let (i, table) = entity(i)?;
            if let Some((i, docstring, text)) = description(i) {
                return Some((i, Action::Describe { name: table, function: false, docstring, text }));
            }
            let (i, columns, based_on) = match words(i, &["based-on"]) {
                Some(after) => {
                    let (i, other) = entity(after)?;
                    (i, Vec::new(), Some(other))
                }
                None => {
                    let columns =
                        bracketed(TokenKind::OpenParen, TokenKind::CloseParen, Commas::Trailing, schema::name_and_type);
                    let (i, columns) = columns(i).ok()?;
                    (i, columns, None)
                }
            };
            let (i, properties) = property::with_clause(i).ok()?;
            Some((i, Action::DefineTable { how, table, columns, based_on, properties }))
        }
        _ => None,
    }
}
