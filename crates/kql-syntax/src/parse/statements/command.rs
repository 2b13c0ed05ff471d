//! Management commands: their head, what they ask for, and the queries before or after them. The rest is raw text.

use super::super::input::{PResult, Tokens};
use super::super::pipeline;
use super::commands;
use crate::ast::{Command, StatementKind};
use crate::lex::TokenKind;
use kql_diagnostic::Span;

/// `.show tables | where …`, `.set-or-append T <| query`; a dot is known to be next.
pub(super) fn command(i: Tokens<'_>) -> PResult<'_, StatementKind> {
    let start = i.peek();
    let after_dot = i.next();
    let (mut i, head) = head(after_dot);
    let mut depth = 0usize;
    let inline = head.first().is_some_and(|word| word == "ingest") && head.get(1).is_some_and(|word| word == "inline");
    let mut piped = None;
    let mut input = None;
    let text = loop {
        match i.kind() {
            TokenKind::End => break i.since(start),
            // Rows of `.ingest inline` are text to the end.
            _ if inline => {}
            TokenKind::Semicolon if depth == 0 => break i.since(start),
            // A script of commands has each on lines of its own.
            TokenKind::Dot if depth == 0 && starts_command(i) => break i.since(start),
            TokenKind::Bar if depth == 0 => {
                let text = i.since(start);
                let (after, operators) = pipeline::operators_only(i.next())?;
                (i, piped) = (after, Some(Box::new(operators)));
                break text;
            }
            TokenKind::InputBar if depth == 0 => {
                let text = i.since(start);
                let (after, query) = pipeline::expect_pipeline(i.next())?;
                (i, input) = (after, Some(Box::new(query)));
                break text;
            }
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        i = i.next();
    };
    // The text ends where the scan says: an action that was read to another place is none.
    let action = commands::action(after_dot).filter(|(rest, _)| rest.previous().end == text.end || inline);
    let command = Command {
        head,
        text: text.text(i.shared.query).to_owned(),
        span: Span { start: start.span.start, ..text },
        action: action.map(|(_, action)| Box::new(action)),
        piped,
        input,
    };
    Ok((i, StatementKind::Command(command)))
}

/// Whether a dot at the start of a line begins a command.
pub(super) fn starts_command(i: Tokens<'_>) -> bool {
    let line = Span { start: i.previous().end, end: i.peek().span.start }.text(i.shared.query).contains('\n');
    line && i.at(TokenKind::Dot) && i.nth(1).kind.is_word() && i.adjacent(1)
}

/// Plain words in lower case, words with hyphens as one.
fn head(mut i: Tokens<'_>) -> (Tokens<'_>, Vec<String>) {
    let mut words = Vec::new();
    while let Some((after, word)) = commands::word(i) {
        words.push(word);
        i = after;
    }
    (i, words)
}
