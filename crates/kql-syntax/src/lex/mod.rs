//! Text to tokens.
//!
//! The first byte of a token chooses the nom parser that reads it. Where Kusto's own lexer looks further than one word,
//! so does this one: `project-away` and `!has_cs` are one token, and so is `datetime(2020-01-01)`, whose content is raw text.

mod keyword;
mod literal;
mod token;

pub use keyword::{Keyword, NameUse, keywords};
pub use token::{Token, TokenKind};

use kql_diagnostic::{Diagnostic, Diagnostics, Span, code};
use literal::{is_word, number, string, word};

/// The tokens of a query without blanks and comments; the last one is [`TokenKind::End`]. Never fails: what cannot be
/// read is [`TokenKind::Unknown`] or [`TokenKind::UnclosedString`] and has a diagnostic (the first thousand of them).
pub fn lex(query: &str) -> (Vec<Token>, Diagnostics) {
    run::<false>(query)
}

/// The same with blanks and comments as tokens: together the tokens cover the whole text. For colouring.
pub fn lex_with_trivia(query: &str) -> (Vec<Token>, Diagnostics) {
    run::<true>(query)
}

/// Mistakes of one text beyond this are not reported.
const MOST_DIAGNOSTICS: usize = 1000;

fn run<const TRIVIA: bool>(query: &str) -> (Vec<Token>, Diagnostics) {
    let mut diagnostics = Vec::new();
    if u32::try_from(query.len()).is_err() {
        diagnostics.push(Diagnostic::error(code::SYNTAX, Span::default(), "a query longer than 4 GiB cannot be read"));
        return (vec![Token { kind: TokenKind::End, span: Span::default() }], diagnostics);
    }
    let bytes = query.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 5 + 8);
    let mut rest = bytes;
    while !rest.is_empty() {
        let start = bytes.len() - rest.len();
        let (after, kind) = one(query, rest);
        let span = Span::new(start, bytes.len() - after.len());
        rest = after;
        if diagnostics.len() < MOST_DIAGNOSTICS {
            complain(query, kind, span, &mut diagnostics);
        }
        if kind.is_trivia() && !TRIVIA {
            continue;
        }
        tokens.push(Token { kind, span });
    }
    tokens.push(Token { kind: TokenKind::End, span: Span::new(bytes.len(), bytes.len()) });
    (tokens, diagnostics)
}

/// The token at the start of `i`, which is not empty and a suffix of `query`.
fn one<'a>(query: &str, i: &'a [u8]) -> (&'a [u8], TokenKind) {
    use TokenKind::*;
    let (length, kind) = match i[0] {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => return word(i).unwrap_or((&i[1..], Unknown)),
        b' ' | b'\t' | b'\r' | b'\n' | 0x0c => {
            let blanks = i.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0x0c)).count();
            (blanks, Whitespace)
        }
        b'0'..=b'9' => return number(i).unwrap_or((&i[1..], Unknown)),
        b'"' | b'\'' => return string(i).unwrap_or((&i[1..], Unknown)),
        b'@' | b'`' | b'~' => match string(i) {
            Ok(found) => return found,
            Err(_) => (1, Unknown),
        },
        b'(' => (1, OpenParen),
        b')' => (1, CloseParen),
        b'[' => (1, OpenBracket),
        b']' => (1, CloseBracket),
        b'{' => (1, OpenBrace),
        b'}' => (1, CloseBrace),
        b'|' => (1, Bar),
        b',' => (1, Comma),
        b';' => (1, Semicolon),
        b':' => (1, Colon),
        b'+' => (1, Plus),
        b'-' => (1, Minus),
        b'*' => (1, Star),
        b'%' => (1, Percent),
        b'.' if i.get(1) == Some(&b'.') => (2, DotDot),
        b'.' => (1, Dot),
        b'=' => match i.get(1) {
            Some(b'=') => (2, EqualEqual),
            Some(b'~') => (2, EqualTilde),
            Some(b'>') => (2, Arrow),
            _ => (1, Equal),
        },
        b'<' => match i.get(1) {
            Some(b'=') => (2, LessEqual),
            Some(b'>') => (2, NotEqual),
            Some(b'|') => (2, InputBar),
            _ => (1, Less),
        },
        b'>' if i.get(1) == Some(&b'=') => (2, GreaterEqual),
        b'>' => (1, Greater),
        b'!' => match i.get(1) {
            Some(b'=') => (2, NotEqual),
            Some(b'~') => (2, NotTilde),
            _ => negated(i),
        },
        b'/' => match i.get(1) {
            Some(b'/') => (comment(i), Comment),
            Some(b'*') => (block_comment(i), BlockComment),
            _ => (1, Slash),
        },
        _ => {
            let start = query.len() - i.len();
            let next = query.get(start..).and_then(|t| t.chars().next());
            let length = next.map_or(1, char::len_utf8);
            (length, if next.is_some_and(is_blank) { Whitespace } else { Unknown })
        }
    };
    (&i[length..], kind)
}

/// `!has`, `!in~`: an exclamation mark and the word right after it.
fn negated(i: &[u8]) -> (usize, TokenKind) {
    let mut length = 1 + i[1..].iter().take_while(|b| is_word(**b)).count();
    if i.get(length) == Some(&b'~') && &i[..length] == b"!in" {
        length += 1;
    }
    match keyword::lookup(&i[..length]) {
        Some(word) => (length, TokenKind::Keyword(word)),
        None => (1, TokenKind::Unknown),
    }
}

/// Length of a line comment: up to a line end, which may be U+2028 or U+2029.
fn comment(i: &[u8]) -> usize {
    let mut from = 0;
    loop {
        let Some(at) = i[from..].iter().position(|b| matches!(b, b'\n' | b'\r' | 0xe2)) else { return i.len() };
        let end = from + at;
        if i[end] != 0xe2 || matches!(i.get(end..end + 3), Some([_, 0x80, 0xa8 | 0xa9])) {
            return end;
        }
        from = end + 1;
    }
}

/// Length of `/* … */`, to the end of the text when it is not closed.
fn block_comment(i: &[u8]) -> usize {
    i.windows(2).skip(2).position(|pair| pair == b"*/").map_or(i.len(), |at| at + 4)
}

/// Kusto's blanks beyond ASCII, and the line separators.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200b}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
                | '\u{0b}'
                | '\u{85}'
    )
}

/// Says what is wrong with a token, if anything.
fn complain(query: &str, kind: TokenKind, span: Span, diagnostics: &mut Diagnostics) {
    match kind {
        TokenKind::UnclosedString => diagnostics.push(unclosed(query, span)),
        TokenKind::Unknown => unknown(query, span, diagnostics),
        TokenKind::BlockComment => {
            let message = "'/*' does not start a comment in KQL";
            diagnostics
                .push(Diagnostic::error(code::SYNTAX, span, message).with_help("write '//' at the start of each line"));
        }
        _ => {}
    }
}

fn unclosed(query: &str, span: Span) -> Diagnostic {
    let text = span.text(query);
    let body = text.strip_prefix(['h', 'H']).unwrap_or(text);
    let help = if body.starts_with("```") || body.starts_with("~~~") {
        "it ends with the three characters it starts with"
    } else if text.contains('\\') {
        "a backslash escapes the character after it; write \\\\ for a backslash, or @\"…\" around the text"
    } else {
        "close the quote on the same line; only ``` and ~~~ strings span lines"
    };
    Diagnostic::error(code::SYNTAX, span, "the string has no closing quote").with_help(help)
}

fn unknown(query: &str, span: Span, diagnostics: &mut Diagnostics) {
    // A run of them is one mistake.
    if diagnostics.last().is_some_and(|d: &Diagnostic| d.span.end == span.start && d.message.starts_with("unexpected"))
    {
        return;
    }
    let text = span.text(query);
    let diagnostic = Diagnostic::error(code::SYNTAX, span, format!("unexpected character '{}'", text.escape_debug()));
    diagnostics.push(match text {
        "“" | "”" | "„" | "‘" | "’" => diagnostic.with_help("use straight quotes, \" or '"),
        "!" => diagnostic.with_help("write not(…) to negate a condition"),
        "&" => diagnostic.with_help("write 'and'"),
        "~" => diagnostic.with_help("write '=~' to compare without regard to case"),
        "–" | "—" | "−" => diagnostic.with_help("use the plain minus '-'"),
        _ => diagnostic,
    });
}
