//! Keys of rows as bytes: values of several columns that are equal give equal bytes.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::sync::Arc;

/// Evaluates key expressions and encodes them.
#[derive(Debug)]
pub(crate) struct Keys {
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    converter: Option<RowConverter>,
}

impl Keys {
    /// Keys made of these expressions.
    pub(crate) fn new(expressions: Vec<Arc<dyn PhysicalExpr>>) -> Self {
        Keys { expressions, converter: None }
    }

    /// The values of the key columns for each row.
    pub(crate) fn columns(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        self.expressions.iter().map(|e| e.evaluate(batch)?.into_array(batch.num_rows())).collect()
    }

    /// The encoded keys of each row. Without expressions all rows have the empty key.
    pub(crate) fn encode(&mut self, columns: &[ArrayRef]) -> Result<Option<Rows>> {
        if columns.is_empty() {
            return Ok(None);
        }
        let converter = match &mut self.converter {
            Some(converter) => converter,
            unset => {
                let fields = columns.iter().map(|c| SortField::new(c.data_type().clone())).collect();
                unset.insert(RowConverter::new(fields)?)
            }
        };
        Ok(Some(converter.convert_columns(columns)?))
    }

    /// The columns behind encoded keys.
    pub(crate) fn decode<'a>(&self, keys: impl Iterator<Item = &'a [u8]>) -> Result<Vec<ArrayRef>> {
        match &self.converter {
            None => Ok(Vec::new()),
            Some(converter) => {
                let parser = converter.parser();
                Ok(converter.convert_rows(keys.map(|k| parser.parse(k)))?)
            }
        }
    }
}

/// The key of a row, empty without key columns.
pub(crate) fn key_of(rows: &Option<Rows>, row: usize) -> &[u8] {
    match rows {
        Some(rows) => rows.row(row).data(),
        None => &[],
    }
}
