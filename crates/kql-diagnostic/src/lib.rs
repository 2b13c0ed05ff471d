//! What the engine tells people: spans in the query text, codes, and diagnostics.
//!
//! Every stage returns [`Diagnostic`] values; only the command line and the servers render them. This crate knows no
//! terminal, no Kusto syntax and no DataFusion.
//!
//! Codes are Kusto's where the meaning is the same: `SYN…`, `SEM…` and `CRT…` are what the service answers at run time,
//! `KS…` what Microsoft's public analyzer reports. Refusals of this engine alone start with `KQ` (see [`code`]).

pub mod code;
mod diagnostic;
mod span;

pub use diagnostic::{Diagnostic, Diagnostics, Label, Severity};
pub use span::{LineIndex, Span};

/// Result of a stage that stops at its first error.
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;
