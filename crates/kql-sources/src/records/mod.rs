//! Records: which table one belongs to, and where its columns are.
//!
//! The kinds known: Defender's streaming records ([`stream`]), answers of query APIs saved to a file ([`answer`]), and flat
//! records, where each key is a column. A flat record's table is, in this order, the one the user gave, the one its `Type`
//! names, the one the file's name names, the one whose published columns it fits best ([`by_columns`]), or a table of its own
//! named after the file.

mod answer;
mod by_columns;
mod shredder;
mod stream;

pub(crate) use shredder::{FileContext, Shredded, Shredder, report_bad_value};

/// Whether a text can be a table's name without quotes: a letter or `_`, then letters, digits and `_`.
pub(crate) fn is_table_name(text: &str) -> bool {
    text.len() <= 256
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
