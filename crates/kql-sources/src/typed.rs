//! Batches of files that have a schema of their own: Parquet and Arrow IPC.

use crate::arrow_types::{mapping_of, to_engine};
use crate::column::{ChunkColumn, Guess, convert_typed};
use crate::json::{Entry, Raw};
use crate::records::{FileContext, Shredded, Shredder};
use crate::report::{DecidedBy, Problems, excerpt};
use crate::table::{Chunk, known_schema};
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use kql_catalog::Profile;
use kql_types::RowSchema;
use std::collections::HashSet;
use std::sync::Arc;

/// Where the columns of a file go.
#[derive(Debug)]
pub(crate) struct TypedFile<'a> {
    file: &'a FileContext,
    table: Arc<str>,
    by: DecidedBy,
    known: Option<&'static RowSchema>,
    rows_before: usize,
    problems: Problems,
}

impl<'a> TypedFile<'a> {
    /// Decides the table by what the user gave, the file's name or its columns.
    pub(crate) fn new(file: &'a FileContext, schema: &Schema, profile: Profile) -> Self {
        let columns: Vec<_> = (schema.fields().iter())
            .map(|field| Entry { key: field.name(), escaped: false, value: Raw::Bool(true) })
            .collect();
        let (table, by) = match (&file.given, &file.named) {
            (Some(given), _) => (Arc::clone(given), DecidedBy::Given),
            (None, Some(named)) => (Arc::clone(named), DecidedBy::FileName),
            (None, None) => match Shredder::new(profile).fitting_table(&columns) {
                Some(table) => (table, DecidedBy::Columns),
                None => (Arc::clone(&file.fallback), DecidedBy::FileName),
            },
        };
        let known = known_schema(profile, &table);
        TypedFile { file, table, by, known, rows_before: 0, problems: Problems::default() }
    }

    /// The rows of a batch.
    pub(crate) fn rows(&mut self, batch: &RecordBatch) -> Result<Shredded, ArrowError> {
        let mut columns = Vec::new();
        let mut names = HashSet::new();
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            if !names.insert(name) {
                let message = || format!("two columns are called {name}; the first is kept");
                self.problems.add(("heading", name), &self.file.path, 0, message);
                continue;
            }
            let (table, path, first, problems) = (&self.table, &self.file.path, self.rows_before, &mut self.problems);
            let ty = mapping_of(field).ty;
            let array = to_engine(array, field, |row| {
                problems.add((&**table, name), path, 0, || {
                    format!("{table}: the value of {name} in row {} is no {ty}, null instead", first + row + 1)
                });
            })?;
            let column = match self.known.and_then(|schema| schema.column(name)) {
                None => ChunkColumn { array, ty, guess: Some(Guess::declared(ty)) },
                Some(published) => {
                    let array = convert_typed(&array, ty, published.ty, |row, text| {
                        problems.add((&**table, name), path, 0, || {
                            let (ty, text) = (published.ty, excerpt(text));
                            format!(
                                "{table}: the value of {name} in row {} is no {ty}, null instead: {text}",
                                first + row + 1
                            )
                        });
                    });
                    ChunkColumn { array, ty: published.ty, guess: None }
                }
            };
            columns.push((Arc::from(name), column));
        }
        self.rows_before += batch.num_rows();
        let rows = batch.num_rows();
        Ok(Shredded {
            chunks: vec![(Arc::clone(&self.table), Chunk { rows, columns })],
            records: rows as u64,
            tables: [((Arc::clone(&self.table), self.by), rows as u64)].into(),
            problems: std::mem::take(&mut self.problems),
            in_place: Vec::new(),
        })
    }

    /// The table the rows go to, and how that was decided.
    pub(crate) fn table(&self) -> (Arc<str>, DecidedBy) {
        (Arc::clone(&self.table), self.by)
    }

    /// The published schema of the table.
    pub(crate) fn known(&self) -> Option<&'static RowSchema> {
        self.known
    }
}
