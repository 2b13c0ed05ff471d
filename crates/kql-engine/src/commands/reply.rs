//! The table a command answers with.

use crate::errors::{self, Failure};
use crate::result::QueryResult;
use crate::rows::TableBuilder;
use kql_diagnostic::Span;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

/// Rows of values.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    schema: RowSchema,
    rows: Vec<Vec<Value>>,
}

impl Reply {
    /// An empty table of these columns: `Name Count:long`; a column without a type is a string.
    pub(crate) fn new(text: &str) -> Self {
        Reply { schema: columns(text), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.schema.columns.len());
        self.rows.push(row);
    }

    /// With a row.
    pub(crate) fn with(mut self, row: Vec<Value>) -> Self {
        self.push(row);
        self
    }

    /// As the result of a statement.
    pub(crate) fn into_result(self, span: Span) -> Result<QueryResult, Failure> {
        let mut table = TableBuilder::new(&self.schema);
        self.rows.iter().for_each(|row| table.values(row));
        let batch = table.finish(&self.schema).map_err(|e| errors::of_engine(&e, span))?;
        Ok(QueryResult { name: Arc::from("PrimaryResult"), schema: self.schema, batches: vec![batch], render: None })
    }
}

/// Columns from their text.
pub(crate) fn columns(text: &str) -> RowSchema {
    let column = |c: &str| match c.split_once(':') {
        Some((name, ty)) => Column::new(name, ScalarType::from_name(ty).unwrap_or(ScalarType::String)),
        None => Column::new(c, ScalarType::String),
    };
    text.split_ascii_whitespace().map(column).collect()
}

pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

pub(crate) fn long(n: usize) -> Value {
    Value::Long(Some(i64::try_from(n).unwrap_or(i64::MAX)))
}

pub(crate) fn boolean(b: bool) -> Value {
    Value::Bool(Some(b))
}

/// A guid from an instant and a number that no other has.
pub(crate) fn fresh_guid(now: i64, number: u64) -> Value {
    let mut bytes = [0u8; 16];
    bytes[..8].copy_from_slice(&now.to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    // Version 4, variant 1.
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Value::Guid(Some(bytes))
}

/// A guid that is the same for the same text: ids of tables and databases.
pub(crate) fn guid_of(text: &str) -> Value {
    let mut bytes = [0u8; 16];
    let (mut a, mut b) = (0xcbf2_9ce4_8422_2325_u64, 0x9e37_79b9_7f4a_7c15_u64);
    for byte in text.bytes() {
        a = (a ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        b = b.rotate_left(5) ^ a;
    }
    bytes[..8].copy_from_slice(&a.to_be_bytes());
    bytes[8..].copy_from_slice(&b.to_be_bytes());
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Value::Guid(Some(bytes))
}
