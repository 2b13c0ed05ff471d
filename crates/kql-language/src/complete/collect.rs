//! Gathers items: matches them with what is typed, writes them as they must be written, puts them in order.

use super::CompleteOptions;
use crate::item::{Item, ItemKind};
use crate::matching::score;
use crate::place::Place;
use kql_syntax::print_name;
use std::collections::HashSet;

/// Items so far.
pub(super) struct Collector<'p> {
    place: &'p Place<'p>,
    limit: usize,
    items: Vec<(u8, u8, Item)>,
    seen: HashSet<(String, bool)>,
    /// Rank of the items that are added now: less comes first among equal matches.
    pub(super) rank: u8,
}

impl<'p> Collector<'p> {
    pub(super) fn new(place: &'p Place<'p>, options: &CompleteOptions) -> Self {
        Collector { place, limit: options.limit, items: Vec::new(), seen: HashSet::new(), rank: 50 }
    }

    /// Whether a label fits what is typed and is not there yet; then its score.
    fn fits(&mut self, label: &str, kind: ItemKind) -> Option<u8> {
        if self.place.quoted && !matches!(kind, ItemKind::Column | ItemKind::Variable | ItemKind::Table) {
            return None;
        }
        let score = score(self.place.typed, label)?;
        let is_call = matches!(kind, ItemKind::Function | ItemKind::Aggregate | ItemKind::Plugin);
        self.seen.insert((label.to_owned(), is_call)).then_some(score)
    }

    /// An item whose parts are made only when it fits.
    pub(super) fn add(&mut self, label: &str, kind: ItemKind, make: impl FnOnce() -> Parts) {
        if let Some(score) = self.fits(label, kind) {
            let parts = make();
            let item = Item {
                label: label.to_owned(),
                kind,
                insert: parts.insert,
                snippet: parts.snippet,
                detail: parts.detail,
                documentation: parts.documentation,
            };
            self.items.push((score, self.rank, item));
        }
    }

    /// A word that is written as it is shown.
    pub(super) fn word(&mut self, label: &str, kind: ItemKind, detail: &str, documentation: &str) {
        self.add(label, kind, || Parts::new(label, detail, documentation));
    }

    /// A keyword, with a blank after it.
    pub(super) fn keyword(&mut self, label: &str) {
        let insert = self.spaced(label);
        self.add(label, ItemKind::Keyword, || Parts::new(insert, "", ""));
    }

    /// A word with a template after it.
    pub(super) fn snippet(&mut self, label: &str, kind: ItemKind, template: &str, detail: &str, documentation: &str) {
        let insert = self.spaced(label);
        self.add(label, kind, || Parts {
            snippet: Some(template.to_owned()),
            ..Parts::new(insert, detail, documentation)
        });
    }

    /// A name, quoted where it must be.
    pub(super) fn name(&mut self, label: &str, kind: ItemKind, detail: &str, documentation: &str) {
        self.add(label, kind, || Parts::new(print_name(label), detail, documentation));
    }

    /// A call: the parenthesis comes with it unless it is there.
    pub(super) fn call(
        &mut self,
        label: &str,
        kind: ItemKind,
        no_arguments: bool,
        texts: impl FnOnce() -> (String, String),
    ) {
        let opened = self.place.rest().starts_with('(');
        self.add(label, kind, || {
            let (detail, documentation) = texts();
            let name = print_name(label);
            let (insert, snippet) = match (opened, no_arguments) {
                (true, _) => (name, None),
                (false, true) => (format!("{name}()"), None),
                (false, false) => {
                    let snippet = format!("{}($0)", name.replace('$', "\\$"));
                    (format!("{name}("), Some(snippet))
                }
            };
            Parts { insert, snippet, detail, documentation }
        });
    }

    /// Whether nothing is typed yet.
    pub(super) fn is_empty_word(&self) -> bool {
        self.place.typed.is_empty()
    }

    /// Whether this character comes right after the word.
    pub(super) fn follows(&self, c: char) -> bool {
        self.place.rest().starts_with(c)
    }

    /// A text with a blank after it, unless one follows already.
    pub(super) fn spaced(&self, text: &str) -> String {
        let text = text.trim_end();
        if self.place.rest().starts_with([' ', '\t']) { text.to_owned() } else { format!("{text} ") }
    }

    /// The items in order.
    pub(super) fn finish(mut self) -> Vec<Item> {
        self.items.sort_by_key(|(score, rank, _)| (*score, *rank));
        self.items.truncate(self.limit);
        self.items.into_iter().map(|(.., item)| item).collect()
    }
}

/// What an item is beside its label and kind.
pub(super) struct Parts {
    pub(super) insert: String,
    pub(super) snippet: Option<String>,
    pub(super) detail: String,
    pub(super) documentation: String,
}

impl Parts {
    pub(super) fn new(insert: impl Into<String>, detail: impl Into<String>, documentation: impl Into<String>) -> Parts {
        Parts { insert: insert.into(), snippet: None, detail: detail.into(), documentation: documentation.into() }
    }
}
