//! Whether a text typed line by line is finished.

use crate::brackets::closes;
use kql_syntax::ast::StatementKind;
use kql_syntax::{Expectation, TokenKind, expectations, lex};

/// Whether a text can be run as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Completeness {
    /// It can be read to its end.
    Complete,
    /// More must come: a bracket or string is open, or an operand, operator or value is missing at the end.
    Incomplete,
    /// It has a mistake that no further line can mend.
    Invalid,
}

/// Whether a text is finished. An empty one is complete.
pub fn is_complete(text: &str) -> Completeness {
    let (tokens, _) = lex(text);
    let Some(last) = tokens.iter().rev().find(|t| t.kind != TokenKind::End) else { return Completeness::Complete };
    let parsed = kql_syntax::parse(text);
    // Rows in a command are no KQL: their quotes and brackets mean nothing.
    if let Some(StatementKind::Command(command)) = parsed.script.statements.last().map(|s| &s.kind)
        && command.head.first().is_some_and(|word| word == "ingest")
        && command.text.contains("<|")
    {
        return Completeness::Complete;
    }
    let mut open = Vec::new();
    for token in &tokens {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(closes(token.kind)),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace
                if open.pop() != Some(token.kind) =>
            {
                return Completeness::Invalid;
            }
            // ``` and ~~~ strings span lines; others must end on theirs.
            TokenKind::UnclosedString => {
                let body = token.span.text(text).trim_start_matches(['h', 'H']);
                let spans_lines = body.starts_with("```") || body.starts_with("~~~");
                return if spans_lines { Completeness::Incomplete } else { Completeness::Invalid };
            }
            _ => {}
        }
    }
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|d| d.is_error()).collect();
    if errors.is_empty() {
        // The body of a function in a command, which the parser reads as raw text.
        return if open.is_empty() { Completeness::Complete } else { Completeness::Incomplete };
    }
    // A mistake before the end stays one; what is missing at the end may still come.
    if errors.iter().any(|d| d.span.end < last.span.end) {
        return Completeness::Invalid;
    }
    if !open.is_empty() {
        return Completeness::Incomplete;
    }
    let wanted = expectations(text);
    let needs = |e: &Expectation| {
        matches!(
            e,
            Expectation::Operator
                | Expectation::Expression
                | Expectation::Table
                | Expectation::Call
                | Expectation::Name
                | Expectation::Type
                | Expectation::Value
                | Expectation::Chart
                | Expectation::Word(_)
                | Expectation::Token(_)
        )
    };
    if errors.iter().all(|d| d.span.start >= last.span.end) && wanted.iter().any(needs) {
        Completeness::Incomplete
    } else {
        Completeness::Invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_still_to_come() {
        use Completeness::{Complete, Incomplete, Invalid};
        for (text, wanted) in [
            ("", Complete),
            ("  // nothing\n", Complete),
            ("T", Complete),
            ("T | where a == 1", Complete),
            ("T\n| count;", Complete),
            (".show tables", Complete),
            (".create function f(x:long) {", Incomplete),
            (".create function f(x:long) {\nx * 2 }", Complete),
            (".set T <|", Incomplete),
            (".ingest inline into table T <| it's,(1", Complete),
            ("T |", Incomplete),
            ("T | where", Incomplete),
            ("T | where a ==", Incomplete),
            ("T | where a has 'x' and", Incomplete),
            ("T | where (a == 1", Incomplete),
            ("T | where a in ('x',", Incomplete),
            ("let f = (x:long) {", Incomplete),
            ("let f = (x:long) { T | where", Incomplete),
            ("T | join kind=inner (R", Incomplete),
            ("T | join (R)", Complete),
            ("T | sort by", Incomplete),
            ("T | sort", Incomplete),
            ("T | extend s = ```line\n", Incomplete),
            ("T | render", Incomplete),
            ("T | summarize count() by", Incomplete),
            ("T | where a == 'x", Invalid),
            ("T | where a)", Invalid),
            ("T | whre a == 1", Invalid),
            ("T | where == 1 |", Invalid),
            ("let x =", Incomplete),
            ("let x = 1", Complete),
            ("let x = 1;", Complete),
            ("print 1, // more\n", Incomplete),
        ] {
            assert_eq!(is_complete(text), wanted, "{text:?}");
        }
    }
}
