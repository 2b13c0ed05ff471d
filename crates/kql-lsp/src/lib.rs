//! `kql lsp`: the answers of `kql-language` over the language server protocol.
//!
//! One thread, one loop: a message comes in, the text it changes is changed, the question it asks is answered. Diagnostics of
//! changed texts go out when no further message waits, so that fast typing is checked once. Positions are UTF-16, the
//! protocol's own.

mod answer;
mod diagnostics;
mod document;
mod semantic;
mod server;

pub use server::{Options, ServeError, serve, serve_stdio};
