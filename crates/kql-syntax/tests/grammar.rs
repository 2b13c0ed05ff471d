//! `grammar/` and the parser say the same: words, operators, precedence, and sentences made from the rules.
//!
//! `KQL_BLESS=1` writes `keywords.txt` and `precedence.txt` from the parser's tables.

#![allow(clippy::unwrap_used)]

mod support;

use kql_syntax::{NameUse, keywords, parse, precedence, tabular_operators};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../grammar").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// A rule of the grammar.
#[derive(Debug)]
enum Rule {
    Terminal(String),
    Token(String),
    Name(String),
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Optional(Box<Rule>),
    Repeated(Box<Rule>),
}

struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> &str {
        self.words.get(self.at).copied().unwrap_or("")
    }

    fn any(&mut self) -> Rule {
        let mut options = vec![self.all()];
        while self.peek() == "|" {
            self.at += 1;
            options.push(self.all());
        }
        if options.len() == 1 { options.pop().unwrap() } else { Rule::Any(options) }
    }

    fn all(&mut self) -> Rule {
        let mut parts = Vec::new();
        while !matches!(self.peek(), "|" | ")" | "]" | "}" | ";" | "") {
            parts.push(self.one());
        }
        Rule::All(parts)
    }

    fn one(&mut self) -> Rule {
        let word = self.peek().to_owned();
        self.at += 1;
        let bracket = match word.as_str() {
            "(" | "[" | "{" => {
                let inner = self.any();
                self.at += 1;
                inner
            }
            w if w.starts_with('\'') => return Rule::Terminal(w.trim_matches('\'').to_owned()),
            w if w.chars().all(|c| c.is_ascii_uppercase()) => return Rule::Token(word),
            _ => return Rule::Name(word),
        };
        match word.as_str() {
            "(" => bracket,
            "[" => Rule::Optional(Box::new(bracket)),
            _ => Rule::Repeated(Box::new(bracket)),
        }
    }
}

/// The productions of `kql.ebnf`, comments left out.
fn grammar() -> BTreeMap<String, Rule> {
    let mut text = read("kql.ebnf");
    while let Some(start) = text.find("(*") {
        let end = text[start..].find("*)").expect("a comment ends") + start + 2;
        text.replace_range(start..end, " ");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut reader = Reader { words, at: 0 };
    let mut rules = BTreeMap::new();
    while reader.at < reader.words.len() {
        let name = reader.peek().to_owned();
        reader.at += 1;
        assert_eq!(reader.peek(), "=", "after {name}");
        reader.at += 1;
        let rule = reader.any();
        assert_eq!(reader.peek(), ";", "end of {name}");
        reader.at += 1;
        assert!(rules.insert(name.clone(), rule).is_none(), "{name} is there twice");
    }
    rules
}

fn visit<'a>(rule: &'a Rule, f: &mut impl FnMut(&'a Rule)) {
    f(rule);
    match rule {
        Rule::All(parts) | Rule::Any(parts) => parts.iter().for_each(|r| visit(r, f)),
        Rule::Optional(inner) | Rule::Repeated(inner) => visit(inner, f),
        _ => {}
    }
}

/// The terminals a rule can start with.
fn first(rule: &Rule, rules: &BTreeMap<String, Rule>, found: &mut BTreeSet<String>) {
    match rule {
        Rule::Terminal(text) => {
            found.insert(text.clone());
        }
        Rule::Name(name) => first(&rules[name], rules, found),
        Rule::Any(options) => options.iter().for_each(|r| first(r, rules, found)),
        Rule::All(parts) => first(&parts[0], rules, found),
        _ => panic!("an operator starts with a word: {rule:?}"),
    }
}

#[test]
fn every_production_is_defined_and_used() {
    let rules = grammar();
    let mut used: BTreeSet<&str> = BTreeSet::from(["query"]);
    for rule in rules.values() {
        visit(rule, &mut |r| {
            if let Rule::Name(name) = r {
                assert!(rules.contains_key(name), "{name} is not defined");
                used.insert(name);
            }
        });
    }
    let unused: Vec<_> = rules.keys().filter(|name| !used.contains(name.as_str())).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn the_grammar_and_the_parser_know_the_same_operators() {
    let rules = grammar();
    let mut in_grammar = BTreeSet::new();
    first(&rules["queryOperator"], &rules, &mut in_grammar);
    let in_parser: BTreeSet<String> = tabular_operators().map(str::to_owned).collect();
    assert_eq!(in_grammar, in_parser);
}

/// Words that only count in one place: names elsewhere.
fn local_words() -> BTreeSet<String> {
    let known: BTreeSet<&str> = keywords().map(|(word, _)| word).collect();
    let mut words = BTreeSet::new();
    for rule in grammar().values() {
        visit(rule, &mut |r| {
            if let Rule::Terminal(text) = r
                && text.starts_with(|c: char| c.is_ascii_alphabetic())
                && !known.contains(text.as_str())
            {
                words.insert(text.clone());
            }
        });
    }
    words
}

fn same_or_blessed(name: &str, now: &str) {
    if std::env::var_os("KQL_BLESS").is_some() {
        std::fs::write(path(name), now).unwrap();
    }
    assert_eq!(read(name), now, "{name}: KQL_BLESS=1 writes it");
}

#[test]
fn keywords_txt_lists_the_keywords() {
    let section = |title: &str, words: Vec<String>| format!("# {title}\n{}\n\n", words.join("\n"));
    let with = |name_use: NameUse| {
        let mut words: Vec<String> =
            keywords().filter(|(_, u)| *u == name_use).map(|(word, _)| word.to_owned()).collect();
        words.sort();
        words
    };
    let text = [
        section("anywhere: keywords that are also names wherever a name may stand", with(NameUse::Anywhere)),
        section("target: names left of '=', in declarations and after a dot only", with(NameUse::Target)),
        section("never: names only in brackets and quotes, and after a dot", with(NameUse::Never)),
        section("local: words with a meaning in one place; names everywhere else", local_words().into_iter().collect()),
    ];
    same_or_blessed("keywords.txt", text.concat().trim_end());
}

#[test]
fn every_keyword_is_in_the_grammar() {
    let mut words = BTreeSet::new();
    for rule in grammar().values() {
        visit(rule, &mut |r| {
            if let Rule::Terminal(text) = r {
                words.insert(text.clone());
            }
        });
    }
    let missing: Vec<_> = keywords().filter(|(word, _)| !words.contains(*word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn precedence_txt_is_the_parsers_table() {
    let mut text = String::from(
        "# Infix operators from the loosest to the tightest: level, whether it chains (a op b op c), operators.\n\
         # Signs bind tighter than all of them, paths (a.b, a[b], f(a)) tighter than signs.\n",
    );
    for level in precedence() {
        let chains = if level.chains { "left" } else { "none" };
        text.push_str(&format!("{:<16} {:<5} {}\n", level.name, chains, level.operators.join(", ")));
    }
    same_or_blessed("precedence.txt", &text);
}

/// Makes sentences from the rules; a small generator of its own, so that the same sentences come every time.
struct Maker<'a> {
    rules: &'a BTreeMap<String, Rule>,
    sizes: &'a BTreeMap<&'a str, usize>,
    state: u64,
    out: Vec<String>,
}

impl Maker<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) as usize) % n
    }

    fn rule(&mut self, rule: &Rule, depth: usize) {
        // Deep down only the shortest ways out are taken.
        let tired = depth > 14 || self.out.len() > 300;
        match rule {
            Rule::Terminal(text) => self.out.push(text.clone()),
            Rule::Token(token) => {
                let text = self.token(token);
                self.out.push(text);
            }
            Rule::Name(name) => self.rule(&self.rules[name], depth + 1),
            Rule::All(parts) => parts.iter().for_each(|r| self.rule(r, depth)),
            Rule::Any(options) => {
                let shortest = (0..options.len()).min_by_key(|at| size(&options[*at], self.sizes)).unwrap_or(0);
                let pick = if tired { shortest } else { self.below(options.len()) };
                self.rule(&options[pick], depth);
            }
            Rule::Optional(inner) => {
                if !tired && self.below(2) == 0 {
                    self.rule(inner, depth);
                }
            }
            Rule::Repeated(inner) => {
                while !tired && self.below(3) == 0 && self.out.len() < 300 {
                    self.rule(inner, depth);
                }
            }
        }
    }

    fn token(&mut self, token: &str) -> String {
        let words = |name_use: NameUse| -> Vec<&str> {
            keywords().filter(|(w, u)| *u == name_use && !w.contains('-')).map(|(w, _)| w).collect()
        };
        let options: Vec<&str> = match token {
            "IDENTIFIER" => vec!["a", "B1", "_c", "5h_avg", "title"],
            // Words that mean something of their own where the grammar also allows a name.
            "KEYWORDNAME" => words(NameUse::Anywhere).into_iter().filter(|w| is_free(w)).collect(),
            "EXTENDEDKEYWORDNAME" => vec!["by", "of", "to"],
            "WILDCARDEDNAME" => vec!["a*", "*b", "c*d", "*"],
            "HINTNAME" => vec!["hint.strategy", "hint.shufflekey", "hint.remote"],
            "LONGLITERAL" => vec!["1", "0xF"],
            "REALLITERAL" => vec!["1.5", "1e3"],
            "BOOLEANLITERAL" => vec!["true", "False"],
            "TIMESPANLITERAL" => vec!["1d", "1.5h"],
            "DATETIMELITERAL" => vec!["datetime(2020-01-01)"],
            "GUIDLITERAL" => vec!["guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"],
            "TYPEDLITERAL" => vec!["long(null)", "real(nan)", "int(5)", "timespan(1d)", "decimal(1.5)"],
            "STRINGLITERAL" => vec!["\"x\"", "'y'", "@'z'", "h\"w\"", "```v```"],
            "COMMAND" => vec![".show tables"],
            "INPUTCOMMAND" => vec![".set-or-append T"],
            "END" => vec![""],
            _ => panic!("{token} is not described"),
        };
        options[self.below(options.len())].to_owned()
    }
}

/// Keywords that start a clause where a name may also stand (`partition`, `with`, `on`, …) would need more than the next
/// token to be told apart; as names they are tested in `name.txt`.
fn is_free(word: &str) -> bool {
    !tabular_operators().any(|operator| operator == word)
        && !matches!(
            word,
            "declare"
                | "partition"
                | "order"
                | "with"
                | "on"
                | "limit"
                | "id"
                | "default"
                | "nulls"
                | "output"
                | "optional"
                | "step"
                | "from"
                | "to"
                | "view"
                | "let"
                | "set"
                | "alias"
                | "restrict"
                | "matches"
                | "in"
                | "has"
                | "contains"
                | "of"
                | "by"
                | "as"
                | "where"
                | "range"
                | "evaluate"
                | "print"
                | "search"
                | "find"
                | "materialize"
                | "toscalar"
                | "totable"
                | "datatable"
                | "externaldata"
                | "typeof"
                | "entity_group"
        )
}

/// The fewest tokens each production can be made of.
fn sizes(rules: &BTreeMap<String, Rule>) -> BTreeMap<&str, usize> {
    let mut known: BTreeMap<&str, usize> = rules.keys().map(|name| (name.as_str(), usize::MAX / 2)).collect();
    loop {
        let next: BTreeMap<&str, usize> =
            rules.iter().map(|(name, rule)| (name.as_str(), size(rule, &known).min(usize::MAX / 2))).collect();
        if next == known {
            return known;
        }
        known = next;
    }
}

fn size(rule: &Rule, known: &BTreeMap<&str, usize>) -> usize {
    match rule {
        Rule::Terminal(_) | Rule::Token(_) => 1,
        Rule::Optional(_) | Rule::Repeated(_) => 0,
        Rule::Name(name) => known[name.as_str()],
        Rule::All(parts) => parts.iter().map(|r| size(r, known)).fold(0, usize::saturating_add),
        Rule::Any(options) => options.iter().map(|r| size(r, known)).min().unwrap_or(0),
    }
}

#[test]
fn sentences_of_the_grammar_parse() {
    // KQL_SENTENCES=100000 searches for longer.
    let sentences = std::env::var("KQL_SENTENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(2000u64);
    let rules = grammar();
    let starts = ["query", "queryOperator", "statement", "literalExpression", "unnamedExpression"];
    let operators: Vec<&str> = match &rules["queryOperator"] {
        Rule::Any(options) => {
            options.iter().flat_map(|r| if let Rule::All(parts) = r { parts.first() } else { None }).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    }
    .into_iter()
    .filter_map(|r| if let Rule::Name(name) = r { Some(name.as_str()) } else { None })
    .collect();
    assert!(operators.len() > 50);
    let sizes = sizes(&rules);
    let mut bad = Vec::new();
    for seed in 0..sentences {
        let start = if seed % 2 == 0 {
            operators[seed as usize / 2 % operators.len()]
        } else {
            starts[seed as usize / 2 % starts.len()]
        };
        let mut maker =
            Maker { rules: &rules, sizes: &sizes, state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), out: Vec::new() };
        maker.rule(&rules[start], 0);
        let text = maker.out.join(" ");
        let query = match start {
            "query" | "statement" => text,
            "literalExpression" | "unnamedExpression" => format!("print {text}"),
            _ => format!("T | {text}"),
        };
        let parsed = parse(&query);
        if let Some(d) = parsed.diagnostics.iter().find(|d| d.is_error()) {
            bad.push(format!("{query}\n    {d} at {:?}", query.get(d.span.start as usize..).unwrap_or("")));
        }
        support::formatted(&query, 60);
    }
    bad.sort_by_key(String::len);
    assert!(bad.is_empty(), "{} sentences:\n{}", bad.len(), bad[..bad.len().min(12)].join("\n"));
}
