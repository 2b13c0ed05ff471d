//! Hover by cases: a query with `‸` and a part of the page.

mod common;

use common::Small;
use kql_language::{hover, matching_bracket, signature_help};

fn page(query: &str) -> Option<String> {
    let offset = query.find('‸').expect("a cursor");
    hover(&query.replace('‸', ""), offset, &Small::default()).map(|h| h.markdown)
}

#[test]
fn pages_of_what_is_under_the_cursor() {
    for (query, part) in [
        ("T | where Time‸stamp > ago(1d)", "Timestamp: datetime"),
        ("T | where ‸b has 'x'", "b: string"),
        ("T | ‸where a == 1", "Rows for which the predicate is true."),
        ("T | project-a‸way a", "All columns but these."),
        ("T | where b ha‸s 'x'", "Contains the word, in any case."),
        ("T | where b matches re‸gex 'x'", "regular expression"),
        ("T | extend n = str‸len(b)", "strlen(text: text) -> long"),
        ("T | summarize co‸unt()", "Aggregation function"),
        ("T | join kind‸=inner (R) on b", "Which rows come out"),
        ("T | join (R) on $left.b == $right.‸b", "b: string"),
        ("T | join hint.strat‸egy=shuffle (R) on b", "hint"),
        ("T | render time‸chart", "Lines over time"),
        ("T | render timechart with (ycol‸umns=a)", "y-axis"),
        ("T | evaluate bag_un‸pack(d)", "Plugin of `evaluate`"),
        (".show ta‸bles | count", "**.show tables**"),
        ("print 1; .set-or-ap‸pend T <| print 2", "which is made when it does not exist"),
        (".set T <| T | where Time‸stamp > ago(1d)", "Timestamp: datetime"),
        ("‸T | take 5", "table of 6 columns"),
        ("let li‸mit_ = 5; T | take limit_", "long = 5"),
        ("let limit_ = 5; T | take lim‸it_", "long = 5"),
        ("let f = (x:long, s:string = 'a') { x }; print f‸(1)", "f(x:long, [s:string])"),
        ("let f = (x:long) { T | where a > x‸ }; f(1)", "x: long"),
        ("let Part = T | project a, n = strlen(b); Pa‸rt", "n: long"),
        ("T | extend fresh = a + 1.5 | where fr‸esh > 1", "fresh: real"),
        ("T | summarize n = sum(a) by b | where ‸n > 1", "n: long"),
        ("database('db').‸T", "table of 6 columns"),
    ] {
        let found = page(query).unwrap_or_default();
        assert!(found.contains(part), "{query}\n{found}");
    }
    for query in ["T ‸| take 5", "T | where Unk‸nown == 1", "// T‸", "T | where b == 'str‸len'", "‸"] {
        assert_eq!(page(query), None, "{query}");
    }
}

#[test]
fn everything_has_a_page() {
    let catalog = Small::default();
    for group in kql_language::topics() {
        assert!(!group.names.is_empty(), "{}", group.title);
        for name in group.names {
            assert!(kql_language::topic_page(&catalog, name).is_some_and(|page| page.len() > 10), "{name}");
        }
    }
    let page = |name: &str| kql_language::topic_page(&catalog, name).unwrap_or_default();
    assert!(page("count").contains("T | count") && page("count").contains("Aggregation function"));
    assert!(page("bag_unpack").contains("Plugin of `evaluate`"));
    assert!(page("treemap").contains("a chart of `render`"));
    assert!(page(".show tables").contains("details"));
    assert_eq!(kql_language::topic_page(&catalog, "nothing"), None);
    assert_eq!(kql_language::closest_topic(&catalog, "timechrt").as_deref(), Some("timechart"));
}

#[test]
fn the_call_around_the_cursor() {
    let help = |query: &str| {
        let offset = query.find('‸').expect("a cursor");
        let found = signature_help(&query.replace('‸', ""), offset, &Small::default())?;
        let line = &found.signatures[found.active_signature];
        Some((line.label.clone(), found.argument))
    };
    let text = |label: &str, argument| Some((label.to_owned(), argument));
    assert_eq!(help("T | extend n = strlen(‸"), text("strlen(text: text) -> long", 0));
    assert_eq!(help("T | extend n = iff(a > 1, ‸b, 'x')"), text("iff(predicate: bool, then, else) -> common", 1));
    assert_eq!(help("T | extend n = iff(a in (1, 2), b, ‸"), text("iff(predicate: bool, then, else) -> common", 2));
    assert_eq!(help("let f = (x:long, y:string) { x }; print f(1, ‸)"), text("f(x:long, y:string)", 1));
    let plugin = help("T | evaluate ipv4_lookup(R, b, ‸");
    assert!(
        plugin
            .is_some_and(|(label, argument)| label.starts_with("ipv4_lookup(table, address, network") && argument == 2)
    );
    assert_eq!(help("T | where (a ‸"), None);
    assert_eq!(help("T | join (R | where ‸"), None);
    assert_eq!(help("print strlen('a')‸"), None);
}

#[test]
fn brackets_match_outside_strings() {
    let text = "f(')', [1], {\"a\": (2)}) // )";
    let at = |offset| matching_bracket(text, offset).map(|s| s.start);
    assert_eq!(at(1), Some(22));
    assert_eq!(at(23), Some(1), "right after it");
    assert_eq!(at(7), Some(9));
    assert_eq!(at(12), Some(21));
    assert_eq!(at(3), None, "in the string");
    assert_eq!(matching_bracket("(]", 0), None);
    assert_eq!(matching_bracket("a", 0), None);
}
