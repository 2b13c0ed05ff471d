//! What management commands ask for: the first words choose the file.
//!
//! Everything here reads tokens that `command` has read as raw text before, so an unknown command is no error: it has no
//! action, and who runs it refuses it by name.

mod data;
mod functions;
mod show;
mod tables;

use super::super::input::Tokens;
use super::super::name;
use crate::ast::{Action, Define, Name};
use crate::lex::TokenKind;

/// What one of the files makes of a command: the rest, and the action. `None`: none of its commands.
type Read<'a> = Option<(Tokens<'a>, Action)>;

/// The action of a command; the tokens after its dot are next.
pub(super) fn action(i: Tokens<'_>) -> Option<(Tokens<'_>, Action)> {
    let (after, verb) = word(i)?;
    let (_, what) = word(after).unwrap_or((after, String::new()));
    match (verb.as_str(), what.as_str()) {
        ("show", _) => show::show(after),
        ("create" | "create-or-alter" | "alter" | "drop", "function" | "functions") => {
            functions::function(&verb, after)
        }
        ("create" | "create-merge" | "alter" | "alter-merge" | "drop" | "rename" | "clear", "table" | "tables") => {
            tables::table(&verb, after)
        }
        ("set" | "append" | "set-or-append" | "set-or-replace", _) => data::write(&verb, after),
        ("ingest", _) => data::ingest(after),
        _ => None,
    }
}

/// A plain word in lower case; words with hyphens are one.
pub(super) fn word(i: Tokens<'_>) -> Option<(Tokens<'_>, String)> {
    if !i.kind().is_word() {
        return None;
    }
    let mut span = i.peek().span;
    let mut i = i.next();
    while i.at(TokenKind::Minus) && i.peek().span.start == span.end && i.nth(1).kind.is_word() && i.adjacent(1) {
        span = span.to(i.nth(1).span);
        i = i.skip(2);
    }
    Some((i, span.text(i.shared.query).to_lowercase()))
}

/// The tokens after these words, when they are next.
fn words<'a>(mut i: Tokens<'a>, expected: &[&str]) -> Option<Tokens<'a>> {
    for text in expected {
        let (after, found) = word(i)?;
        if found != *text {
            return None;
        }
        i = after;
    }
    Some(i)
}

/// The tokens after these words when they are next, else those before, and whether they were there.
fn maybe<'a>(i: Tokens<'a>, expected: &[&str]) -> (Tokens<'a>, bool) {
    match words(i, expected) {
        Some(after) => (after, true),
        None => (i, false),
    }
}

/// The name of an entity: any word, or `['a b']`.
fn entity(i: Tokens<'_>) -> Option<(Tokens<'_>, Name)> {
    name::member(i).ok()
}

/// `(A, B)`, or one name.
fn entities(i: Tokens<'_>) -> Option<(Tokens<'_>, Vec<Name>)> {
    if !i.at(TokenKind::OpenParen) {
        return entity(i).map(|(i, name)| (i, vec![name]));
    }
    let mut i = i.next();
    let mut names = Vec::new();
    loop {
        let (after, name) = entity(i)?;
        names.push(name);
        match after.kind() {
            TokenKind::Comma => i = after.next(),
            TokenKind::CloseParen => return Some((after.next(), names)),
            _ => return None,
        }
    }
}

/// The verbs that define an entity.
fn define(verb: &str) -> Option<Define> {
    Some(match verb {
        "create" => Define::Create,
        "create-merge" | "create-or-alter" => Define::CreateMerge,
        "alter" => Define::Alter,
        "alter-merge" => Define::AlterMerge,
        _ => return None,
    })
}

/// `folder 'text'`, `docstring 'text'`: whether it is the documentation, and the text.
fn description(i: Tokens<'_>) -> Option<(Tokens<'_>, bool, String)> {
    let (after, what) = word(i)?;
    let docstring = match what.as_str() {
        "docstring" => true,
        "folder" => false,
        _ => return None,
    };
    let (i, text) = super::super::literal::string(after).ok()?;
    match text.kind {
        crate::ast::ExprKind::Literal(crate::ast::Literal { value: kql_types::Value::String(text), .. }) => {
            Some((i, docstring, text))
        }
        _ => None,
    }
}
