//! Every question at every offset of the queries of the project: no panic, and answers that fit the text.

mod common;

use common::Small;
use kql_diagnostic::Span;
use kql_language::{
    CompleteOptions, complete, definition, document_symbols, folding_ranges, highlight, hover, is_complete,
    matching_bracket, signature_help,
};
use std::path::{Path, PathBuf};

/// The `.kql` files of a folder of the project.
fn queries(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "kql")).collect();
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), std::fs::read_to_string(p).expect("a query is text"))).collect()
}

fn fits(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some()
}

/// Asks everything about one offset.
fn ask(text: &str, offset: usize, catalog: &Small) {
    let found = complete(text, offset, catalog, &CompleteOptions::default());
    assert!(fits(text, found.replace), "{text:?} at {offset}");
    assert!(found.replace.start as usize <= offset.min(text.len()));
    if let Some(hover) = hover(text, offset, catalog) {
        assert!(fits(text, hover.span) && !hover.markdown.is_empty());
    }
    assert!(definition(text, offset).is_none_or(|s| fits(text, s)));
    assert!(matching_bracket(text, offset).is_none_or(|s| fits(text, s)));
    let _ = signature_help(text, offset, catalog);
}

fn ask_whole(text: &str) {
    let mut end = 0;
    for (span, _) in highlight(text) {
        assert!(fits(text, span) && span.start >= end, "{text:?}");
        end = span.end;
    }
    assert!(folding_ranges(text).into_iter().all(|s| fits(text, s)));
    assert!(document_symbols(text).iter().all(|s| fits(text, s.span) && fits(text, s.name_span)));
    let _ = is_complete(text);
}

#[test]
fn every_question_at_every_third_offset_of_the_hunting_queries() {
    let catalog = Small::default();
    let all = queries("fixtures/queries");
    assert!(all.len() > 10);
    for (nth, (_, text)) in all.iter().enumerate() {
        ask_whole(text);
        for offset in (nth % 3..=text.len()).step_by(3) {
            ask(text, offset, &catalog);
        }
    }
}

#[test]
fn queries_cut_anywhere_are_half_written_queries() {
    let catalog = Small::default();
    for (_, text) in queries("fixtures/queries").iter().take(12) {
        for end in (0..=text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
            ask_whole(&text[..end]);
            ask(&text[..end], end, &catalog);
        }
    }
}

#[test]
fn texts_that_are_no_queries() {
    let catalog = Small::default();
    let deep = "(".repeat(400);
    let chain = "T | where ".to_owned() + &"a and ".repeat(300);
    for text in [
        "",
        " ",
        "\r\n",
        "é",
        "|",
        "||",
        "T|",
        ";;",
        "'",
        "\"é",
        "```x",
        "let",
        "let =",
        "['",
        "$left.",
        "....",
        ")",
        "]}",
        "T | where a == datetime(",
        "T\u{feff}|\u{2028}where é",
        "🙂 | where 🙂",
        "x!",
        "!",
        "in~",
        "hint.",
        "- - -",
        &deep,
        &chain,
    ] {
        ask_whole(text);
        for offset in 0..=text.len().min(50) + 1 {
            ask(text, offset, &catalog);
        }
        ask(text, text.len(), &catalog);
        ask(text, usize::MAX, &catalog);
    }
}
