//! Texts and the tokens they are made of.

use kql_syntax::{TokenKind, lex, lex_with_trivia};

/// The kinds of the tokens and their texts, the end left out.
fn tokens(text: &str) -> String {
    let (tokens, _) = lex(text);
    let shown = tokens.iter().filter(|t| t.kind != TokenKind::End).map(|t| {
        let name = format!("{:?}", t.kind);
        format!("{}:{}", name.split('(').next().unwrap_or(""), t.span.text(text))
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Text, tokens as `kind:text`.
const CASES: &[(&str, &str)] = &[
    ("", ""),
    ("a _b $left A1", "Name:a Name:_b Name:$left Name:A1"),
    ("5h 5h_avg 1dx 1e5x 0x 0xfg", "Timespan:5h Name:5h_avg Name:1dx Name:1e5x Name:0x Name:0xfg"),
    ("1 007 0xFF 1.5 1. 1e5 1E-3 1.5e+3", "Long:1 Long:007 Long:0xFF Real:1.5 Real:1. Real:1e5 Real:1E-3 Real:1.5e+3"),
    ("1..5", "Long:1 DotDot:.. Long:5"),
    ("a[1].b", "Name:a OpenBracket:[ Long:1 CloseBracket:] Dot:. Name:b"),
    ("1.x", "Long:1 Dot:. Name:x"),
    ("1.5d 2days 3hrs", "Timespan:1.5d Timespan:2days Timespan:3hrs"),
    ("1e-5 1e -5", "Real:1e-5 Name:1e Minus:- Long:5"),
    ("project-away project -away", "Keyword:project-away Keyword:project Minus:- Name:away"),
    ("project-awayx mv-expand2", "Keyword:project Minus:- Name:awayx Name:mv Minus:- Name:expand2"),
    ("graph-to-table graph-to", "Keyword:graph-to-table Name:graph Minus:- Keyword:to"),
    ("top-nested top - nested", "Keyword:top-nested Keyword:top Minus:- Name:nested"),
    (
        "!has !has_cs !in !in~ in~ !inx",
        "Keyword:!has Keyword:!has_cs Keyword:!in Keyword:!in~ Keyword:in~ Unknown:! Name:inx",
    ),
    (
        "a!=b a!~b a=~b a<>b",
        "Name:a NotEqual:!= Name:b Name:a NotTilde:!~ Name:b Name:a EqualTilde:=~ Name:b Name:a NotEqual:<> Name:b",
    ),
    ("<| <= => >= ==", "InputBar:<| LessEqual:<= Arrow:=> GreaterEqual:>= EqualEqual:=="),
    (
        "datetime(2020-01-01 10:00) datetime (x)",
        "Typed:datetime(2020-01-01 10:00) Keyword:datetime OpenParen:( Name:x CloseParen:)",
    ),
    ("long(null) time(1d) guid(x)", "Typed:long(null) Typed:time(1d) Typed:guid(x)"),
    ("datetime(2020 | take 1)", "Keyword:datetime OpenParen:( Long:2020 Bar:| Keyword:take Long:1 CloseParen:)"),
    ("dynamic([1])", "Keyword:dynamic OpenParen:( OpenBracket:[ Long:1 CloseBracket:] CloseParen:)"),
    ("'a' \"b\" 'it''s' 'a\\'b'", "String:'a' String:\"b\" String:'it' String:'s' String:'a\\'b'"),
    ("@'a''b' @\"c\\\" h'd' H@\"e\"", "String:@'a''b' String:@\"c\\\" String:h'd' String:H@\"e\""),
    ("```a\n'b``` ~~~c~~~ h```d```", "String:```a\n'b``` String:~~~c~~~ String:h```d```"),
    ("h 'a' has'b'", "Name:h String:'a' Keyword:has String:'b'"),
    ("'abc\nx", "UnclosedString:'abc Name:x"),
    (
        "74be27de-1e4e-49d9-b579-fe0b331d3642 abcdef01-1e4e-49d9-b579-fe0b331d3642",
        "Guid:74be27de-1e4e-49d9-b579-fe0b331d3642 Guid:abcdef01-1e4e-49d9-b579-fe0b331d3642",
    ),
    (
        "74be27de-1e4e-49d9-b579-fe0b331d364g",
        "Name:74be27de Minus:- Name:1e4e Minus:- Name:49d9 Minus:- Name:b579 Minus:- Name:fe0b331d364g",
    ),
    ("true False TRUE tRue", "Bool:true Bool:False Bool:TRUE Name:tRue"),
    ("a//b\nc // d\u{2028}e", "Name:a Name:c Name:e"),
    ("a/*b*/c a / b", "Name:a Name:c Name:a Slash:/ Name:b"),
    ("a\u{a0}b\u{feff}\u{3000}c", "Name:a Name:b Name:c"),
    ("é # \u{201c}", "Unknown:é Unknown:# Unknown:\u{201c}"),
];

#[test]
fn texts_are_cut_into_tokens() {
    for (text, expected) in CASES {
        assert_eq!(tokens(text), *expected, "{text:?}");
    }
}

#[test]
fn blanks_and_comments_are_tokens_when_asked_for() {
    let text = "T // x\n| take\u{a0}1 /* y */";
    let (tokens, diagnostics) = lex_with_trivia(text);
    let kinds: Vec<TokenKind> = tokens.iter().map(|t| t.kind).filter(|k| k.is_trivia()).collect();
    use TokenKind::{BlockComment, Comment, Whitespace};
    assert_eq!(kinds, [Whitespace, Comment, Whitespace, Whitespace, Whitespace, Whitespace, BlockComment]);
    assert_eq!(tokens.iter().map(|t| t.span.text(text)).collect::<String>(), text);
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_token_is_small() {
    assert_eq!(std::mem::size_of::<kql_syntax::Token>(), 12);
}
