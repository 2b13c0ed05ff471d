//! What the tree says about the places between tokens: blanks, breaks, groups, depth.

use super::layout::Op;
use super::source::{Comment, Source};
use crate::lex::{Keyword as Word, TokenKind};
use kql_diagnostic::Span;

/// Blanks before a token, where nothing breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// As the two tokens say.
    Usual,
    None,
    One,
}

/// How the items of a list are kept apart when they do not fit one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apart {
    /// An item a line.
    Lines,
    /// As many items a line as fit.
    Filled,
}

impl Apart {
    fn op(self) -> Op {
        match self {
            Apart::Lines => Op::Line,
            Apart::Filled => Op::Fill,
        }
    }
}

/// Marks on the tokens of a source. The tree is walked from the outside in: what is marked first lies outside.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    pub(super) source: &'a Source,
    before: Vec<Vec<Op>>,
    after: Vec<Vec<Op>>,
    gaps: Vec<Gap>,
    /// Tokens before which empty lines are kept: starts of statements, ends of blocks.
    roomy: Vec<bool>,
    /// Tokens that start what follows them, so that a comment after them belongs before them.
    leading: Vec<bool>,
}

impl<'a> Marks<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let count = source.tokens.len();
        let leading = source.tokens.iter().map(|t| t.kind == TokenKind::Bar).collect();
        let mut roomy = vec![false; count];
        roomy[0] = true;
        roomy[count - 1] = true;
        Marks {
            source,
            before: vec![Vec::new(); count],
            after: vec![Vec::new(); count],
            gaps: vec![Gap::Usual; count],
            roomy,
            leading,
        }
    }

    pub(super) fn before(&mut self, at: usize, ops: &[Op]) {
        self.before[at].extend_from_slice(ops);
    }

    pub(super) fn after(&mut self, at: usize, ops: &[Op]) {
        self.after[at].extend_from_slice(ops);
    }

    /// No blank before the token.
    pub(super) fn no_gap(&mut self, at: usize) {
        self.gaps[at] = Gap::None;
    }

    /// A blank before the token.
    pub(super) fn gap(&mut self, at: usize) {
        self.gaps[at] = Gap::One;
    }

    /// No blanks inside the span.
    pub(super) fn tight(&mut self, span: Span) {
        for at in self.source.first(span) + 1..=self.source.last(span) {
            self.no_gap(at);
        }
    }

    /// No blanks around the token.
    pub(super) fn close_to_both(&mut self, at: usize) {
        self.no_gap(at);
        self.no_gap(at + 1);
    }

    /// A statement starts at the token: empty lines before it are kept.
    pub(super) fn roomy(&mut self, at: usize) {
        self.roomy[at] = true;
    }

    /// The token is an infix operator that starts a line.
    pub(super) fn leading(&mut self, at: usize) {
        self.leading[at] = true;
    }

    /// A group from token to token.
    pub(super) fn group(&mut self, first: usize, last: usize, inside: impl FnOnce(&mut Self)) {
        self.before(first, &[Op::Begin]);
        inside(self);
        self.after(last, &[Op::End]);
    }

    /// Items at `starts`, the last of them up to `last`, one step deeper when they do not fit the line.
    pub(super) fn items(&mut self, starts: &[usize], last: usize, apart: Apart, inside: impl FnOnce(&mut Self)) {
        let Some((first, rest)) = starts.split_first() else { return inside(self) };
        if rest.is_empty() {
            return inside(self);
        }
        self.before(*first, &[Op::Begin, Op::Indent, Op::Line]);
        for start in rest {
            self.before(*start, &[apart.op()]);
        }
        inside(self);
        self.after(last, &[Op::Dedent, Op::End]);
    }

    /// The same for what stands between commas from `first` to `last`.
    pub(super) fn list(&mut self, first: usize, last: usize, inside: impl FnOnce(&mut Self)) {
        let starts = self.source.items(first, last);
        self.items(&starts, last, Apart::Lines, inside);
    }

    /// What stands between the bracket at `open` and its mate, one step deeper; items at `starts`.
    pub(super) fn block(
        &mut self,
        open: usize,
        edge: Op,
        starts: &[usize],
        between: Op,
        inside: impl FnOnce(&mut Self),
    ) {
        let close = self.source.mates[open];
        if close <= open + 1 {
            return inside(self);
        }
        self.before(open + 1, &[Op::Begin, Op::Indent, edge]);
        for start in starts.iter().skip(1) {
            self.before(*start, &[between]);
        }
        inside(self);
        self.before(close, &[Op::Dedent, edge]);
        self.after(close, &[Op::End]);
    }

    /// A list in brackets, a comma between its items.
    pub(super) fn brackets(&mut self, open: usize, apart: Apart, inside: impl FnOnce(&mut Self)) {
        let close = self.source.mates[open];
        if close <= open + 1 {
            return inside(self);
        }
        let starts = self.source.items(open + 1, close - 1);
        self.block(open, Op::Soft, &starts, apart.op(), inside);
    }

    /// The steps of writing: tokens, what was marked, comments.
    pub(super) fn into_ops(mut self) -> Vec<Op> {
        let comments = self.placed_comments();
        let mut ops = Vec::with_capacity(self.before.len() * 3);
        let count = self.source.tokens.len();
        for (at, token) in self.source.tokens.iter().enumerate() {
            let marked = std::mem::take(&mut self.before[at]);
            let breaks = |op: &Op| matches!(op, Op::Line | Op::Soft | Op::Fill | Op::Hard);
            let closes = matches!(token.kind, TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace);
            let last_break = marked.iter().rposition(breaks);
            let first_break = marked.iter().position(breaks);
            // A comment behind the last token stays in its line, one on its own goes in front of this token; before a
            // closing bracket it belongs to what is inside.
            let own_at = if closes { 0 } else { last_break.map_or(0, |b| b + 1) };
            let behind_at = if closes { 0 } else { first_break.unwrap_or(0) };
            let level = last_break.is_some() || closes || at + 1 == count || at == 0;
            let (behind, own): (Vec<_>, Vec<_>) =
                comments[at].iter().enumerate().partition(|(n, c)| *n == 0 && c.newlines == 0 && at > 0);
            if at > 0 && first_break.is_none() && own.is_empty() && behind.is_empty() && self.has_gap(at) {
                ops.push(Op::Space);
            }
            for place in 0..=marked.len() {
                if place == behind_at {
                    ops.extend(behind.iter().map(|(_, c)| comment(c, false, false)));
                }
                if place == own_at {
                    for (n, c) in &own {
                        if self.roomy[at] && c.newlines > 1 && !(*n == 0 && self.starts_block(at)) {
                            ops.push(Op::Blank);
                        }
                        ops.push(comment(c, true, level));
                    }
                }
                ops.extend(marked.get(place));
            }
            let first_in_block = self.starts_block(at) && comments[at].is_empty();
            if self.roomy[at] && self.source.newlines[at] > 1 && !closes && !first_in_block {
                ops.push(Op::Blank);
            }
            if token.kind != TokenKind::End {
                ops.push(Op::Text(token.span));
            }
            ops.append(&mut self.after[at]);
        }
        ops
    }

    /// Whether the token is the first of a text or after an opening bracket.
    fn starts_block(&self, at: usize) -> bool {
        let Some(previous) = at.checked_sub(1) else { return true };
        matches!(self.source.kind(previous), TokenKind::OpenBrace | TokenKind::OpenParen)
    }

    /// The comments before each token, moved over tokens that belong to what stands before (`,` and `;`) or after (`|`,
    /// `and`) the comment.
    fn placed_comments(&self) -> Vec<Vec<Comment>> {
        let mut comments = self.source.comments.clone();
        for at in 1..comments.len() {
            if self.leading[at - 1] {
                let moved = std::mem::take(&mut comments[at]);
                comments[at - 1].extend(moved);
            }
        }
        for at in 0..comments.len() {
            if matches!(self.source.kind(at), TokenKind::Comma | TokenKind::Semicolon) {
                let mut moved = std::mem::take(&mut comments[at]);
                moved.append(&mut comments[at + 1]);
                comments[at + 1] = moved;
            }
        }
        comments
    }

    fn has_gap(&self, at: usize) -> bool {
        use TokenKind::*;
        let (left, right) = (self.source.kind(at - 1), self.source.kind(at));
        match self.gaps[at] {
            // Two words would become one, and `1. ..` another number.
            Gap::None => is_wordy(left) && is_wordy(right) || left == Real && right == DotDot,
            Gap::One => true,
            // `1 .5h` is not `1.5h`.
            Gap::Usual if left == Long && right == Dot => {
                self.source.tokens[at - 1].span.end < self.source.tokens[at].span.start
            }
            Gap::Usual => {
                let ends =
                    matches!(right, CloseParen | CloseBracket | CloseBrace | Comma | Semicolon | Dot | Colon | End);
                let opens = matches!(left, OpenParen | OpenBracket | OpenBrace | Dot);
                let index = right == OpenBracket && matches!(left, CloseParen | CloseBracket);
                let word = right == OpenParen && matches!(left, Keyword(Word::TypeOf | Word::Dynamic));
                !(ends || opens || index || word)
            }
        }
    }
}

fn comment(comment: &Comment, own_line: bool, level: bool) -> Op {
    Op::Comment { span: comment.span, own_line, level }
}

/// Tokens that would run together.
fn is_wordy(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Name | Keyword(_) | Long | Real | Timespan | Guid | Bool | String | Typed(_) | Unknown)
}
