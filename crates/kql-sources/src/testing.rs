//! What tests of several modules need.

use crate::column::{convert_guessed, for_each_dynamic, for_each_text};
use crate::records::FileContext;
use crate::table::Chunk;
use arrow::array::ArrayRef;
use kql_types::ScalarType;
use std::path::Path;
use std::sync::Arc;

/// The text forms of the values of a column, `null` for null.
pub(crate) fn texts(array: &ArrayRef, ty: ScalarType) -> Vec<String> {
    let mut texts = Vec::new();
    if ty == ScalarType::Dynamic {
        for_each_dynamic(array, ty, |v| texts.push(v.unwrap_or("null").to_owned()));
    } else {
        for_each_text(array, ty, |v| texts.push(v.unwrap_or("null").to_owned()));
    }
    texts
}

/// What is known of a file of this name.
pub(crate) fn context(path: &str) -> FileContext {
    FileContext::new(Path::new(path), None)
}

/// The rows of chunks: `Table: Column=text …`, columns in the order of the chunk.
pub(crate) fn table_texts(chunks: &[(Arc<str>, Chunk)]) -> Vec<String> {
    let mut rows = Vec::new();
    for (table, chunk) in chunks {
        let first = rows.len();
        rows.resize(first + chunk.rows, format!("{table}:"));
        for (name, column) in &chunk.columns {
            let ty = column.guess.map_or(column.ty, |guess| guess.narrowest(None));
            let texts = texts(&convert_guessed(column, ty), ty);
            rows[first..].iter_mut().zip(texts).for_each(|(row, text)| row.push_str(&format!(" {name}={text}")));
        }
    }
    rows
}
