//! Records of one table from text in memory: what a program made itself, a stretch at a time.

use crate::assemble::{LoadedTable, assemble};
use crate::error::LoadError;
use crate::records::{FileContext, Shredder};
use kql_catalog::Profile;
use std::path::Path;

/// Reads JSON lines of one table as [`crate::load`] does: the same columns, the same values.
#[derive(Debug)]
pub struct TableReader {
    name: String,
    profile: Profile,
    context: FileContext,
    shredder: Shredder,
}

impl TableReader {
    /// A reader of records of `table`, whatever they say themselves.
    pub fn new(table: &str, profile: Profile) -> Self {
        let context = FileContext::new(Path::new(table), Some(table));
        TableReader { name: table.to_owned(), profile, context, shredder: Shredder::new(profile) }
    }

    /// The rows of whole lines, under the columns of the table. `first_line` is the number of the first line, for messages.
    ///
    /// # Errors
    /// When a record cannot be read or a value has no place in its column: nothing is left out or made null in silence.
    pub fn read(&mut self, lines: &str, first_line: u64) -> Result<LoadedTable, LoadError> {
        self.shredder.lines(&self.context, lines, first_line);
        let read = self.shredder.finish();
        if let Some((_, problem)) = read.problems.list.into_iter().next() {
            return Err(LoadError::format(&self.name, format!("line {}: {}", problem.line, problem.message)));
        }
        assemble(&self.name, self.profile, read.chunks.into_iter().map(|(_, chunk)| chunk).collect())
    }
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
    fn nothing_is_left_out_in_silence() {
        let mut reader = TableReader::new("DeviceEvents", Profile::default());
        assert!(reader.read("{\"DeviceName\":", 1).is_err());
        let error = reader.read("{\"Timestamp\":\"2026-11-20\",\"ReportId\":\"x\"}", 9).expect_err("no long");
        assert!(error.to_string().contains("line 9"), "{error}");
    }
}
