//! Takes records apart into the columns of their tables.

use super::{answer, by_columns, is_table_name, stream};
use crate::json::{Entry, Raw, Scanner, SyntaxError};
use crate::report::{DecidedBy, Problems, excerpt};
use crate::table::{BadValue, Chunk, TableBuilder, Why, is_empty};
use kql_catalog::Profile;
use kql_types::ScalarType;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// What is known of a record's file.
#[derive(Clone, Debug)]
pub(crate) struct FileContext {
    /// The path, as messages give it.
    pub(crate) path: Arc<Path>,
    /// The table the user gave.
    pub(crate) given: Option<Arc<str>>,
    /// The known table the path names.
    pub(crate) named: Option<Arc<str>>,
    /// The table of records nothing else decides on.
    pub(crate) fallback: Arc<str>,
}

impl FileContext {
    /// What a path tells; `given` is the table the user gave.
    pub(crate) fn new(path: &Path, given: Option<&str>) -> Self {
        let (named, fallback) = crate::folder::tables_of_path(path);
        FileContext { path: path.into(), given: given.map(Arc::from), named, fallback }
    }
}

/// What came out of one stretch of a file.
#[derive(Debug, Default)]
pub(crate) struct Shredded {
    pub(crate) chunks: Vec<(Arc<str>, Chunk)>,
    pub(crate) records: u64,
    pub(crate) tables: BTreeMap<(Arc<str>, DecidedBy), u64>,
    pub(crate) problems: Problems,
    /// Files of tables that stay where they lie; their chunks have columns and no rows.
    pub(crate) in_place: Vec<(Arc<str>, crate::InPlace)>,
}

/// Reads records into tables; one for each worker.
#[derive(Debug)]
pub(crate) struct Shredder {
    profile: Profile,
    tables: Vec<TableBuilder>,
    by_name: HashMap<Arc<str>, usize>,
    fits: by_columns::Cache,
    counts: Vec<(usize, DecidedBy, u64)>,
    out: Shredded,
}

/// A record may hold records (`{"records":[…]}`) that hold records; no more than that.
const MAX_WRAPPERS: usize = 3;

impl Shredder {
    pub(crate) fn new(profile: Profile) -> Self {
        Shredder {
            profile,
            tables: Vec::new(),
            by_name: HashMap::new(),
            fits: by_columns::Cache::default(),
            counts: Vec::new(),
            out: Shredded::default(),
        }
    }

    /// Reads text with one JSON value a line. A line that is no JSON is reported, the others are read.
    pub(crate) fn lines(&mut self, file: &FileContext, text: &str, first_line: u64) {
        let mut entries = Vec::new();
        let mut line = first_line;
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let content = &rest[..end];
            let mut scanner = Scanner::new(content);
            while !scanner.at_end_of_records() {
                if let Err(error) = self.value(file, &mut scanner, &mut entries, line, 0) {
                    self.syntax_error(file, line, error, content, "left out");
                    break;
                }
            }
            rest = rest.get(end + 1..).unwrap_or("");
            line += 1;
        }
    }

    /// Reads JSON values parted by white space or commas. After one that is no JSON the rest is given up, and said to be.
    pub(crate) fn values(&mut self, file: &FileContext, text: &str, first_line: u64) {
        let mut entries = Vec::new();
        let mut scanner = Scanner::new(text);
        let (mut line, mut counted) = (first_line, 0);
        while !scanner.at_end_of_records() {
            let start = scanner.position();
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count() as u64;
            counted = start;
            if let Err(error) = self.value(file, &mut scanner, &mut entries, line, 0) {
                self.syntax_error(file, line, error, &text[start..], "left out with what follows");
                return;
            }
        }
    }

    /// Everything since the last call.
    pub(crate) fn finish(&mut self) -> Shredded {
        let mut out = std::mem::take(&mut self.out);
        for (index, by, count) in self.counts.drain(..) {
            *out.tables.entry((Arc::clone(self.tables[index].name()), by)).or_default() += count;
            out.records += count;
        }
        for table in &mut self.tables {
            if table.rows() > 0 {
                out.chunks.push((Arc::clone(table.name()), table.finish()));
            }
        }
        out
    }

    fn syntax_error(&mut self, file: &FileContext, line: u64, error: SyntaxError, text: &str, done: &str) {
        self.out.problems.add("syntax", &file.path, line, || format!("not JSON, {done}: {error}: {}", excerpt(text)));
    }

    fn value<'a>(
        &mut self,
        file: &FileContext,
        scanner: &mut Scanner<'a>,
        entries: &mut Vec<Entry<'a>>,
        line: u64,
        wrappers: usize,
    ) -> Result<(), SyntaxError> {
        match scanner.peek_kind() {
            Some(b'{') => {
                let start = scanner.position();
                scanner.object(entries)?;
                if let Err(error) = self.record(file, entries, line, wrappers) {
                    self.syntax_error(file, line, error, scanner.text_from(start), "left out");
                }
                Ok(())
            }
            Some(b'[') if wrappers < MAX_WRAPPERS => {
                let Raw::Nested(array) = scanner.value()? else { return Ok(()) };
                self.items(file, array, line, wrappers + 1)
            }
            _ => {
                let start = scanner.position();
                scanner.value()?;
                let text = scanner.text_from(start);
                self.out.problems.add("no record", &file.path, line, || {
                    format!("not an object, so no record; left out: {}", excerpt(text))
                });
                Ok(())
            }
        }
    }

    /// Reads the items of an array as records.
    pub(super) fn items(
        &mut self,
        file: &FileContext,
        array: &str,
        line: u64,
        wrappers: usize,
    ) -> Result<(), SyntaxError> {
        let mut entries = Vec::new();
        let mut scanner = Scanner::new(array);
        scanner.enter();
        loop {
            if scanner.at_end_of_records() || scanner.peek_kind() == Some(b']') {
                return Ok(());
            }
            self.value(file, &mut scanner, &mut entries, line, wrappers)?;
        }
    }

    fn record(
        &mut self,
        file: &FileContext,
        entries: &[Entry<'_>],
        line: u64,
        wrappers: usize,
    ) -> Result<(), SyntaxError> {
        let marks = Marks::of(entries);
        if let (Some(category), Some(properties)) = (marks.category, marks.properties)
            && let Some(table) = stream::table_of(category)
        {
            return stream::record(self, file, entries, table, properties, line);
        }
        if wrappers < MAX_WRAPPERS {
            if let Some(records) = marks.records {
                return self.items(file, records, line, wrappers + 1);
            }
            if marks.answer && answer::read(self, file, entries, line, wrappers + 1)? {
                return Ok(());
            }
        }
        self.flat(file, entries, &marks, line);
        Ok(())
    }

    /// A record whose keys are columns.
    fn flat(&mut self, file: &FileContext, entries: &[Entry<'_>], marks: &Marks<'_>, line: u64) {
        let (index, by) = if let Some(table) = &file.given {
            (self.table(table), DecidedBy::Given)
        } else if let Some(table) = marks.type_of_log_analytics() {
            (self.table(table), DecidedBy::Type)
        } else if let Some(table) = &file.named {
            (self.table(table), DecidedBy::FileName)
        } else if let Some(table) = self.fits.table_of(entries, marks.time_column(), marks.action_type) {
            (self.table(&table), DecidedBy::Columns)
        } else {
            (self.table(&file.fallback), DecidedBy::FileName)
        };
        self.row(file, index, by, entries, line);
        self.end_row(index);
    }

    /// Starts a row with these values. [`Shredder::end_row`] ends it.
    pub(super) fn row(&mut self, file: &FileContext, index: usize, by: DecidedBy, entries: &[Entry<'_>], line: u64) {
        self.count(index, by);
        let (table, problems) = self.table_and_problems(index);
        let name = Arc::clone(table.name());
        for entry in entries {
            table.append(entry, |bad| report_bad_value(problems, file, line, &name, &bad, entry.value));
        }
    }

    /// Counts a row of a table.
    pub(crate) fn count(&mut self, index: usize, by: DecidedBy) {
        self.count_rows(index, by, 1);
    }

    /// Counts rows of a table.
    pub(crate) fn count_rows(&mut self, index: usize, by: DecidedBy, rows: u64) {
        match self.counts.iter_mut().find(|(i, b, _)| (*i, *b) == (index, by)) {
            Some((_, _, count)) => *count += rows,
            None => self.counts.push((index, by, rows)),
        }
    }

    /// Reports a problem.
    pub(crate) fn problem(&mut self, kind: &str, file: &FileContext, line: u64, message: impl FnOnce() -> String) {
        self.out.problems.add(kind, &file.path, line, message);
    }

    /// A table, and where its problems go.
    pub(crate) fn table_and_problems(&mut self, index: usize) -> (&mut TableBuilder, &mut Problems) {
        (&mut self.tables[index], &mut self.out.problems)
    }

    /// The table whose published columns these are, if it is one only.
    pub(crate) fn fitting_table(&mut self, columns: &[Entry<'_>]) -> Option<Arc<str>> {
        let marks = Marks::of(columns);
        self.fits.table_of(columns, marks.time_column(), None)
    }

    /// The table a row goes to.
    pub(crate) fn table_mut(&mut self, index: usize) -> &mut TableBuilder {
        &mut self.tables[index]
    }

    pub(super) fn end_row(&mut self, index: usize) {
        self.tables[index].end_row();
    }

    /// The index of a table, which is made if it is new.
    pub(crate) fn table(&mut self, name: &str) -> usize {
        if let Some(index) = self.by_name.get(name) {
            return *index;
        }
        let name: Arc<str> = name.into();
        self.tables.push(TableBuilder::new(Arc::clone(&name), self.profile));
        self.by_name.insert(name, self.tables.len() - 1);
        self.tables.len() - 1
    }
}

/// Reports a value that is not in its column as it was in the record.
pub(crate) fn report_bad_value(
    problems: &mut Problems,
    file: &FileContext,
    line: u64,
    table: &str,
    bad: &BadValue<'_>,
    value: Raw<'_>,
) {
    let column = bad.column;
    problems.add((table, column, bad.why as u8), &file.path, line, || match (bad.why, bad.ty) {
        (Why::Twice, _) => format!("{table}: the key {column} occurs twice; the first value is kept"),
        (Why::Misfit, Some(ty @ (ScalarType::Dynamic | ScalarType::String))) => {
            format!("{table}: the value of {column} ({ty}) is not JSON, kept as text: {}", excerpt(text_of(value)))
        }
        (Why::Misfit, None) => {
            format!("{table}: the value of {column} is not JSON, kept as text: {}", excerpt(text_of(value)))
        }
        (Why::Misfit, Some(ty)) => {
            format!("{table}: the value of {column} is no {ty}, null instead: {}", excerpt(text_of(value)))
        }
    });
}

fn text_of(value: Raw<'_>) -> &str {
    match value {
        Raw::Null => "null",
        Raw::Bool(true) => "true",
        Raw::Bool(false) => "false",
        Raw::Number(text) | Raw::Nested(text) | Raw::String { text, .. } => text,
    }
}

/// The entries that tell the kind of a record.
#[derive(Debug, Default)]
pub(super) struct Marks<'a> {
    /// `Type`, as Log Analytics has it.
    ty: Option<&'a str>,
    category: Option<&'a str>,
    properties: Option<&'a str>,
    records: Option<&'a str>,
    action_type: Option<&'a str>,
    timestamp: bool,
    time_generated: bool,
    /// Has a key that answers of query APIs have.
    answer: bool,
}

/// The time column of a flat record, which tells whose record it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TimeColumn {
    /// `Timestamp` only: Defender.
    Timestamp,
    /// `TimeGenerated`, with or without `Timestamp`: Log Analytics.
    TimeGenerated,
    /// Neither.
    None,
}

impl<'a> Marks<'a> {
    fn of(entries: &[Entry<'a>]) -> Self {
        let mut marks = Marks::default();
        for entry in entries {
            match (entry.key, entry.value) {
                ("Type", Raw::String { text, escaped: false }) => marks.ty = Some(text),
                ("category", Raw::String { text, escaped: false }) => marks.category = Some(text),
                ("properties", Raw::Nested(text)) => marks.properties = Some(text),
                ("records", Raw::Nested(text)) if text.starts_with('[') => marks.records = Some(text),
                ("ActionType", Raw::String { text, escaped: false }) => marks.action_type = Some(text),
                ("Timestamp", value) => marks.timestamp = !is_empty(value),
                ("TimeGenerated", value) => marks.time_generated = !is_empty(value),
                ("tables" | "Tables" | "Results" | "results", Raw::Nested(text)) => {
                    marks.answer |= text.starts_with('[')
                }
                _ => {}
            }
        }
        marks
    }

    /// The table a record of Log Analytics names. Other records have a key `Type` too, so the name must be a known table's,
    /// or the record must have `TimeGenerated`, which all records of Log Analytics have.
    fn type_of_log_analytics(&self) -> Option<&'a str> {
        let name = self.ty.filter(|ty| is_table_name(ty))?;
        (self.time_generated || kql_catalog::table(Profile::All, name).is_some()).then_some(name)
    }

    fn time_column(&self) -> TimeColumn {
        match (self.time_generated, self.timestamp) {
            (true, _) => TimeColumn::TimeGenerated,
            (false, true) => TimeColumn::Timestamp,
            (false, false) => TimeColumn::None,
        }
    }
}
