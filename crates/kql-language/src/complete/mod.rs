//! Completion: what fits at the cursor, best first.

mod collect;
mod commands;
mod expression;
mod infix;
mod operators;
mod properties;

use crate::item::{Completions, ItemKind};
use crate::place::{CommandPart, Place};
use crate::words;
use collect::Collector;
pub(crate) use expression::{columns_text, function_text, scalar_text};
use kql_bind::Catalog;
use kql_bind::cursor::CursorScope;
use kql_syntax::{Expectation, TokenKind};
use kql_types::ScalarType;

/// What the caller of [`complete`] decides.
#[derive(Clone, Debug)]
pub struct CompleteOptions {
    /// Names of columns are those a run gives, not those of `kql check` ([`BindOptions::run`]).
    pub run: bool,
    /// The most items; the best ones stay.
    pub limit: usize,
}

impl Default for CompleteOptions {
    fn default() -> Self {
        CompleteOptions { run: true, limit: 5000 }
    }
}

/// What fits at an offset of a text, which may be half-written everywhere. Nothing in comments, strings and numbers.
///
/// The parser says what kind of thing may follow the text before the word, the binder which names are in scope there.
pub fn complete(text: &str, offset: usize, catalog: &dyn Catalog, options: &CompleteOptions) -> Completions {
    let offset = crate::boundary(text, offset);
    let Some(place) = Place::at(text, offset) else {
        let at = kql_diagnostic::Span::new(offset, offset);
        return Completions { replace: at, items: Vec::new() };
    };
    let completion = Completion { catalog, scope: scope_at(&place, catalog, options), place: &place };
    let mut out = Collector::new(&place, options);
    completion.run(&mut out);
    Completions { replace: place.replace, items: out.finish() }
}

/// What is being completed.
struct Completion<'a> {
    place: &'a Place<'a>,
    catalog: &'a dyn Catalog,
    scope: CursorScope,
}

/// The name that stands for the word while the binder looks.
const MARK: &str = "_kql_cursor_";

/// Binds the text with a name in place of the word, and tells what was in scope there.
fn scope_at(place: &Place<'_>, catalog: &dyn Catalog, options: &CompleteOptions) -> CursorScope {
    if place.command.is_some() {
        return CursorScope::default();
    }
    let start = place.replace.start as usize;
    let mut marked = String::with_capacity(place.text.len() + 2 * MARK.len());
    marked.push_str(place.text.get(..start).unwrap_or(""));
    // Where an infix operator comes next, the name is put behind one: the binder then tells the type of the left side.
    let infix = place.expected.contains(&Expectation::Infix) && !place.expected.contains(&Expectation::Expression);
    if infix {
        marked.push_str(if place.is_compared() { " and " } else { " == " });
    }
    let at = marked.len() + 1;
    marked.push_str(MARK);
    if place.rest().starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
        marked.push(' ');
    }
    marked.push_str(place.rest());
    crate::scope::scope_at(&marked, at, catalog, options.run)
}

impl Completion<'_> {
    fn run(&self, out: &mut Collector<'_>) {
        match self.place.command {
            Some(CommandPart::Words) => return commands::commands(out),
            Some(CommandPart::Table) => return self.tables_of(None, out),
            Some(CommandPart::Function) => {
                for name in self.catalog.stored_function_names(None) {
                    out.name(&name, ItemKind::Function, "", "");
                }
                return;
            }
            None => {}
        }
        if self.place.starts_statement() {
            self.statement(out);
            return;
        }
        let expected = &self.place.expected;
        let has = |e: Expectation| expected.contains(&e);
        if has(Expectation::Value) && self.values(out) {
            return;
        }
        for wanted in expected {
            match wanted {
                Expectation::Operator => self.operators(out),
                // Where operators fit, a table would be read only to say that it is a mistake.
                Expectation::Expression | Expectation::Table if has(Expectation::Operator) => {}
                Expectation::Expression | Expectation::Table => self.expression(out),
                Expectation::Call => self.calls(out),
                Expectation::Name => self.names(out),
                Expectation::Type => types(out),
                Expectation::Chart => {
                    for (name, meaning) in words::CHARTS {
                        out.word(name, ItemKind::Chart, "", meaning);
                    }
                }
                Expectation::Infix => self.infix(out),
                Expectation::Parameters(known) => self.parameters(known, out),
                Expectation::Hints(known) => self.hints(known, out),
                Expectation::Word(word) => out.word(word, ItemKind::Keyword, "", ""),
                Expectation::Token(TokenKind::Keyword(word)) => {
                    let text = word.text();
                    // `where` in a join is a mistake that the parser reads to explain it.
                    let is_mistake = text == "where" && self.place.operator().is_some_and(|(o, _)| o == "join");
                    if !is_mistake {
                        out.rank = 22;
                        out.keyword(text);
                        out.rank = 50;
                    }
                }
                Expectation::Token(TokenKind::Bar) if !self.place.starts_statement() => {}
                Expectation::Token(_) | Expectation::Value => {}
            }
        }
    }

    /// The start of a statement: words of statements, then what makes rows.
    fn statement(&self, out: &mut Collector<'_>) {
        self.expression(out);
        for (label, snippet, meaning) in words::STATEMENTS {
            let local = matches!(*label, "let" | "declare pattern" | "restrict access to" | "alias database");
            if local || self.place.starts_script_statement() {
                out.snippet(label, ItemKind::Keyword, snippet, "", meaning);
            }
        }
        if self.place.starts_script_statement() {
            commands::commands(out);
        }
    }
}

/// The words of types.
fn types(out: &mut Collector<'_>) {
    for ty in ScalarType::ALL {
        out.word(ty.name(), ItemKind::Type, "", "");
    }
    // Other names, for those who type them.
    if !out.is_empty_word() {
        out.rank = 60;
        for name in ["boolean", "date", "double", "int32", "int64", "time", "uniqueid", "uuid"] {
            let ty = ScalarType::from_name(name).map_or("", ScalarType::name);
            out.word(name, ItemKind::Type, ty, "");
        }
        out.rank = 50;
    }
}
