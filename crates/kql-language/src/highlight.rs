//! Colours: the class of every token, from the lexer alone.

use kql_diagnostic::Span;
use kql_syntax::{Keyword, Token, TokenKind, lex_with_trivia, tabular_operators};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What a token is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// The word after a bar: `where`, `mv-expand`.
    Operator,
    /// Any other word with a meaning: `let`, `by`, `on`.
    Keyword,
    /// An infix operator that is a word: `has`, `and`, `in~`.
    WordOperator,
    /// A name before `(`.
    Function,
    /// Any other name.
    Name,
    /// The word of a type: `long`.
    Type,
    /// Digits and timespans.
    Number,
    /// A string, a typed literal such as `datetime(2024-01-01)`, a guid.
    String,
    /// `true`, `false`.
    Constant,
    /// `==`, `+`, `..`
    Symbol,
    /// `|`
    Bar,
    /// `(`, `]`, `{`
    Bracket,
    /// `,`, `;`, `:`, `.`
    Punctuation,
    /// `// …`
    Comment,
    /// What is no KQL: a stray character, a string without its end.
    Error,
}

/// The tokens of a text with their classes, in order. Blanks are left out; nothing overlaps.
pub fn highlight(text: &str) -> Vec<(Span, TokenClass)> {
    let (tokens, _) = lex_with_trivia(text);
    let mut out = Vec::with_capacity(tokens.len());
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token.kind, TokenKind::Whitespace | TokenKind::End) {
            continue;
        }
        let next = tokens.get(at + 1).map(|t| t.kind);
        out.push((token.span, class(text, *token, before, next)));
        if !token.kind.is_trivia() {
            before = Some(token.kind);
        }
    }
    out
}

fn class(text: &str, token: Token, before: Option<TokenKind>, next: Option<TokenKind>) -> TokenClass {
    use TokenKind as K;
    match token.kind {
        K::Name if next == Some(K::OpenParen) => TokenClass::Function,
        K::Name => TokenClass::Name,
        K::Keyword(word) => keyword(word, before, next),
        K::Long | K::Real | K::Timespan => TokenClass::Number,
        K::String | K::Guid | K::Typed(_) => TokenClass::String,
        K::Bool => TokenClass::Constant,
        K::UnclosedString | K::Unknown | K::BlockComment => TokenClass::Error,
        K::OpenParen | K::CloseParen | K::OpenBracket | K::CloseBracket | K::OpenBrace | K::CloseBrace => {
            TokenClass::Bracket
        }
        K::Bar | K::InputBar => TokenClass::Bar,
        K::Comma | K::Semicolon | K::Colon | K::Dot => TokenClass::Punctuation,
        K::Comment => TokenClass::Comment,
        _ => {
            debug_assert!(!token.span.text(text).is_empty());
            TokenClass::Symbol
        }
    }
}

/// Infix operators that are words.
fn is_infix(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        kql_syntax::string_operators().chain(["and", "or", "between", "!between", "matches", "regex"]).collect()
    });
    WORDS.contains(word)
}

fn keyword(word: Keyword, before: Option<TokenKind>, next: Option<TokenKind>) -> TokenClass {
    let text = word.text();
    let starts = matches!(
        before,
        None | Some(TokenKind::Bar | TokenKind::Semicolon | TokenKind::OpenParen | TokenKind::OpenBrace)
    );
    if starts && tabular_operators().any(|o| o == text) {
        return TokenClass::Operator;
    }
    if is_infix(text) {
        return TokenClass::WordOperator;
    }
    if kql_types::ScalarType::from_name(text).is_some() {
        return TokenClass::Type;
    }
    // `count()`, `range(…)` and other words that are functions, too.
    let is_name = word.name_use() == kql_syntax::NameUse::Anywhere;
    match next {
        Some(TokenKind::OpenParen) if is_name && !starts => TokenClass::Function,
        _ => TokenClass::Keyword,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_class() {
        use TokenClass::*;
        let text = "let n = 5; // five\nT | where a has_any ('x') and n > count(1d) | project-away b, ä by true long";
        let found: Vec<(&str, TokenClass)> = highlight(text).into_iter().map(|(s, c)| (s.text(text), c)).collect();
        let wanted = [
            ("let", Keyword),
            ("n", Name),
            ("=", Symbol),
            ("5", Number),
            (";", Punctuation),
            ("// five", Comment),
            ("T", Name),
            ("|", Bar),
            ("where", Operator),
            ("a", Name),
            ("has_any", WordOperator),
            ("(", Bracket),
            ("'x'", String),
            (")", Bracket),
            ("and", WordOperator),
            ("n", Name),
            (">", Symbol),
            ("count", Function),
            ("(", Bracket),
            ("1d", Number),
            (")", Bracket),
            ("|", Bar),
            ("project-away", Operator),
            ("b", Name),
            (",", Punctuation),
            ("ä", Error),
            ("by", Keyword),
            ("true", Constant),
            ("long", Type),
        ];
        assert_eq!(found, wanted);
        assert_eq!(highlight("T | where a == 'x").last().map(|(_, c)| *c), Some(Error));
    }
}
