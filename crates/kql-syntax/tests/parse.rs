//! What the parser must hold for any text.

use kql_syntax::parse;

/// Queries over the whole language that must parse without a word.
const GOOD: &[&str] = &[
    "T | where a has 'x' and not(b in (1, 2)) | summarize c = count(), dcount(d) by bin(t, 1h), e | sort by c desc",
    "let f = (T:(*), n:long = 5) { T | take n }; T | invoke f(3)",
    "union isfuzzy=true T*, (U | take 1), database('d').V",
    "G | graph-match (a)-[e*1..3]->(b)<--(c) where a.x == 1 project a.x, y = b.z",
    "print dynamic({'a': [1, -2.5, datetime(2020-01-01), null]}).a[0], 5h, 0xFF, @'c:\\x'",
];

#[test]
fn good_queries_have_no_diagnostics() {
    for query in GOOD {
        let parsed = parse(query);
        assert!(parsed.diagnostics.is_empty(), "{query}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn a_mistake_leaves_the_other_operators_in_the_tree() {
    let parsed = parse("T | where a ==  | extend b = 1 | summarise x | take 5");
    assert_eq!(parsed.diagnostics.len(), 2, "{:?}", parsed.diagnostics);
    let text = format!("{:?}", parsed.script);
    for word in ["Where", "Missing", "Extend", "Error", "Take"] {
        assert!(text.contains(word), "{word} in {text}");
    }
}
