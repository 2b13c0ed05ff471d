//! The tokens of a text with the comments between them.

use crate::ast::{Script, StatementKind};
use crate::lex::{Keyword, Token, TokenKind, lex_with_trivia};
use kql_diagnostic::Span;

/// A comment before a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    pub(super) span: Span,
    /// Line ends between it and what stands before it.
    pub(super) newlines: usize,
}

/// The tokens that count, the last one [`TokenKind::End`].
#[derive(Debug)]
pub(super) struct Source {
    pub(super) tokens: Vec<Token>,
    /// The comments before each token.
    pub(super) comments: Vec<Vec<Comment>>,
    /// Line ends right before each token, after the last comment.
    pub(super) newlines: Vec<usize>,
    /// The other bracket of a bracket; itself for all other tokens.
    pub(super) mates: Vec<usize>,
}

impl Source {
    pub(super) fn new(text: &str, script: &Script) -> Self {
        let mut source = Source { tokens: Vec::new(), comments: Vec::new(), newlines: Vec::new(), mates: Vec::new() };
        let mut raw = commands(text, script).into_iter().peekable();
        let mut comments = Vec::new();
        let mut newlines = 0;
        for token in lex_with_trivia(text).0 {
            if raw.peek().is_some_and(|r| token.span.start >= r.end) {
                raw.next();
            }
            let token = match raw.peek() {
                // A command is one token, and whatever is in it is part of that.
                Some(r) if token.span.start == r.start => Token { kind: TokenKind::Unknown, span: *r },
                Some(r) if token.span.start > r.start && token.kind != TokenKind::End => continue,
                _ => token,
            };
            match token.kind {
                TokenKind::Whitespace => newlines += line_ends(token.span.text(text)),
                TokenKind::Comment => {
                    comments.push(Comment { span: token.span, newlines });
                    newlines = 0;
                }
                // An empty statement.
                TokenKind::Semicolon if source.tokens.last().is_none_or(|t| t.kind == TokenKind::Semicolon) => {}
                _ => {
                    source.tokens.push(token);
                    source.comments.push(std::mem::take(&mut comments));
                    source.newlines.push(std::mem::take(&mut newlines));
                }
            }
        }
        source.mates = mates(&source.tokens);
        source
    }

    pub(super) fn kind(&self, at: usize) -> TokenKind {
        self.tokens.get(at).map_or(TokenKind::End, |t| t.kind)
    }

    pub(super) fn is_keyword(&self, at: usize, word: Keyword) -> bool {
        self.kind(at) == TokenKind::Keyword(word)
    }

    /// The first token of a span.
    pub(super) fn first(&self, span: Span) -> usize {
        self.tokens.partition_point(|t| t.span.start < span.start).min(self.tokens.len() - 1)
    }

    /// The last token of a span.
    pub(super) fn last(&self, span: Span) -> usize {
        self.tokens.partition_point(|t| t.span.end <= span.end && t.kind != TokenKind::End).saturating_sub(1)
    }

    /// Where the items start that stand between commas from `first` to `last`, both of them included.
    pub(super) fn items(&self, first: usize, last: usize) -> Vec<usize> {
        let mut starts = vec![first];
        let mut at = first;
        while at <= last {
            if self.kind(at) == TokenKind::Comma && at < last {
                starts.push(at + 1);
            }
            // Over what is in brackets.
            at = self.mates[at].max(at) + 1;
        }
        starts
    }
}

/// The places of management commands, which are not KQL inside.
fn commands(text: &str, script: &Script) -> Vec<Span> {
    let mut spans = Vec::new();
    for statement in &script.statements {
        let StatementKind::Command(command) = &statement.kind else { continue };
        let mut span = statement.span;
        if command.head.first().is_some_and(|w| w == "ingest") && command.head.get(1).is_some_and(|w| w == "inline") {
            // Rows up to the end, blanks between them included.
            span.end = u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX).max(span.end);
        }
        spans.push(span);
    }
    spans
}

/// Line ends in blanks; `\r\n` is one.
fn line_ends(blanks: &str) -> usize {
    let ends = blanks.chars().filter(|c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')).count();
    ends - blanks.matches("\r\n").count()
}

fn mates(tokens: &[Token]) -> Vec<usize> {
    let mut mates: Vec<usize> = (0..tokens.len()).collect();
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(at),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                if let Some(mate) = open.pop() {
                    mates[mate] = at;
                    mates[at] = mate;
                }
            }
            _ => {}
        }
    }
    mates
}
