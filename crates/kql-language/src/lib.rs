//! What an editor asks about KQL: completion, hover, definitions, symbols, signatures, colours, brackets.
//!
//! The prompt of `kql` and `kql lsp` are two users of this crate. It knows the language through the parser and the binder
//! and holds no grammar of its own: what may be written at a place is what the parser looks for there
//! ([`kql_syntax::expectations`]), and which names exist there is what the binder sees there ([`kql_bind::cursor`]). Tables
//! and functions come in through [`kql_bind::Catalog`]. Offsets are UTF-8 byte offsets; one in the middle of a character or
//! beyond the end counts as the nearest before it. No function here fails or panics: a text that is no KQL gives fewer answers.

mod brackets;
mod complete;
mod definition;
mod diagnose;
mod finished;
mod highlight;
mod hover;
mod item;
mod matching;
mod pages;
mod place;
mod plugins;
mod scope;
mod signature;
mod symbols;
mod topics;
mod words;

pub use brackets::matching_bracket;
pub use complete::{CompleteOptions, complete};
pub use definition::definition;
pub use diagnose::{diagnose, suggestion};
pub use finished::{Completeness, is_complete};
pub use highlight::{TokenClass, highlight};
pub use hover::{Hover, hover};
pub use item::{Completions, Item, ItemKind};
pub use pages::{Page, function_page, operator_page, operators, signature_text};
pub use plugins::plugin_page;
pub use signature::{SignatureHelp, SignatureLine, signature_help};
pub use symbols::{Symbol, SymbolKind, document_symbols, folding_ranges};
pub use topics::{TopicGroup, closest_topic, topic_page, topics};

/// Runs on a stack that the deepest query the parser and the binder accept fits in.
pub(crate) fn on_large_stack<R>(f: impl FnOnce() -> R) -> R {
    const RED_ZONE: usize = 24 << 20;
    const STACK: usize = 64 << 20;
    stacker::maybe_grow(RED_ZONE, STACK, f)
}

/// The character boundary at or before an offset.
pub(crate) fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
