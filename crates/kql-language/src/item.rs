//! What completion offers.

use kql_diagnostic::Span;

/// What fits at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The text an item replaces: the word the cursor is in, or nothing at the cursor.
    pub replace: Span,
    /// The items, best first.
    pub items: Vec<Item>,
}

/// One thing that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown and matched: `Timestamp`, `strcat`, `mv-expand`.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// What is written instead of the word: names that need it come in `['…']`.
    pub insert: String,
    /// The same for editors that have places to fill in: `countif(${1:predicate})$0`. `None` when there is nothing to fill in.
    pub snippet: Option<String>,
    /// Type, signature or syntax, on one line; may be empty.
    pub detail: String,
    /// One or two sentences, Markdown; may be empty.
    pub documentation: String,
}

/// What an [`Item`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// A column of the row.
    Column,
    /// A name of a `let`, a parameter, `as`.
    Variable,
    /// A value of a parameter or property: `inner`.
    Value,
    /// A parameter or property: `kind=`, `hint.strategy=`, `title=`.
    Property,
    /// A tabular operator.
    Operator,
    /// An aggregation function.
    Aggregate,
    /// A plugin of `evaluate`.
    Plugin,
    /// A table, view or tabular variable.
    Table,
    /// A scalar function, or one of the script.
    Function,
    /// An infix operator: `has`, `==`, `and`.
    Infix,
    /// Another word of the language.
    Keyword,
    /// A scalar type.
    Type,
    /// A kind of chart.
    Chart,
    /// A management command.
    Command,
}

impl ItemKind {
    /// A short word for lists: `column`.
    pub fn name(self) -> &'static str {
        match self {
            ItemKind::Column => "column",
            ItemKind::Variable => "variable",
            ItemKind::Value => "value",
            ItemKind::Property => "property",
            ItemKind::Operator => "operator",
            ItemKind::Aggregate => "aggregate",
            ItemKind::Plugin => "plugin",
            ItemKind::Table => "table",
            ItemKind::Function => "function",
            ItemKind::Infix => "infix",
            ItemKind::Keyword => "keyword",
            ItemKind::Type => "type",
            ItemKind::Chart => "chart",
            ItemKind::Command => "command",
        }
    }
}
