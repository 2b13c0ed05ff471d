//! The input line: completion, colours, brackets, and when a text is finished.

use super::commands;
use super::state::Shell;
use crate::theme;
use kql_language::{CompleteOptions, Completeness, ItemKind, complete, highlight, is_complete, matching_bracket};
use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Told after a text that could be run.
const RUN_HINT: &str = "  (; or an empty line runs it)";
/// Completions shown at most: a long list helps nobody.
const MOST: usize = 200;

/// What rustyline asks while a line is typed.
pub(super) struct Line {
    shell: Rc<RefCell<Shell>>,
    color: bool,
    /// Where the cursor was drawn last, to light up a bracket when it moves.
    bracket: Cell<bool>,
}

impl Line {
    pub(super) fn new(shell: Rc<RefCell<Shell>>, color: bool) -> Self {
        Line { shell, color, bracket: Cell::new(false) }
    }
}

impl Helper for Line {}

/// A completion: shown with its type, inserted without.
pub(super) struct Candidate {
    shown: String,
    insert: String,
}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.insert
    }
}

impl Completer for Line {
    type Candidate = Candidate;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Candidate>)> {
        let Ok(shell) = self.shell.try_borrow() else { return Ok((pos, Vec::new())) };
        if let Some(found) = commands::complete(line, pos, &shell.session.catalog()) {
            let (start, names) = found;
            let candidate = |name: String| Candidate { shown: name.clone(), insert: name };
            return Ok((start, names.into_iter().map(candidate).collect()));
        }
        let prelude = shell.lets.prelude(None);
        let text = format!("{prelude}{line}");
        let found = complete(&text, prelude.len() + pos, &shell.session.catalog(), &CompleteOptions::default());
        let start = (found.replace.start as usize).saturating_sub(prelude.len());
        // A list completes to what its items have in common: those that only contain the word would spoil that.
        let word = line.get(start..pos).unwrap_or("").to_lowercase();
        let begins = |item: &kql_language::Item| item.label.to_lowercase().starts_with(&word);
        let mut items = found.items;
        if items.iter().any(begins) {
            items.retain(begins);
        }
        // Tables with rows before those that are only known: where nothing is loaded the order stays.
        let tables = shell.session.tables();
        let empty = |item: &kql_language::Item| item.kind == ItemKind::Table && tables.get(&item.label).is_none();
        items.sort_by_key(empty);
        let candidate = |item: kql_language::Item| {
            let shown = if item.detail.is_empty() {
                item.label
            } else {
                let detail: String = item.detail.chars().take(48).collect();
                format!("{}  {detail}", item.label)
            };
            Candidate { shown, insert: item.insert }
        };
        Ok((start, items.into_iter().take(MOST).map(candidate).collect()))
    }
}

impl Hinter for Line {
    type Hint = Hint;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Hint> {
        let waits = pos == line.len()
            && !line.trim().is_empty()
            && !runs(line)
            && !line.contains('\n')
            && is_complete(line) == Completeness::Complete;
        waits.then_some(Hint)
    }
}

/// The hint is shown, never inserted.
pub(super) struct Hint;

impl rustyline::hint::Hint for Hint {
    fn display(&self) -> &str {
        RUN_HINT
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

/// Whether Enter runs the text: it ends with `;` or `\G` or an empty line and nothing is open, or it is a command.
fn runs(text: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return true;
    }
    if commands::is_command(trimmed) || (trimmed.starts_with('.') && !trimmed.contains("<|")) {
        return true;
    }
    // Two empty lines run whatever stands there: a way out of a string that was never meant.
    let last_two = text.rsplit('\n').take(2).all(|line| line.trim().is_empty()) && text.matches('\n').count() > 1;
    if last_two {
        return true;
    }
    let empty_line = text.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()) && text.contains('\n');
    let ends = empty_line || trimmed.ends_with(';') || trimmed.ends_with("\\G");
    let body = trimmed.trim_end_matches("\\G");
    ends && is_complete(body) != Completeness::Incomplete
}

impl Validator for Line {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if runs(context.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Line {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.color || line.trim_start().starts_with('.') {
            return Cow::Borrowed(line);
        }
        let theme = theme::current();
        let bracket = matching_bracket(line, pos);
        let mut out = String::with_capacity(line.len() * 2);
        let mut done = 0;
        for (span, class) in highlight(line) {
            let (start, end) = (span.start as usize, span.end as usize);
            let (Some(gap), Some(text)) = (line.get(done..start), line.get(start..end)) else { continue };
            out.push_str(gap);
            let lit = bracket.is_some_and(|b| b.start as usize == start);
            match if lit { Some(theme.matching) } else { theme.token(class) } {
                Some(style) => {
                    // A colour must not run over the end of a line: the terminal draws line by line.
                    for (i, piece) in text.split('\n').enumerate() {
                        if i > 0 {
                            out.push('\n');
                        }
                        out.push_str(&format!("{style}{piece}{style:#}"));
                    }
                }
                None => out.push_str(text),
            }
            done = end;
        }
        out.push_str(line.get(done..).unwrap_or(""));
        Cow::Owned(out)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        let style = theme::current().prompt;
        if self.color { Cow::Owned(format!("{style}{prompt}{style:#}")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        let style = theme::current().hint;
        if self.color { Cow::Owned(format!("{style}{hint}{style:#}")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        if !self.color || kind == CmdKind::ForcedRefresh {
            return self.color;
        }
        // Moving away from a bracket must put its light out.
        let at_bracket = matching_bracket(line, pos).is_some();
        let was = self.bracket.replace(at_bracket);
        kind == CmdKind::Other || at_bracket || was
    }
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn a_text_runs_when_it_is_finished() {
        for text in [
            "print 1;",
            "print 1\n",
            "T\n| take 5\n",
            "",
            ".help",
            ".show tables",
            "T | count \\G",
            "let f = () { T; };",
        ] {
            assert!(runs(text), "{text:?}");
        }
        for text in ["print 1", "T\n| take 5", "T |\n", "let f = () { T;", "T | where a in (\n", ".set X <| T"] {
            assert!(!runs(text), "{text:?}");
        }
        assert!(runs("T | where a in (\n\n"), "two empty lines give up");
        assert!(runs(".set X <| T;"));
    }
}
