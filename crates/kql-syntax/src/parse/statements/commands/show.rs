//! `.show …`

use super::{Read, entities, entity, maybe, word, words};
use crate::ast::{Absent, Action, Name, SchemaForm, Show, ShowTable};
use crate::lex::TokenKind;
use crate::parse::input::Tokens;

/// What follows `.show`.
pub(super) fn show(i: Tokens<'_>) -> Read<'_> {
    let (after, what) = word(i)?;
    let (i, show) = match what.as_str() {
        "tables" => tables(after)?,
        "table" => table(after)?,
        "databases" => databases(after)?,
        "database" => database(after)?,
        "cluster" => match words(after, &["databases"]) {
            Some(rest) => databases(rest)?,
            None => (after, Show::Cluster),
        },
        "schema" => schema(after, Vec::new(), false),
        "functions" => (after, Show::Functions),
        "function" => {
            let (i, name) = entity(after)?;
            (i, Show::Function(name))
        }
        "queries" => (after, Show::Queries),
        "running" => (words(after, &["queries"])?, Show::RunningQueries),
        "version" => (after, Show::Version),
        "diagnostics" => (after, Show::Diagnostics),
        "materialized-views" => (after, Show::Nothing(Absent::MaterializedViews)),
        "external" => (words(after, &["tables"])?, Show::Nothing(Absent::ExternalTables)),
        _ => return None,
    };
    Some((i, Action::Show(show)))
}

fn tables(i: Tokens<'_>) -> Option<(Tokens<'_>, Show)> {
    let (i, names) = if i.at(TokenKind::OpenParen) { entities(i)? } else { (i, Vec::new()) };
    let (i, details) = maybe(i, &["details"]);
    Some((i, Show::Tables { names, details }))
}

fn table(i: Tokens<'_>) -> Option<(Tokens<'_>, Show)> {
    let (i, table) = entity(i)?;
    let (i, what) = match word(i) {
        None => (i, ShowTable::Columns),
        Some((after, what)) => match what.as_str() {
            "details" => (after, ShowTable::Details),
            "cslschema" => (after, ShowTable::Csl),
            "schema" => (words(after, &["as", "json"])?, ShowTable::Json),
            _ => return None,
        },
    };
    Some((i, Show::Table { table, what }))
}

fn databases(i: Tokens<'_>) -> Option<(Tokens<'_>, Show)> {
    if i.at(TokenKind::OpenParen) {
        let (i, names) = entities(i)?;
        let i = words(i, &["schema"])?;
        return Some(schema(i, names, false));
    }
    if let Some(after) = words(i, &["schema"]) {
        return Some(schema(after, Vec::new(), false));
    }
    let (i, entities) = maybe(i, &["entities"]);
    let (i, identity) = maybe(i, &["identity"]);
    let (i, _) = maybe(i, &["details"]);
    // `with (showObfuscatedStrings=true)` asks for secrets, and there are none.
    let (i, _) = crate::parse::property::with_clause(i).ok()?;
    Some((i, Show::Databases { entities, identity }))
}

fn database(i: Tokens<'_>) -> Option<(Tokens<'_>, Show)> {
    let (i, named) = match word(i) {
        Some((_, what)) if matches!(what.as_str(), "schema" | "identity" | "details" | "cslschema") => (i, None),
        _ => match entity(i) {
            Some((i, name)) => (i, Some(name)),
            None => return Some((i, Show::Database { identity: false })),
        },
    };
    let (after, what) = word(i)?;
    match what.as_str() {
        "schema" => {
            let current = named.is_none();
            Some(schema(after, named.into_iter().collect(), current))
        }
        "identity" if named.is_none() => Some((after, Show::Database { identity: true })),
        "details" if named.is_none() => Some((after, Show::Database { identity: false })),
        _ => None,
    }
}

/// `[details] [if_later_than "v1.2"] [as json | as csl script [with (…)]]`
fn schema(i: Tokens<'_>, databases: Vec<Name>, current: bool) -> (Tokens<'_>, Show) {
    let (i, _) = maybe(i, &["details"]);
    let i = match words(i, &["if_later_than"]) {
        Some(after) if after.at(TokenKind::String) => after.next(),
        _ => i,
    };
    let (i, form) = if let (i, true) = maybe(i, &["as", "json"]) {
        (i, SchemaForm::Json)
    } else if let (i, true) = maybe(i, &["as", "csl", "script"]) {
        let i = crate::parse::property::with_clause(i).map_or(i, |(i, _)| i);
        (i, SchemaForm::Script)
    } else {
        (i, SchemaForm::Rows)
    };
    (i, Show::Schema { databases, current, form })
}
