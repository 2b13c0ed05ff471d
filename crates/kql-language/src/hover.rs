//! Hover: what the word under the cursor is.

use crate::boundary;
use crate::complete::{columns_text, function_text, scalar_text};
use crate::pages::{operator_page, spec_page};
use crate::place::Place;
use crate::plugins::plugin_page;
use crate::scope::scope_at;
use crate::symbols::let_at;
use crate::topics::command_at;
use crate::words::{CHARTS, INFIX, PARAMETERS, RENDER_PROPERTIES, WITH_PROPERTIES};
use kql_bind::Catalog;
use kql_bind::cursor::{CursorPlace, Members, VisibleName};
use kql_diagnostic::Span;
use kql_syntax::{Token, TokenKind, lex, tabular_operators};
use kql_types::{Column, RowSchema, ScalarType};
use std::fmt::Write;

/// What is known of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What the word at an offset is: the type of a column, the signature and meaning of a function, the page of an operator,
/// the value or columns of a variable, the columns of a table. `None` where nothing is known.
pub fn hover(text: &str, offset: usize, catalog: &dyn Catalog) -> Option<Hover> {
    let offset = boundary(text, offset);
    let (tokens, _) = lex(text);
    if let Some(found) = command(text, offset, &tokens) {
        return Some(found);
    }
    let at = tokens
        .iter()
        .position(|t| t.kind.is_word() && t.span.start as usize <= offset && offset <= t.span.end as usize)?;
    let token = tokens[at];
    let before = at.checked_sub(1).and_then(|at| tokens.get(at)).copied();
    let next = tokens.get(at + 1).copied();
    let word = token.span.text(text);
    let markdown = match token.kind {
        TokenKind::Keyword(_) => keyword(text, word, token, before, next, catalog),
        _ => name(text, word, token, before, next, catalog),
    }?;
    Some(Hover { span: token.span, markdown })
}

/// The management command a place is in the words of.
fn command(text: &str, offset: usize, tokens: &[Token]) -> Option<Hover> {
    let starts =
        |at: usize| at.checked_sub(1).and_then(|at| tokens.get(at)).is_none_or(|t| t.kind == TokenKind::Semicolon);
    let (_, dot) = tokens
        .iter()
        .enumerate()
        .rfind(|(at, t)| t.kind == TokenKind::Dot && t.span.start as usize <= offset && starts(*at))?;
    let (end, markdown) = command_at(text, dot.span.start as usize)?;
    (offset <= end).then(|| Hover { span: Span::new(dot.span.start as usize, end), markdown })
}

fn keyword(
    text: &str,
    word: &str,
    token: Token,
    before: Option<Token>,
    next: Option<Token>,
    catalog: &dyn Catalog,
) -> Option<String> {
    let is_call = next.is_some_and(|t| t.kind == TokenKind::OpenParen);
    let heads = before.is_none_or(|t| {
        matches!(
            t.kind,
            TokenKind::Bar
                | TokenKind::InputBar
                | TokenKind::Semicolon
                | TokenKind::OpenParen
                | TokenKind::OpenBrace
                | TokenKind::Equal
        )
    });
    if heads && (tabular_operators().any(|o| o == word) || matches!(word, "datatable" | "externaldata")) {
        return operator_page(word).map(|page| page.markdown());
    }
    let infix = if matches!(word, "matches" | "regex") { "matches regex" } else { word };
    if let Some((word, _, meaning)) = INFIX.iter().find(|(w, ..)| *w == infix) {
        return Some(format!("`{word}`: {meaning}"));
    }
    if is_call && let Some(spec) = catalog.scalar_function(word).or_else(|| catalog.aggregate(word)) {
        return Some(spec_page(spec, word));
    }
    name(text, word, token, before, next, catalog)
}

fn name(
    text: &str,
    word: &str,
    token: Token,
    before: Option<Token>,
    next: Option<Token>,
    catalog: &dyn Catalog,
) -> Option<String> {
    let previous = before.map(|t| t.span.text(text));
    if previous == Some("render")
        && let Some((_, meaning)) = CHARTS.iter().find(|(kind, _)| *kind == word)
    {
        return Some(format!("**{word}**: {meaning}"));
    }
    if previous == Some("evaluate")
        && let Some(page) = plugin_page(word)
    {
        return Some(page);
    }
    if next.is_some_and(|t| t.kind == TokenKind::Equal)
        && let Some(page) = property(text, word, token)
    {
        return Some(page);
    }
    let declared = let_at(text, token.span);
    let scope = match declared {
        // The names that are visible right after the statement.
        Some(end) => {
            let head = text.get(..end as usize)?;
            scope_at(&format!("{head};\n_kql_cursor_"), head.len() + 4, catalog, true)
        }
        None => scope_at(text, token.span.start as usize, catalog, true),
    };
    if declared.is_none() {
        if scope.place == CursorPlace::Member {
            return match &scope.members {
                Members::Columns(columns) => columns.column(word).map(column),
                Members::Database(database) => {
                    catalog.table(database.as_deref(), word).map(|columns| table(word, &columns))
                }
                _ => None,
            };
        }
        let is_call = next.is_some_and(|t| t.kind == TokenKind::OpenParen);
        let own = |c: &Option<RowSchema>| c.as_ref().and_then(|c| c.column(word)).cloned();
        if !is_call && let Some(found) = own(&scope.columns).or_else(|| own(&scope.right)) {
            return Some(column(&found));
        }
    }
    if let Some((_, visible)) = scope.names.iter().find(|(name, _)| name == word) {
        return Some(variable(word, visible));
    }
    if declared.is_some() {
        return None;
    }
    if let Some(spec) = catalog.scalar_function(word).or_else(|| catalog.aggregate(word)) {
        return Some(spec_page(spec, word));
    }
    if let Some(columns) = catalog.table(None, word) {
        return Some(table(word, &columns));
    }
    if let Some(function) = catalog.stored_function(None, word) {
        return Some(format!("```kusto\n{word}{}\n```\n\nfunction of the database", function.parameters));
    }
    let service = catalog.service_function(word)?;
    let parameters: Vec<String> =
        service.parameters.iter().map(|p| format!("{}:{}", p.name, p.ty.map_or("(*)", ScalarType::name))).collect();
    let mut out = format!("```kusto\n{word}({})\n```\n\nfunction of the service\n\n", parameters.join(", "));
    columns_list(&service.columns, &mut out);
    Some(out)
}

/// A parameter, property or hint: `kind=`, `ycolumns=`, `hint.strategy=`.
fn property(text: &str, word: &str, token: Token) -> Option<String> {
    let place = Place::at(text, token.span.start as usize)?;
    let (operator, _) = place.operator()?;
    let known = PARAMETERS.iter().chain(WITH_PROPERTIES).find(|(o, n, _)| *o == operator && *n == word);
    let meaning = match known {
        Some((.., meaning)) => meaning,
        None if operator == "render" => RENDER_PROPERTIES.iter().find(|(n, _)| *n == word).map(|(_, m)| m)?,
        None if text.get(..token.span.start as usize).is_some_and(|t| t.ends_with("hint.")) => {
            &"A hint for the service; the answer is the same."
        }
        None => return None,
    };
    Some(format!("**{word}** of `{operator}`: {meaning}"))
}

fn column(column: &Column) -> String {
    format!("```kusto\n{}: {}\n```\n\ncolumn", column.name, column.ty)
}

fn variable(name: &str, visible: &VisibleName) -> String {
    match visible {
        VisibleName::Scalar(ty, value) => format!("```kusto\n{name}: {}\n```", scalar_text(*ty, value.as_ref())),
        VisibleName::Table(columns) => table(name, columns),
        VisibleName::Function(parameters) => format!("```kusto\n{}\n```\n\nfunction", function_text(name, parameters)),
        VisibleName::Row(columns) => format!("```kusto\n{name}: {}\n```", columns_text(columns)),
        VisibleName::Other(what) => format!("**{name}**: {what}"),
    }
}

fn table(name: &str, columns: &RowSchema) -> String {
    let mut out = format!("**{name}**: table of {} columns\n\n", columns.columns.len());
    columns_list(columns, &mut out);
    out
}

fn columns_list(schema: &RowSchema, out: &mut String) {
    const SHOWN: usize = 100;
    out.push_str("```kusto\n");
    for column in schema.columns.iter().take(SHOWN) {
        let _ = writeln!(out, "{}: {}", column.name, column.ty);
    }
    if schema.columns.len() > SHOWN {
        let _ = writeln!(out, "// … {} more", schema.columns.len() - SHOWN);
    }
    if schema.open {
        out.push_str("// … and what the data has\n");
    }
    out.push_str("```");
}
