//! What the data-driven tests are made of: reading case files, running queries, comparing answers.
//!
//! A case file is a `.kql` file anywhere under `crates/` or `tests/`, beside what it tests (see [`case`]). Answers are
//! compared as `../shared/conformance` describes (see [`compare`]).

pub mod case;
pub mod compare;
pub mod language;
pub mod mutation;
pub mod run;
pub mod typed;
