//! Whatever the text: no panic, a tree, spans inside the text, time in proportion to the length.

#![allow(clippy::unwrap_used)]

mod support;

use kql_syntax::{lex, lex_with_trivia, parse, print};
use proptest::prelude::*;
use support::{corpus, shape};

/// Everything that must hold for any text.
fn check(text: &str) {
    let (tokens, _) = lex_with_trivia(text);
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.span.start, end, "tokens cover the text: {text:?}");
        assert!(text.is_char_boundary(token.span.end as usize), "{text:?}");
        end = token.span.end;
    }
    assert_eq!(end as usize, text.len());
    assert_eq!(lex(text).0.len(), tokens.iter().filter(|t| !t.kind.is_trivia()).count());
    let parsed = parse(text);
    for d in &parsed.diagnostics {
        assert!(text.is_char_boundary(d.span.start as usize), "{text:?}: {d:?}");
        assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len(), "{text:?}: {d:?}");
        assert!(!d.message.is_empty());
    }
    let printed = print(&parsed.script);
    if !parsed.diagnostics.iter().any(|d| d.is_error()) {
        let again = parse(&printed);
        assert!(
            !again.diagnostics.iter().any(|d| d.is_error()),
            "{text:?} printed as {printed:?}: {:?}",
            again.diagnostics
        );
        assert_eq!(shape(&parsed.script), shape(&again.script), "{text:?} printed as {printed:?}");
    }
    support::formatted(text, 40);
}

/// Pieces that make trouble together.
const PIECES: &[&str] = &[
    "|",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ".",
    "..",
    "=",
    "==",
    "=>",
    "<|",
    "<",
    "-",
    "--",
    "->",
    "*",
    "/",
    "!",
    "!in",
    "!has",
    "~",
    "in~",
    ":",
    "@",
    "'",
    "\"",
    "`",
    "```",
    "~~~",
    "h'",
    "@\"",
    "\\",
    "//",
    "/*",
    "\n",
    "1",
    "1d",
    "1.",
    ".5",
    "1e",
    "1e5",
    "0x",
    "0xF",
    "5h_a",
    "datetime(",
    "dynamic(",
    "long(null)",
    "typeof(",
    "T",
    "a",
    "x.y",
    "['a b']",
    "[\"",
    "let",
    "set",
    "declare",
    "query_parameters",
    "pattern",
    "restrict",
    "access",
    "to",
    "alias",
    "database",
    "view",
    "print",
    "range",
    "from",
    "step",
    "by",
    "on",
    "with",
    "of",
    "as",
    "where",
    "project",
    "project-away",
    "extend",
    "summarize",
    "join",
    "kind=inner",
    "hint.strategy=shuffle",
    "union",
    "search",
    "find",
    "evaluate",
    "mv-expand",
    "mv-apply",
    "parse",
    "parse-kv",
    "make-series",
    "default",
    "scan",
    "declare",
    "top-nested",
    "others",
    "partition",
    "fork",
    "facet",
    "render",
    "graph-match",
    "make-graph",
    "macro-expand",
    "entity_group",
    "externaldata",
    "datatable",
    "toscalar",
    "materialize",
    "and",
    "or",
    "between",
    "has_any",
    "matches regex",
    "true",
    "null",
    "é",
    "\u{a0}",
    "\u{2028}",
    "😀",
    "\0",
    ".show",
    "count()",
    "asc",
    "nulls first",
    "limit",
    "take",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_pieces(pieces in proptest::collection::vec((proptest::sample::select(PIECES), any::<bool>()), 0..40)) {
        let text: String = pieces.iter().flat_map(|(piece, blank)| [*piece, if *blank { " " } else { "" }]).collect();
        check(&text);
    }

    #[test]
    fn broken_queries(pick in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), len in 0usize..12, put in proptest::sample::select(PIECES)) {
        let queries = corpus();
        let query = pick.get(queries);
        let mut chars: Vec<char> = query.chars().collect();
        if !chars.is_empty() {
            let from = from.index(chars.len());
            let to = (from + len).min(chars.len());
            chars.splice(from..to, put.chars());
        }
        check(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn cut_queries(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let queries = corpus();
        let query = pick.get(queries);
        let at = at.index(query.len() + 1);
        check(query.get(..at).unwrap_or(query));
    }
}

#[test]
fn printing_and_reading_again_gives_the_same_tree() {
    let queries = corpus();
    assert!(queries.len() > 200);
    queries.iter().for_each(|query| check(query));
}

/// Texts that nest or repeat one thing very often; each must be refused or read, in little time and stack.
#[test]
fn hostile_texts_are_answered() {
    const N: usize = 50_000;
    let nested = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("print (", ")"),
        ("T | where x in (", ")"),
        ("T | join (", ") on a"),
        ("let f = () { ", " };"),
        ("dynamic([", "])"),
        ("dynamic(", ")"),
        ("print dynamic([", ""),
        ("T | mv-apply a on (", ")"),
        ("T | fork (", ")"),
        ("macro-expand e as s (", ")"),
        ("-", ""),
        ("a.", ""),
        ("a = ", ""),
        ("((a, b) = ", ""),
        ("x => ", ""),
        ("toscalar(", ")"),
        ("between (", ")"),
    ];
    for (open, close) in nested {
        let text = format!("{}1{}", open.repeat(N), close.repeat(N));
        assert!(!parse(&text).diagnostics.is_empty(), "{open}");
        let text = format!("print {}1", open.repeat(N));
        parse(&text);
    }
    let repeated = [
        "a or ",
        "a + ",
        "a has 'x' and ",
        "1, ",
        "T | ",
        "a; ",
        "a.b",
        "[0]",
        "| take 1 ",
        "'a' ",
        "f()",
        "not ",
        "let a = 1; ",
    ];
    for piece in repeated {
        parse(&format!("print {}a", piece.repeat(N)));
        parse(&format!("T | where {}a", piece.repeat(N)));
    }
    let long = format!("print {}a", "a or ".repeat(N));
    assert!(parse(&long).diagnostics.iter().any(|d| d.code == "KQ0003"));
    let fits = format!("print {}a", "a or ".repeat(1000));
    assert!(parse(&fits).diagnostics.is_empty());
    let fits = format!("print {}1{}", "(".repeat(60), ")".repeat(60));
    assert!(parse(&fits).diagnostics.is_empty());
}
