//! Whatever a query says, completion offers it there: at every word of the hunting queries, cut after its first letter or not.

mod common;

use common::Published;
use kql_language::{CompleteOptions, complete};
use kql_syntax::{Token, TokenKind, lex};
use std::collections::BTreeMap;
use std::path::Path;

/// Whether a word is a new name: nothing knows it before it is written.
fn declares(text: &str, tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|t| t.span.text(text));
    let next = tokens.get(at + 1).map(|t| t.kind);
    // `a = …`, `let a`, `as a`, `(a, b) = …`, `a:long`, a step, an element of a pattern.
    let in_tuple = tokens[at..].iter().find(|t| !matches!(t.kind, TokenKind::Comma) && !t.kind.is_word());
    let is_tuple = in_tuple.is_some_and(|t| t.kind == TokenKind::CloseParen)
        && tokens[at..]
            .iter()
            .skip_while(|t| t.kind != TokenKind::CloseParen)
            .nth(1)
            .is_some_and(|t| t.kind == TokenKind::Equal);
    let is_new = at > 1 && tokens[at - 1].kind == TokenKind::Equal && tokens[at - 2].span.text(text) == "withsource";
    is_tuple
        || is_new
        || matches!(next, Some(TokenKind::Equal | TokenKind::Colon))
        || matches!(before, Some("let" | "as" | "step" | "declare" | "pattern" | "by") if next == Some(TokenKind::Equal))
        || matches!(before, Some("let" | "as" | "range" | "step"))
}

#[test]
fn every_word_of_the_hunting_queries_is_offered_where_it_stands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/queries");
    let folder = std::env::var_os("KQL_WORDS_OF").map_or(folder, Into::into);
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).collect();
    paths.sort();
    let catalog = Published::default();
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    let (mut asked, mut offered) = (0usize, 0usize);
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "kql" || e == "txt")) {
        let text = std::fs::read_to_string(path).expect("a query is text");
        let (tokens, _) = lex(&text);
        for (at, token) in tokens.iter().enumerate() {
            let word = token.span.text(&text);
            if !token.kind.is_word() || declares(&text, &tokens, at) {
                continue;
            }
            // Members of dynamic values are not known, and functions are not in this catalogue.
            let before = at.checked_sub(1).map(|at| tokens[at].kind);
            if before == Some(TokenKind::Dot) || tokens[at + 1].kind == TokenKind::OpenParen {
                continue;
            }
            let (start, end) = (token.span.start as usize, token.span.end as usize);
            let cut = format!("{}{}", &text[..start + 1], &text[end..]);
            for (text, offset) in
                [(text.as_str(), end), (text.as_str(), start + 1), (cut.as_str(), start + 1), (&text[..end], end)]
            {
                asked += 1;
                let found = complete(text, offset, &catalog, &CompleteOptions::default());
                if found.items.iter().any(|i| i.label.split([' ', '.']).any(|part| part == word)) {
                    offered += 1;
                } else {
                    let from = text[..offset].rfind('\n').map_or(0, |at| at + 1);
                    let line = format!("{word:<20} {}‸", &text[from..offset]);
                    *missed.entry(line).or_default() += 1;
                }
            }
        }
    }
    let lines: Vec<String> = missed.iter().map(|(line, n)| format!("{n} {line}")).collect();
    assert!(asked > 1000, "{asked}");
    if std::env::var_os("KQL_WORDS_OF").is_some() {
        println!("{offered} of {asked}\n{}", lines.join("\n"));
        return;
    }
    assert!(lines.is_empty(), "{offered} of {asked} offered; not:\n{}", lines.join("\n"));
}
