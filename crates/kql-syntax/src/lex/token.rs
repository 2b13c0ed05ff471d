//! Tokens.

use super::Keyword;
use kql_diagnostic::Span;
use kql_types::ScalarType;

/// A token: what it is and where. Its text stays in the query: `span.text(query)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

/// The kinds of tokens. Two bytes: no text, no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word that is no keyword: `DeviceName`, `$left`, `5h_avg`.
    Name,
    /// A word with a meaning, `project-away`, `in~` and `!has` included.
    Keyword(Keyword),
    /// `5`, `0xFF`.
    Long,
    /// `1.5`, `1e5`.
    Real,
    /// `1d`, `1.5h`.
    Timespan,
    /// A bare `74be27de-1e4e-49d9-b579-fe0b331d3642`.
    Guid,
    /// `true`, `False`.
    Bool,
    /// A string of any form.
    String,
    /// A string without its closing quote.
    UnclosedString,
    /// `datetime(…)`, `long(…)`: type word and raw content in one token.
    Typed(ScalarType),
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `|`
    Bar,
    /// `<|`
    InputBar,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `!=` or `<>`
    NotEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotTilde,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=>`
    Arrow,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// Blanks and line ends (only with [`super::lex_with_trivia`]).
    Whitespace,
    /// `// …` (only with [`super::lex_with_trivia`]).
    Comment,
    /// `/* … */`, which is no KQL (only with [`super::lex_with_trivia`]; always a diagnostic).
    BlockComment,
    /// A character KQL has no use for.
    Unknown,
    /// The end of the text: the last token, of length zero.
    End,
}

impl TokenKind {
    /// The spelling of tokens that have only one; `None` for names, literals and the rest.
    pub fn text(self) -> Option<&'static str> {
        use TokenKind::*;
        Some(match self {
            Keyword(word) => word.text(),
            OpenParen => "(",
            CloseParen => ")",
            OpenBracket => "[",
            CloseBracket => "]",
            OpenBrace => "{",
            CloseBrace => "}",
            Bar => "|",
            InputBar => "<|",
            Comma => ",",
            Semicolon => ";",
            Colon => ":",
            Dot => ".",
            DotDot => "..",
            Equal => "=",
            EqualEqual => "==",
            NotEqual => "!=",
            EqualTilde => "=~",
            NotTilde => "!~",
            Less => "<",
            LessEqual => "<=",
            Greater => ">",
            GreaterEqual => ">=",
            Arrow => "=>",
            Plus => "+",
            Minus => "-",
            Star => "*",
            Slash => "/",
            Percent => "%",
            _ => return None,
        })
    }

    /// Blanks and comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Whitespace | TokenKind::Comment | TokenKind::BlockComment)
    }

    /// Names and keywords: what is spelled with letters.
    pub fn is_word(self) -> bool {
        matches!(self, TokenKind::Name | TokenKind::Keyword(_) | TokenKind::Bool)
    }
}
