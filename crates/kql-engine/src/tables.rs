//! The tables a session has data for.

use crate::files::FilesTable;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::error::Result;
use kql_functions::arrow_type;
use kql_sources::InPlace;
use kql_types::RowSchema;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of one table.
#[derive(Clone, Debug)]
pub struct TableData {
    /// The columns.
    pub schema: RowSchema,
    /// The rows in memory, in engine representation.
    pub batches: Vec<RecordBatch>,
    /// Parquet files whose rows come behind them and stay where they lie.
    pub files: Vec<InPlace>,
}

impl TableData {
    /// A table in memory.
    pub fn new(schema: RowSchema, batches: Vec<RecordBatch>) -> Self {
        TableData { schema, batches, files: Vec::new() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        let files = self.files.iter().map(|file| usize::try_from(file.rows).unwrap_or(usize::MAX));
        self.batches.iter().map(RecordBatch::num_rows).chain(files).sum()
    }

    /// The table as a provider.
    pub(crate) fn provider(&self, name: &str, threads: usize) -> Result<Arc<dyn TableProvider>> {
        if self.files.is_empty() {
            return provider(&self.schema, &self.batches, threads);
        }
        // Types go with the columns: the reader of the files must know them.
        let fields: Vec<Field> = self.schema.columns.iter().map(kql_sources::field_of).collect();
        let memory = (!self.batches.is_empty()).then(|| mem_table(&self.schema, &self.batches, threads)).transpose()?;
        Ok(Arc::new(FilesTable::new(name, Arc::new(Schema::new(fields)), &self.files, memory)))
    }
}

/// Tables by name, in order of their names.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    tables: BTreeMap<Arc<str>, TableData>,
    newest: Option<i64>,
}

impl Tables {
    /// Adds a table, replacing one of the same name.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, data: TableData) {
        self.tables.insert(name.into(), data);
    }

    /// Adds all tables of another set; the newest event is the newer one.
    pub fn extend(&mut self, other: Tables) {
        self.newest = self.newest.max(other.newest);
        self.tables.extend(other.tables);
    }

    /// Takes a table out.
    pub fn remove(&mut self, name: &str) -> Option<TableData> {
        self.tables.remove(name)
    }

    /// The table of a name.
    pub fn get(&self, name: &str) -> Option<&TableData> {
        self.tables.get(name)
    }

    /// Names in order.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.tables.keys()
    }

    /// Tells the newest event, in ticks: what `--now latest` means.
    pub fn set_newest(&mut self, newest: Option<i64>) {
        self.newest = newest;
    }

    /// The newest event.
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }
}

/// The Arrow schema of a row schema, in engine representation.
pub(crate) fn arrow_schema(schema: &RowSchema) -> SchemaRef {
    let field = |c: &kql_types::Column| Field::new(&*c.name, arrow_type(c.ty), c.ty.has_null());
    Arc::new(Schema::new(schema.columns.iter().map(field).collect::<Vec<_>>()))
}

/// Batches as a provider, spread over as many partitions as threads; no data is copied.
pub(crate) fn provider(schema: &RowSchema, batches: &[RecordBatch], threads: usize) -> Result<Arc<dyn TableProvider>> {
    Ok(Arc::new(mem_table(schema, batches, threads)?))
}

fn mem_table(schema: &RowSchema, batches: &[RecordBatch], threads: usize) -> Result<MemTable> {
    let first = batches.first().map(RecordBatch::schema);
    let arrow = first.unwrap_or_else(|| arrow_schema(schema));
    let each = batches.len().div_ceil(threads.max(1)).max(1);
    let mut spread: Vec<Vec<RecordBatch>> = batches.chunks(each).map(<[RecordBatch]>::to_vec).collect();
    if spread.is_empty() {
        spread.push(Vec::new());
    }
    MemTable::try_new(arrow, spread)
}
