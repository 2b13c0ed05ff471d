//! Functions that take a text apart into several columns: what `parse` and `parse-kv` do to each row.

mod capture;
mod parse_kv;
mod parse_pattern;
mod udf;

pub(crate) use parse_kv::{KvOptions, KvPattern};
pub(crate) use parse_pattern::ParsePattern;
pub(crate) use udf::{MATCHED, TextParser, text_parser};
