//! Syntax errors: what was expected, what was found, what to write instead.
//!
//! Optional parsers leave a note of what they looked for. Notes are kept for the farthest token only, so that the error
//! there can say "expected ',', ')' or an operator". A position is reported once: what follows from the same mistake is
//! silent, and reading goes on.

use super::input::Tokens;
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, code};
use kql_types::ScalarType;
use std::fmt::Write;

/// Something that would have fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A token with one spelling.
    Token(TokenKind),
    /// A word that is no keyword elsewhere.
    Word(&'static str),
    /// A description: `an expression`.
    Thing(&'static str),
    /// Collected for completion only: an infix operator.
    Infix,
    /// Collected for completion only: one of these words and `=`.
    Properties(&'static [&'static str]),
}

impl Expected {
    fn write(self, out: &mut String) {
        let text = match self {
            Expected::Token(TokenKind::End) => return out.push_str("the end of the query"),
            Expected::Token(kind) => kind.text().unwrap_or("a token"),
            Expected::Word(word) => word,
            Expected::Thing(thing) => return out.push_str(thing),
            Expected::Infix => return out.push_str("an operator"),
            Expected::Properties(_) => return out.push_str("a parameter"),
        };
        let _ = write!(out, "'{text}'");
    }
}

/// What was looked for at one position.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    position: usize,
    expected: Vec<Expected>,
    /// Everything that would fit is wanted, for completion: no limit, and more parsers leave notes.
    pub(super) all: bool,
}

/// More alternatives than this help nobody.
const MOST_NOTES: usize = 8;

impl Notes {
    /// Notes of everything that fits at the end of the text.
    pub(super) fn collecting() -> Notes {
        Notes { all: true, ..Notes::default() }
    }

    pub(super) fn add(&mut self, position: usize, expected: Expected) {
        if position > self.position {
            self.position = position;
            self.expected.clear();
        }
        if position == self.position
            && (self.all || self.expected.len() < MOST_NOTES)
            && !self.expected.contains(&expected)
        {
            self.expected.push(expected);
        }
    }

    pub(super) fn at(&self, position: usize) -> &[Expected] {
        if position == self.position { &self.expected } else { &[] }
    }
}

/// A query with more mistakes than this is no query; the rest is not reported.
pub(super) const MOST_DIAGNOSTICS: usize = 100;

impl<'a> Tokens<'a> {
    /// Reports that this was expected at the next token, together with what optional parsers looked for there.
    pub(crate) fn expected(self, what: Expected) {
        self.note(what);
        self.unexpected();
    }

    /// Reports that nothing that was looked for is at the next token.
    pub(crate) fn unexpected(self) {
        let position = self.position();
        if self.shared.reported.get() == position {
            return;
        }
        // The lexer has said what is wrong with the character, or with the string that swallowed what is missing here.
        if self.at(TokenKind::Unknown) || self.previous_kind() == Some(TokenKind::UnclosedString) {
            return self.shared.reported.set(position);
        }
        let mut message = String::from("expected ");
        let notes = self.shared.notes.borrow();
        let list = notes.at(position);
        for (index, expected) in list.iter().enumerate() {
            match index {
                0 => {}
                _ if index + 1 == list.len() => message.push_str(" or "),
                _ => message.push_str(", "),
            }
            expected.write(&mut message);
        }
        if list.is_empty() {
            message.clear();
            message.push_str("unexpected ");
            self.describe(&mut message);
        } else {
            message.push_str(", found ");
            self.describe(&mut message);
        }
        drop(notes);
        let span = if self.at(TokenKind::End) { self.gap() } else { self.peek().span };
        let mut diagnostic = Diagnostic::error(code::SYNTAX, span, message);
        if let Some(help) = self.help() {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// Adds a diagnostic about the next token, unless one was already reported there.
    pub(crate) fn report(self, diagnostic: Diagnostic) {
        let position = self.position();
        if self.shared.reported.get() != position {
            self.shared.reported.set(position);
            self.add(diagnostic);
        }
    }

    /// Adds a diagnostic.
    pub(crate) fn add(self, diagnostic: Diagnostic) {
        let mut diagnostics = self.shared.diagnostics.borrow_mut();
        if diagnostics.len() < MOST_DIAGNOSTICS {
            diagnostics.push(diagnostic);
        }
    }

    fn describe(self, out: &mut String) {
        let text = self.text();
        let _ = match self.kind() {
            TokenKind::End => write!(out, "the end of the query"),
            TokenKind::String | TokenKind::UnclosedString => write!(out, "a string"),
            TokenKind::Typed(ty) => write!(out, "a {ty} literal"),
            _ if text.len() > 40 => write!(out, "'{}…'", text.chars().take(30).collect::<String>()),
            _ => write!(out, "'{text}'"),
        };
    }

    /// What to write instead, for mistakes with a usual cause.
    fn help(self) -> Option<String> {
        if super::pipeline::starts_statement(self) {
            return Some("a ';' is missing before it".to_owned());
        }
        let text = self.text();
        let notes = self.shared.notes.borrow();
        let wanted = |what: Expected| notes.at(self.position()).contains(&what);
        let wants_value = wanted(Expected::Thing("an expression")) || wanted(Expected::Thing("a name"));
        let fixed = match self.kind() {
            TokenKind::Equal if !wants_value && !wanted(Expected::Token(TokenKind::CloseBracket)) => {
                "use '==' to compare; '=' only names a column or sets an option"
            }
            TokenKind::EqualEqual if !wants_value => "'==' cannot be chained; use 'and' between comparisons",
            TokenKind::Bar
                if self.previous().end == self.peek().span.start && self.previous().text(self.shared.query) == "|" =>
            {
                "write 'or'"
            }
            TokenKind::Keyword(word)
                if wants_value
                    && ScalarType::from_name(word.text()).is_some()
                    && self.nth(1).kind == TokenKind::OpenParen =>
            {
                return Some(if self.adjacent(1) {
                    "a ')' is missing".to_owned()
                } else {
                    format!("write '{}(' without a blank", word.text())
                });
            }
            TokenKind::Keyword(word) if wants_value && !is_clause(word) && word.text().bytes().all(is_name_byte) => {
                return Some(format!("to use the word as a name, write ['{}']", word.text()));
            }
            TokenKind::Keyword(Keyword::Regex) => "write 'matches regex'",
            TokenKind::Keyword(Keyword::Between) if self.nth(1).kind != TokenKind::OpenParen => {
                "write between (low .. high)"
            }
            TokenKind::Name => match text {
                "AND" | "And" => "KQL is case-sensitive: write 'and'",
                "OR" | "Or" => "KQL is case-sensitive: write 'or'",
                "NOT" | "not" => "write not(…), or the negated operator such as !has or !in",
                "LIKE" | "Like" => "write has, contains or matches regex",
                "IN" | "In" => "KQL is case-sensitive: write 'in'",
                "BETWEEN" => "write between (low .. high)",
                "BY" | "By" => "KQL is case-sensitive: write 'by'",
                "AS" => "write Name = expression",
                "is" | "IS" => "write isnull(…) or isempty(…)",
                "contain" => "did you mean 'contains'?",
                _ => return self.missing_operator(&notes),
            },
            TokenKind::String | TokenKind::Long | TokenKind::Real => return self.missing_operator(&notes),
            TokenKind::End if wanted(Expected::Token(TokenKind::CloseParen)) => "a ')' is missing",
            TokenKind::CloseParen if self.shared.closing.get().is_none() => "there is no '(' for this ')'",
            _ => return None,
        };
        Some(fixed.to_owned())
    }

    fn missing_operator(self, notes: &Notes) -> Option<String> {
        let list = notes.at(self.position());
        if list.contains(&Expected::Token(TokenKind::Comma)) {
            return Some("a comma or an operator is missing before it".to_owned());
        }
        list.contains(&Expected::Token(TokenKind::Bar)).then(|| "an operator or a '|' is missing before it".to_owned())
    }
}

/// Words that start a clause: where one stands instead of a value, the value is missing.
fn is_clause(word: Keyword) -> bool {
    use Keyword::*;
    matches!(word, And | As | Asc | By | Desc | In | Of | Or | Project | To | Where)
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}
