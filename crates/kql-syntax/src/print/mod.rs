//! The syntax tree as canonical KQL text.
//!
//! Reading the text again gives the same tree but for spans, for every tree that was read without errors. One operator a
//! line, four blanks for what stands in brackets, double quotes, names as they were written.

mod expression;
mod literal;
mod operator;
mod statement;

use crate::ast::{Expr, Name, Script};
use crate::lex::{Keyword, TokenKind, lex};

/// Prints a whole text; it ends with a line end unless it is empty or ends with a command.
pub fn print(script: &Script) -> String {
    let mut printer = Printer::default();
    printer.script(script);
    printer.out
}

/// Prints one expression.
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer::default();
    printer.expr(expr);
    printer.out
}

/// A name as it must be written: bare, or in brackets and quotes where it is no plain word.
pub fn print_name(name: &str) -> String {
    let mut printer = Printer::default();
    printer.bare_name(name, is_plain(name));
    printer.out
}

/// Whether a name can stand bare everywhere.
fn is_plain(name: &str) -> bool {
    let word = match lex(name).0[..] {
        [word, end] if end.kind == TokenKind::End && word.span.end as usize == name.len() => word.kind,
        _ => return false,
    };
    match word {
        TokenKind::Name => true,
        TokenKind::Keyword(word) => word.name_use() == crate::lex::NameUse::Anywhere,
        _ => false,
    }
}

/// Where text is collected.
#[derive(Debug, Default)]
struct Printer {
    out: String,
    indent: usize,
}

impl Printer {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn word(&mut self, keyword: Keyword) {
        self.out.push_str(keyword.text());
    }

    /// A new line at the current depth.
    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
    }

    /// `open`, the content one level deeper on lines of its own, `close`.
    fn block(&mut self, open: &str, close: &str, content: impl FnOnce(&mut Self)) {
        self.text(open);
        self.indent += 1;
        self.line();
        content(self);
        self.indent -= 1;
        self.line();
        self.text(close);
    }

    /// Items with a comma between them.
    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        for (index, one) in items.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            item(self, one);
        }
    }

    fn name(&mut self, name: &Name) {
        self.bare_name(&name.text, !name.quoted);
    }

    fn bare_name(&mut self, text: &str, plain: bool) {
        if plain {
            self.text(text);
        } else {
            self.text("['");
            literal::escape(&mut self.out, text, '\'');
            self.text("']");
        }
    }
}
