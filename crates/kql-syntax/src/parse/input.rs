//! What the parser reads: the rest of the token slice, and beside it everything the parsers share.

use super::error::{Expected, Notes};
use crate::lex::{Keyword, Token, TokenKind};
use kql_diagnostic::{Diagnostics, Span};
use nom::{IResult, Needed};
use std::cell::{Cell, RefCell};
use std::iter::{Copied, Enumerate};
use std::slice::Iter;

/// Result of a parser. An error means only "this is not here": nothing was consumed, and another parser may try. Once a
/// keyword has shown what is meant, parsers do not fail any more; they report and return what they have.
pub(crate) type PResult<'a, T> = IResult<Tokens<'a>, T, NotHere>;

/// The first token did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotHere;

impl<'a> nom::error::ParseError<Tokens<'a>> for NotHere {
    fn from_error_kind(_: Tokens<'a>, _: nom::error::ErrorKind) -> Self {
        NotHere
    }

    fn append(_: Tokens<'a>, _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// The rest of the tokens. Never empty: [`TokenKind::End`] stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens<'a> {
    rest: &'a [Token],
    /// What the parsers of one query share.
    pub(crate) shared: &'a Shared<'a>,
}

/// What the parsers of one query share.
#[derive(Debug)]
pub(crate) struct Shared<'a> {
    /// The query text.
    pub(crate) query: &'a str,
    all: &'a [Token],
    /// What was reported.
    pub(crate) diagnostics: RefCell<Diagnostics>,
    /// What optional parsers looked for at the farthest token.
    pub(super) notes: RefCell<Notes>,
    /// Position of the last reported syntax error: a second one there says nothing new.
    pub(super) reported: Cell<usize>,
    /// Expressions and operators that are open.
    pub(super) nesting: Cell<usize>,
    /// Height of the tallest expression finished inside the open one.
    pub(super) height: Cell<usize>,
    /// The innermost open bracket: a closing bracket ends the recovery only when one is open.
    pub(super) closing: Cell<Option<Open>>,
}

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// What closes it.
    pub(super) close: TokenKind,
    /// Whether items with commas between them stand in it.
    pub(super) list: bool,
}

const END: Token = Token { kind: TokenKind::End, span: Span { start: 0, end: 0 } };

impl<'a> Shared<'a> {
    pub(crate) fn new(query: &'a str, all: &'a [Token]) -> Self {
        Shared {
            query,
            all,
            diagnostics: RefCell::new(Vec::new()),
            notes: RefCell::new(Notes::default()),
            reported: Cell::new(usize::MAX),
            nesting: Cell::new(0),
            height: Cell::new(0),
            closing: Cell::new(None),
        }
    }

    pub(crate) fn tokens(&'a self) -> Tokens<'a> {
        Tokens { rest: self.all, shared: self }
    }
}

impl<'a> Tokens<'a> {
    /// The next token.
    pub(crate) fn peek(self) -> Token {
        self.nth(0)
    }

    /// Kind of the next token.
    pub(crate) fn kind(self) -> TokenKind {
        self.peek().kind
    }

    /// The token `n` places ahead; the end of the text beyond it.
    pub(crate) fn nth(self, n: usize) -> Token {
        match self.rest.get(n) {
            Some(token) => *token,
            None => self.rest.last().copied().unwrap_or(END),
        }
    }

    /// Text of the next token.
    pub(crate) fn text(self) -> &'a str {
        self.peek().span.text(self.shared.query)
    }

    /// Text of the token `n` places ahead.
    pub(crate) fn text_of(self, n: usize) -> &'a str {
        self.nth(n).span.text(self.shared.query)
    }

    /// Position of the next token in the whole list.
    pub(crate) fn position(self) -> usize {
        self.shared.all.len() - self.rest.len()
    }

    /// Without the next token; the end stays.
    pub(crate) fn next(self) -> Self {
        self.skip(1)
    }

    /// Without the next `n` tokens; the end stays.
    pub(crate) fn skip(self, n: usize) -> Self {
        let n = n.min(self.rest.len().saturating_sub(1));
        Tokens { rest: self.rest.get(n..).unwrap_or(&[]), ..self }
    }

    /// Whether the next token is of this kind.
    pub(crate) fn at(self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// Whether the next token is this keyword.
    pub(crate) fn at_keyword(self, keyword: Keyword) -> bool {
        self.kind() == TokenKind::Keyword(keyword)
    }

    /// Whether the token `n` places ahead follows the one before it without a blank.
    pub(crate) fn adjacent(self, n: usize) -> bool {
        n > 0 && self.nth(n).span.start == self.nth(n - 1).span.end
    }

    /// Span of the token before the next one.
    pub(crate) fn previous(self) -> Span {
        match self.position().checked_sub(1).and_then(|at| self.shared.all.get(at)) {
            Some(token) => token.span,
            None => Span::default(),
        }
    }

    /// Kind of the token before the next one.
    pub(crate) fn previous_kind(self) -> Option<TokenKind> {
        Some(self.shared.all.get(self.position().checked_sub(1)?)?.kind)
    }

    /// From the start of a token to the end of the last one read.
    pub(crate) fn since(self, start: Token) -> Span {
        let end = self.previous();
        if end.end < start.span.start { Span { end: start.span.start, ..start.span } } else { start.span.to(end) }
    }

    /// Where something missing would stand: right after the last token.
    pub(crate) fn gap(self) -> Span {
        self.previous().after()
    }

    /// Remembers what would have fitted here; see [`super::error`].
    pub(crate) fn note(self, expected: Expected) {
        let mut notes = self.shared.notes.borrow_mut();
        // What is looked for after a mistake at the same place would not fit there: completion must not offer it.
        if !notes.all || self.shared.reported.get() != self.position() {
            notes.add(self.position(), expected);
        }
    }

    /// Remembers what would have fitted here when completion asks, and not for error messages.
    pub(crate) fn hint(self, expected: Expected) {
        if self.shared.notes.borrow().all {
            self.note(expected);
        }
    }
}

impl<'a> nom::Input for Tokens<'a> {
    type Item = Token;
    type Iter = Copied<Iter<'a, Token>>;
    type IterIndices = Enumerate<Copied<Iter<'a, Token>>>;

    fn input_len(&self) -> usize {
        self.rest.len()
    }

    fn take(&self, index: usize) -> Self {
        Tokens { rest: self.rest.get(..index).unwrap_or(self.rest), ..*self }
    }

    fn take_from(&self, index: usize) -> Self {
        Tokens { rest: self.rest.get(index..).unwrap_or(&[]), ..*self }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P>(&self, predicate: P) -> Option<usize>
    where
        P: Fn(Self::Item) -> bool,
    {
        self.rest.iter().position(|token| predicate(*token))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.rest.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.rest.iter().copied().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        if count <= self.rest.len() { Ok(count) } else { Err(Needed::new(count - self.rest.len())) }
    }
}
