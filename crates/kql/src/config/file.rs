//! Reading a `kql.toml`.

use super::key::{Key, Shape};
use super::{Setting, Wrong};
use crate::diagnose;
use kql_diagnostic::{Diagnostic, Diagnostics, LineIndex, Span, code};
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The settings of a file.
///
/// # Errors
/// Everything that is wrong with it, reported with its lines; a key nobody knows is wrong.
pub(super) fn read(path: &Path, text: &str, keys: &[&'static Key]) -> Result<Vec<Setting>, Wrong> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder =
        if folder.is_absolute() { folder.to_owned() } else { std::env::current_dir().unwrap_or_default().join(folder) };
    let lines = LineIndex::new(text);
    let mut wrong = Diagnostics::new();
    let mut settings = Vec::new();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        wrong.push(mistake(error.span().unwrap_or(0..0), error.message()));
    }
    for (name, value) in table.get_ref() {
        let Some(key) = keys.iter().find(|k| k.name == name.get_ref()) else {
            let unknown = mistake(name.span(), format!("there is no setting '{}'", name.get_ref()));
            wrong.push(unknown.did_you_mean(name.get_ref(), keys.iter().map(|k| k.name)));
            continue;
        };
        let values = values(key, value, &folder, &mut wrong);
        let (line, _) = lines.line_column(text, span(name.span()).start);
        settings.push(Setting { key, values, origin: format!("{}:{line}", path.display()) });
    }
    if wrong.is_empty() {
        return Ok(settings);
    }
    wrong.sort_by_key(|d| d.span.start);
    // What could not be read has no value that could be wrong, too.
    wrong.dedup_by_key(|d| d.span);
    Err(Wrong {
        report: diagnose::render(&wrong, text, &path.display().to_string(), true),
        message: "the settings cannot be read; with KQL_CONFIG= (empty) no file of them is".to_owned(),
    })
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn mistake(range: Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code::SETTINGS, span(range), message)
}

/// The values of a key as its option takes them.
fn values(key: &Key, value: &Spanned<DeValue<'_>>, folder: &Path, wrong: &mut Diagnostics) -> Vec<String> {
    let mut one = |item: &Spanned<DeValue<'_>>| {
        let text = match item.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Datetime(datetime) => datetime.to_string(),
            _ => {
                wrong.push(mistake(item.span(), format!("'{}' takes text", key.name)));
                return None;
            }
        };
        match (key.check)(&text) {
            Ok(()) => Some(key.resolved(&text, folder)),
            Err(message) => {
                wrong.push(mistake(item.span(), message));
                None
            }
        }
    };
    match (key.shape, value.get_ref()) {
        (Shape::List, DeValue::Array(items)) => items.iter().filter_map(one).collect(),
        (Shape::Map, DeValue::Table(entries)) => {
            let entry = |(name, file)| Some(format!("{}={}", Spanned::get_ref(name), one(file)?));
            entries.iter().filter_map(entry).collect()
        }
        (Shape::Map, _) => {
            let help = format!("write [{}] and below it NAME = \"FILE\"", key.name);
            wrong.push(mistake(value.span(), format!("'{}' takes a table", key.name)).with_help(help));
            Vec::new()
        }
        (Shape::One | Shape::List, _) => one(value).into_iter().collect(),
    }
}
