//! Formatting: the `.case` files beside the formatter, and comments put anywhere into queries.
//!
//! A case is a line `=== title`, with `width=N` at its end where that matters, the text before, a line `---`, and the text
//! after. `KQL_BLESS=1` writes what came out; look at the difference before committing it.

#![allow(clippy::unwrap_used)]

mod support;

use kql_syntax::{FormatOptions, TokenKind, format, lex, parse};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/format")
}

#[test]
fn texts_are_formatted_as_written_beside_the_formatter() {
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for path in std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()) {
        if path.extension().is_none_or(|e| e != "case") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut now = String::new();
        for case in text.split("=== ").skip(1) {
            let (head, body) = case.split_once('\n').unwrap();
            let (before, _) = body.split_once("---\n").unwrap_or_else(|| panic!("{head} has no ---"));
            let width = head.rsplit_once("width=").map_or(120, |(_, w)| w.trim().parse().unwrap());
            let after = match support::formatted(before, width) {
                Some(after) => after,
                None => parse(before).diagnostics.iter().map(|d| format!("{d}\n")).collect(),
            };
            writeln!(now, "=== {head}\n{before}---\n{after}").unwrap();
            cases += 1;
        }
        if now != text {
            let title = text.lines().zip(now.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{}: {title:?}", path.display()));
            if std::env::var_os("KQL_BLESS").is_some() {
                std::fs::write(&path, now).unwrap();
            }
        }
    }
    assert!(cases > 40, "the case files are gone");
    assert!(
        wrong.is_empty() || std::env::var_os("KQL_BLESS").is_some(),
        "KQL_BLESS=1 shows all:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn queries_of_the_parser_keep_their_tree_at_every_width() {
    for query in support::corpus() {
        for width in [0, 20, 80, 120] {
            support::formatted(query, width);
        }
    }
}

#[test]
fn line_ends_are_those_of_the_text() {
    let options = FormatOptions::default();
    let out = format("T\r\n| where a // c\r\n| count", &options).unwrap();
    assert_eq!(out, "T\r\n| where a // c\r\n| count\r\n");
    assert_eq!(format("", &options).unwrap(), "");
    assert_eq!(format(" \n\n", &options).unwrap(), "");
    assert_eq!(format("\u{feff}T", &options).unwrap(), "T\n");
}

#[test]
fn tokens_stay_as_they_were_written() {
    let text = "print a=0xFF,b=@'x\"',c=h\"s\",d=datetime( 2020-01-01 ),e=1.50,f=```a\n  b```,g='x' \"y\"";
    let out = format(text, &FormatOptions::default()).unwrap();
    for word in ["0xFF", "@'x\"'", "h\"s\"", "datetime( 2020-01-01 )", "1.50", "```a\n  b```", "'x' \"y\""] {
        assert!(out.contains(word), "{word} in {out}");
    }
}

/// Texts that repeat or nest one thing very often: little time and stack for each.
#[test]
fn long_texts_are_formatted() {
    const N: usize = 3000;
    let texts = [
        format!("print {}1", "1, ".repeat(N)),
        format!("T{}", " | take 1".repeat(N)),
        format!("T | where {}a", "a or ".repeat(1000)),
        format!("print {}1{}", "f(".repeat(60), ")".repeat(60)),
        format!("print a{}", ".b".repeat(900)),
        "let a = 1;".repeat(N) + "a",
        "// c\n".repeat(N) + "T",
        format!("datatable(a:long, b:string)[{}]", "1, 'x', ".repeat(N)),
        format!("print dynamic({}1{})", "[".repeat(60), "]".repeat(60)),
    ];
    for text in texts {
        assert!(support::formatted(&text, 80).is_some(), "{}", &text[..20]);
    }
}

/// Hunting queries, where they are there: all keep tree and comments, and settle.
#[test]
fn public_hunting_queries_settle() {
    let Some(shared) = std::env::var_os("KQL_SHARED") else { return };
    let text = std::fs::read_to_string(Path::new(&shared).join("hunting/queries.jsonl")).unwrap();
    let mut count = 0;
    for line in text.lines() {
        let canonical = kql_types::dynamic::canonical(line).unwrap();
        let query = kql_types::dynamic::unquote(kql_types::dynamic::get_key(&canonical, "query").unwrap()).unwrap();
        count += usize::from(support::formatted(&query, 120).is_some());
        support::formatted(&query, 60);
    }
    assert!(count >= 1222, "{count} queries were formatted");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn comments_may_stand_anywhere(
        pick in any::<prop::sample::Index>(),
        places in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..4), 1..8),
        width in 0usize..130,
    ) {
        let query = pick.get(support::corpus());
        let starts: Vec<usize> = lex(query).0.iter().filter(|t| t.kind != TokenKind::Comment).map(|t| t.span.start as usize).collect();
        let mut places: Vec<(usize, usize)> = places.iter().map(|(at, kind)| (*at.get(&starts), *kind)).collect();
        places.sort_unstable();
        let mut text = query.clone();
        for (number, (at, kind)) in places.into_iter().enumerate().rev() {
            let before = ["", " ", "\n", "\n\n  "][kind];
            text.insert_str(at, &format!("{before}// c{number}, | ( \"\n{}", if kind == 3 { "\n\n" } else { "" }));
        }
        support::formatted(&text, width);
    }
}
