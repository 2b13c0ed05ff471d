//! What may be written at the end of a text: completion asks the parser instead of knowing the grammar again.

use super::error::{Expected, Notes};
use super::{input, statements};
use crate::lex::{TokenKind, lex};

/// Something that may follow a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// A token with one spelling: a keyword, a bracket, a comma.
    Token(TokenKind),
    /// A word that is a keyword only here.
    Word(&'static str),
    /// A tabular operator.
    Operator,
    /// An operand: scalar, table, call.
    Expression,
    /// A table.
    Table,
    /// A call of a plugin or function, after `evaluate` and `invoke`.
    Call,
    /// A new name.
    Name,
    /// A scalar type.
    Type,
    /// The value of a parameter or property.
    Value,
    /// A kind of chart.
    Chart,
    /// An infix operator.
    Infix,
    /// One of these parameters, then `=`.
    Parameters(&'static [&'static str]),
    /// One of these after `hint.`, then `=`.
    Hints(&'static [&'static str]),
}

/// What may follow a text, which is the part of a query before the cursor, without the word the cursor is in. Empty when the
/// text has a mistake shortly before its end, so that the parser did not come as far.
pub fn expectations(text: &str) -> Vec<Expectation> {
    let (tokens, _) = lex(text);
    let shared = input::Shared::new(text, &tokens);
    *shared.notes.borrow_mut() = Notes::collecting();
    let _ = statements::script(shared.tokens());
    let notes = shared.notes.borrow();
    let mut out: Vec<Expectation> = Vec::new();
    for found in notes.at(tokens.len() - 1).iter().filter_map(|e| expectation(*e)) {
        if !out.contains(&found) {
            out.push(found);
        }
    }
    out
}

fn expectation(expected: Expected) -> Option<Expectation> {
    Some(match expected {
        Expected::Token(kind) => Expectation::Token(kind),
        Expected::Word(word) => Expectation::Word(word),
        Expected::Infix => Expectation::Infix,
        Expected::Properties(words) if words == super::property::HINTS => Expectation::Hints(words),
        Expected::Properties(words) => Expectation::Parameters(words),
        Expected::Thing(thing) => match thing {
            "an expression" => Expectation::Expression,
            "an operator" => Expectation::Operator,
            "a table" => Expectation::Table,
            "a function call" => Expectation::Call,
            "a name" => Expectation::Name,
            "a type" => Expectation::Type,
            "a value" => Expectation::Value,
            "a kind of chart" => Expectation::Chart,
            _ => return None,
        },
    })
}
