//! Canonical formatting of KQL text.
//!
//! Only blanks and line ends change: every token is written as it was, in its order, and so is every comment. The tree says
//! where lines may break; [`layout`] decides which of them do. The rules are those of `docs/command-line.md`:
//!
//! - one operator a line, starting with `| `, when a pipeline does not fit one line or has more than one operator;
//! - what stands in brackets, and the statements of a function, one step deeper; lists and chains of `and`, `or` and
//!   arithmetic break at the width, an item a line; lists of literals fill their lines;
//! - the values of a `datatable` in rows of its schema;
//! - one blank line between statements stays, more become one, and there are none inside a statement;
//! - a comment at the end of a line stays behind what it follows, and one on a line of its own before what it precedes;
//! - management commands are left as they are.

mod expression;
mod layout;
mod marks;
mod operator;
mod source;
mod statement;

use crate::lex::{Token, TokenKind, lex};
use crate::{parse, print};
use kql_diagnostic::{Diagnostic, Diagnostics, Span, code};
use marks::Marks;
use source::Source;

/// How to format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatOptions {
    /// Characters of a line before it is broken.
    pub width: usize,
    /// Blanks of a step of indentation.
    pub indent: usize,
}

impl Default for FormatOptions {
    fn default() -> Self {
        FormatOptions { width: 120, indent: 4 }
    }
}

/// Formats a text. Formatting the answer again changes nothing, and the answer means what the text means.
///
/// Lines end as the first line of the text ends; the answer ends with a line end unless it is empty or a command
/// without one.
///
/// ```
/// let text = "T|where a has'x'and b in(1,2)// why\n|count";
/// let formatted = kql_syntax::format(text, &kql_syntax::FormatOptions::default());
/// assert_eq!(formatted.unwrap(), "T\n| where a has 'x' and b in (1, 2) // why\n| count\n");
/// ```
///
/// # Errors
/// What is wrong with a text that is no KQL: it cannot be formatted without guessing.
pub fn format(text: &str, options: &FormatOptions) -> Result<String, Diagnostics> {
    let parsed = parse(text);
    if parsed.has_errors() {
        return Err(parsed.diagnostics);
    }
    let source = Source::new(text, &parsed.script);
    let mut marks = Marks::new(&source);
    marks.script(&parsed.script);
    let out = layout::write(&marks.into_ops(), text, options);
    // The last word on "never damaged": the same tokens, and the same tree.
    if words(text) == words(&out) && !parse(&out).has_errors() && print(&parsed.script) == print(&parse(&out).script) {
        return Ok(out);
    }
    let message = "formatting would have changed the meaning of the text, which was left as it is";
    Err(vec![Diagnostic::error(code::INTERNAL, Span::new(0, 0), message)])
}

/// The tokens of a text, without the semicolons, of which repeated ones are dropped.
fn words(text: &str) -> Vec<(TokenKind, &str)> {
    let (tokens, _) = lex(text);
    let counts = |t: &&Token| t.kind != TokenKind::Semicolon;
    tokens.iter().filter(counts).map(|t| (t.kind, t.span.text(text))).collect()
}
