//! Results to text and files: one file per format, and charts.
//!
//! A [`ResultTable`] borrows what a query gave: Kusto column types and Arrow batches in the engine's representation. Each
//! format writes it to any [`std::io::Write`], batch by batch, without collecting rows. Values look as the v1 REST
//! protocol has them in JSON, and as Kusto's `tostring` has them in text formats. This crate knows no query, no session,
//! no terminal: width and colours are given to it.

mod arrow_ipc;
mod cell;
pub mod chart;
mod csv;
mod error;
mod format;
mod json;
mod markdown;
mod ndjson;
mod parquet;
mod portable;
mod records;
mod table;
mod theme;
mod visualization;

pub use cell::Cells;
pub use error::RenderError;
pub use format::{Format, Options, write};
pub use parquet::{FinishedGroup, Groups, ParquetFile, ROW_GROUP, RowGroup};
pub use theme::{SERIES, Theme};
pub use visualization::visualization_json;

use arrow::record_batch::RecordBatch;
use kql_bind::bound::Render;
use kql_types::RowSchema;

/// One result of a query.
#[derive(Clone, Copy, Debug)]
pub struct ResultTable<'a> {
    /// `PrimaryResult`, or the name `as` or `fork` gave.
    pub name: &'a str,
    /// Names and Kusto types of the columns.
    pub schema: &'a RowSchema,
    /// The rows, with exactly these columns.
    pub batches: &'a [RecordBatch],
    /// The trailing `render`.
    pub render: Option<&'a Render>,
}

impl ResultTable<'_> {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}
