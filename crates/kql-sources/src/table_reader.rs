//! Records of one table from text in memory: what a program made itself, a stretch at a time.

use crate::arrow_types::field_of;
use crate::assemble::{LoadedTable, assemble};
use crate::column::missing;
use crate::error::LoadError;
use crate::records::{FileContext, Shredder};
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use kql_catalog::Profile;
use kql_types::RowSchema;
use std::path::Path;
use std::sync::Arc;

/// Reads JSON lines of one table as [`crate::load`] does: the same columns, the same values.
#[derive(Debug)]
pub struct TableReader {
    name: String,
    profile: Profile,
    context: FileContext,
    shredder: Shredder,
    columns: Option<RowSchema>,
}

impl TableReader {
    /// A reader of records of `table`, whatever they say themselves.
    pub fn new(table: &str, profile: Profile) -> Self {
        let context = FileContext::new(Path::new(table), Some(table));
        TableReader { name: table.to_owned(), profile, context, shredder: Shredder::new(profile), columns: None }
    }

    /// Reads under these columns only, for rows that all go to one file: the [`LoadedTable::schema`] of other lines.
    #[must_use]
    pub fn with_columns(mut self, columns: RowSchema) -> Self {
        let table = self.shredder.table(&self.name);
        for column in columns.columns.iter() {
            if !self.shredder.table_mut(table).has_known_column(&column.name) {
                self.shredder.table_mut(table).declare(&column.name, column.ty);
            }
        }
        self.columns = Some(columns);
        self
    }

    /// The rows of whole lines: the published columns of the table, then those only these lines have, or those of
    /// [`TableReader::with_columns`]. `first_line` is the number of the first line, for messages.
    ///
    /// # Errors
    /// When a record cannot be read, or a value has no place in its column, or there is no column for it: nothing is left out
    /// or made null in silence.
    pub fn read(&mut self, lines: &str, first_line: u64) -> Result<LoadedTable, LoadError> {
        self.shredder.lines(&self.context, lines, first_line);
        let read = self.shredder.finish();
        if let Some((_, problem)) = read.problems.list.into_iter().next() {
            return Err(LoadError::format(&self.name, format!("line {}: {}", problem.line, problem.message)));
        }
        let table = assemble(&self.name, self.profile, read.chunks.into_iter().map(|(_, chunk)| chunk).collect())?;
        match &self.columns {
            Some(columns) if *columns != table.schema => under(table, columns),
            _ => Ok(table),
        }
        .map_err(|reason| LoadError::format(&self.name, reason))
    }
}

/// A table under columns of which it may lack some.
fn under(mut table: LoadedTable, columns: &RowSchema) -> Result<LoadedTable, String> {
    let beyond = table.schema.columns.iter().find(|own| columns.column(&own.name).is_none_or(|c| c.ty != own.ty));
    if let Some(own) = beyond {
        return Err(format!("the lines have a column {} ({}) that the others have not", own.name, own.ty));
    }
    let schema = Arc::new(Schema::new(columns.columns.iter().map(field_of).collect::<Vec<_>>()));
    let batches = table.batches.iter().map(|batch| {
        let arrays = columns.columns.iter().map(|column| match table.schema.index_of(&column.name) {
            Some(at) => Arc::clone(batch.column(at)),
            None => missing(column.ty, batch.num_rows()),
        });
        RecordBatch::try_new(Arc::clone(&schema), arrays.collect()).map_err(|e| e.to_string())
    });
    table.batches = batches.collect::<Result<_, _>>()?;
    table.arrow_schema = schema;
    table.schema = columns.clone();
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, LoadOptions, load};

    const LINES: &str = r#"{"time":"2026-11-20T10:00:47Z","tenantId":"t","category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-11-20T10:00:00Z","DeviceName":"a","ReportId":7,"AdditionalFields":"{\"a\":1}"}}
{"time":"2026-11-20T10:01:47Z","tenantId":"t","category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-11-20T10:01:00Z","DeviceName":"b"}}
"#;

    #[test]
    fn rows_are_those_of_a_file() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("events.json");
        std::fs::write(&path, LINES).expect("write");
        let loaded = load(&[Input::path(&path)], &LoadOptions::default()).expect("loads");
        let mut reader = TableReader::new("DeviceEvents", Profile::default());
        for _ in 0..2 {
            let table = reader.read(LINES, 1).expect("reads");
            assert_eq!(table.arrow_schema, loaded.tables["DeviceEvents"].arrow_schema);
            assert_eq!(table.batches, loaded.tables["DeviceEvents"].batches);
        }
    }

    #[test]
    fn columns_of_other_lines() {
        let read = |reader: TableReader, text: &str| {
            let mut reader = reader;
            reader.read(text, 1)
        };
        let new = || TableReader::new("DeviceEvents", Profile::default());
        let first = read(new(), r#"{"Timestamp":"2026-11-20","Extra":"1","Other":"x"}"#).expect("reads");
        assert_eq!(first.schema.column("Extra").map(|c| c.ty), Some(kql_types::ScalarType::String));
        let later = |text| read(new().with_columns(first.schema.clone()), text);
        let both = later(r#"{"Timestamp":"2026-11-20","Other":"y"}"#).expect("reads");
        assert_eq!(both.arrow_schema, first.arrow_schema);
        assert_eq!(both.batches[0].schema(), first.arrow_schema);
        assert!(later(r#"{"Timestamp":"2026-11-20","Third":"y"}"#).is_err());
    }

    #[test]
    fn nothing_is_left_out_in_silence() {
        let mut reader = TableReader::new("DeviceEvents", Profile::default());
        assert!(reader.read("{\"DeviceName\":", 1).is_err());
        let error = reader.read("{\"Timestamp\":\"2026-11-20\",\"ReportId\":\"x\"}", 9).expect_err("no long");
        assert!(error.to_string().contains("line 9"), "{error}");
    }
}
