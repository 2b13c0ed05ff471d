//! What several tests need.

#![allow(dead_code, clippy::unwrap_used)]

use kql_syntax::ast::Script;
use kql_syntax::{FormatOptions, TokenKind, format, lex_with_trivia, parse};
use std::path::{Path, PathBuf};

/// The tree as text without its spans: equal for trees that differ only in them.
pub(crate) fn shape(script: &Script) -> String {
    let text = format!("{script:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// The case files beside the sources.
pub(crate) fn case_files() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    assert!(paths.len() > 10, "the case files are gone");
    paths
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "txt") {
            found.push(path);
        }
    }
    found.sort();
}

/// All queries of the case files, good and bad.
pub(crate) fn corpus() -> &'static [String] {
    static QUERIES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    QUERIES.get_or_init(|| {
        let mut queries: Vec<String> = Vec::new();
        for path in case_files() {
            for line in std::fs::read_to_string(path).unwrap().lines() {
                match (line.strip_prefix(">>> "), line.strip_prefix("... "), queries.last_mut()) {
                    (Some(query), _, _) => queries.push(query.to_owned()),
                    (_, Some(more), Some(query)) => {
                        query.push('\n');
                        query.push_str(more);
                    }
                    _ => {}
                }
            }
        }
        queries
    })
}

/// Comments of a text, without blanks at their ends, in order of their text.
pub(crate) fn comments(text: &str) -> Vec<&str> {
    let tokens = lex_with_trivia(text).0.into_iter().filter(|t| t.kind == TokenKind::Comment);
    let mut comments: Vec<&str> = tokens.map(|t| t.span.text(text).trim_end()).collect();
    comments.sort_unstable();
    comments
}

/// Formats a text and checks what holds for every one: the same tree, the same comments, and formatted again the same text;
/// a text with errors is refused with them. Answers the formatted text.
pub(crate) fn formatted(text: &str, width: usize) -> Option<String> {
    let options = FormatOptions { width, ..FormatOptions::default() };
    let parsed = parse(text);
    let once = match format(text, &options) {
        Ok(once) => once,
        Err(diagnostics) => {
            assert_eq!(diagnostics, parsed.diagnostics, "{text:?} was refused");
            assert!(parsed.has_errors(), "{text:?} was refused");
            return None;
        }
    };
    assert!(!parsed.has_errors(), "{text:?} was not refused");
    assert_eq!(shape(&parsed.script), shape(&parse(&once).script), "{text:?} became {once:?}");
    assert_eq!(comments(text), comments(&once), "{text:?} became {once:?}");
    assert_eq!(format(&once, &options).as_ref(), Ok(&once), "{text:?}");
    Some(once)
}
