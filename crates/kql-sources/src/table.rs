//! A table being filled: keys of records to columns.

use crate::column::{Cells, ChunkColumn, ColumnBuilder, Guess, Inferred, Misfit};
use crate::json::{Entry, Raw, unescape};
use kql_catalog::Profile;
use kql_types::{RowSchema, ScalarType};
use std::collections::HashMap;
use std::sync::Arc;

/// A table has at most this many columns beyond its schema, so that hostile data (a new key in each record) cannot make each
/// row cost a null in a million columns. What comes later is kept in [`OVERFLOW`].
pub(crate) const MAX_EXTRA_COLUMNS: usize = 2_000;

/// The column of last resort: a bag of the values whose keys came after [`MAX_EXTRA_COLUMNS`] others.
pub(crate) const OVERFLOW: &str = "_OverflowColumns";

/// Rows of one table, as one worker read them from one stretch of one file.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The number of rows.
    pub(crate) rows: usize,
    /// Columns that had a value, each with [`Chunk::rows`] rows, in the order in which the values came.
    pub(crate) columns: Vec<(Arc<str>, ChunkColumn)>,
}

/// A name for the key of a record: the column it goes to.
#[derive(Debug)]
struct Slot {
    /// The key as written.
    key: Box<str>,
    column: Target,
    /// For `Name_string` and the like: the published column `Name`, see [`base_of_union_name`].
    base: Option<usize>,
    /// The slot of the key that last followed this one: records repeat their order.
    next: usize,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Column(usize),
    Overflow,
}

#[derive(Debug)]
struct BuilderColumn {
    name: Arc<str>,
    builder: ColumnBuilder,
    /// The type comes from the file rather than the catalogue: another file may say otherwise.
    declared: bool,
}

/// Fills the columns of a table.
#[derive(Debug)]
pub(crate) struct TableBuilder {
    name: Arc<str>,
    known: Option<&'static RowSchema>,
    columns: Vec<BuilderColumn>,
    by_name: HashMap<Arc<str>, usize>,
    /// Columns with a value in this chunk, in the order of the first.
    touched: Vec<usize>,
    slots: Vec<Slot>,
    by_key: HashMap<Box<str>, usize>,
    /// The slot of all keys that go to the overflow bag; they are not remembered one by one.
    overflow_slot: Option<usize>,
    last_slot: usize,
    rows: usize,
    /// The overflow bag of the row being read.
    overflow: String,
    scratch: String,
}

/// A value that did not become what its column holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BadValue<'a> {
    pub(crate) column: &'a str,
    pub(crate) ty: Option<ScalarType>,
    pub(crate) why: Why,
}

/// Why a value is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The value is none of the column's type; it is null now.
    Misfit,
    /// The key was there before in the same record; the first value stays.
    Twice,
}

impl TableBuilder {
    /// An empty table. A name the catalogue knows (in `profile`, or else in any) gets its published columns.
    pub(crate) fn new(name: Arc<str>, profile: Profile) -> Self {
        let known = known_schema(profile, &name);
        let mut table = TableBuilder {
            name,
            known,
            columns: Vec::new(),
            by_name: HashMap::new(),
            touched: Vec::new(),
            slots: Vec::new(),
            by_key: HashMap::new(),
            overflow_slot: None,
            last_slot: 0,
            rows: 0,
            overflow: String::new(),
            scratch: String::new(),
        };
        for column in known.iter().flat_map(|schema| schema.columns.iter()) {
            table.add_column(Arc::clone(&column.name), ColumnBuilder::Known(Box::new(Cells::new(column.ty))));
        }
        table
    }

    /// The name.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Rows in the current chunk.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a published schema has a column of this name.
    pub(crate) fn has_known_column(&self, name: &str) -> bool {
        self.known.is_some_and(|schema| schema.column(name).is_some())
    }

    /// Adds a value to the current row. `bad` hears of a value that does not fit.
    #[inline]
    pub(crate) fn append(&mut self, entry: &Entry<'_>, mut bad: impl FnMut(BadValue<'_>)) {
        let slot = self.slot(entry);
        let Slot { column, base, .. } = self.slots[slot];
        match column {
            Target::Column(index) => self.append_to(index, entry.value, &mut bad),
            Target::Overflow => self.append_overflow(entry),
        }
        if let Some(base) = base
            && !is_empty(entry.value)
            && self.columns[base].builder.len() <= self.rows
        {
            self.append_to(base, entry.value, &mut bad);
        }
    }

    /// Adds a value to a column by the column's name.
    pub(crate) fn append_named(&mut self, name: &str, value: Raw<'_>, bad: impl FnMut(BadValue<'_>)) {
        self.append(&Entry { key: name, escaped: false, value }, bad);
    }

    /// Whether the current row has a value, or an explicit null, in this column.
    pub(crate) fn row_has(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|i| self.columns[*i].builder.len() > self.rows)
    }

    /// The index of the column a text format's heading names, for [`TableBuilder::append_cell`].
    pub(crate) fn column_of_heading(&mut self, heading: &str) -> usize {
        match self.by_name.get(heading) {
            Some(index) => *index,
            None => self.add_column(heading.into(), ColumnBuilder::Inferred(Box::new(Inferred::new()))),
        }
    }

    /// Gives a column that no schema knows the type its file declares. Does nothing when the column exists.
    pub(crate) fn declare(&mut self, name: &str, ty: ScalarType) {
        if !self.by_name.contains_key(name) && self.columns.len() < MAX_EXTRA_COLUMNS + self.known_columns() {
            let index = self.add_column(name.into(), ColumnBuilder::Known(Box::new(Cells::new(ty))));
            self.columns[index].declared = true;
        }
    }

    /// Whether a column holds datetimes by its schema.
    pub(crate) fn is_datetime(&self, column: usize) -> bool {
        known_type(&self.columns[column].builder) == Some(ScalarType::Datetime)
    }

    /// Adds a cell of a text format to the current row.
    pub(crate) fn append_cell(&mut self, column: usize, text: &str, mut bad: impl FnMut(BadValue<'_>)) {
        let rows = self.rows;
        self.touch(column);
        let BuilderColumn { name, builder, .. } = &mut self.columns[column];
        builder.pad(rows);
        if builder.append_text(text, &mut self.scratch).is_err() {
            bad(BadValue { column: name, ty: known_type(builder), why: Why::Misfit });
        }
    }

    /// Ends the current row.
    pub(crate) fn end_row(&mut self) {
        if !self.overflow.is_empty() {
            let mut bag = std::mem::take(&mut self.overflow);
            bag.push('}');
            let index = self.column_of_heading(OVERFLOW);
            self.append_to(index, Raw::Nested(&bag), &mut |_| ());
        }
        self.rows += 1;
    }

    /// The rows since the last call; the table is empty afterwards but remembers its keys.
    pub(crate) fn finish(&mut self) -> Chunk {
        let rows = std::mem::take(&mut self.rows);
        let touched = std::mem::take(&mut self.touched);
        let columns = touched.into_iter().map(|index| {
            let BuilderColumn { name, builder, declared } = &mut self.columns[index];
            builder.pad(rows);
            let mut column = builder.finish();
            if *declared {
                column.guess = Some(Guess::declared(column.ty));
            }
            (Arc::clone(name), column)
        });
        Chunk { rows, columns: columns.collect() }
    }

    fn touch(&mut self, column: usize) {
        if self.columns[column].builder.len() == 0 {
            // After leading nulls the length is not zero: each column comes here once a chunk.
            self.touched.push(column);
        }
    }

    fn append_to(&mut self, index: usize, value: Raw<'_>, bad: &mut impl FnMut(BadValue<'_>)) {
        let rows = self.rows;
        self.touch(index);
        let BuilderColumn { name, builder, .. } = &mut self.columns[index];
        let length = builder.len();
        if length < rows {
            builder.pad(rows);
        } else if length > rows {
            bad(BadValue { column: name, ty: known_type(builder), why: Why::Twice });
            return;
        }
        if let Err(Misfit) = builder.append_json(value, &mut self.scratch) {
            bad(BadValue { column: name, ty: known_type(builder), why: Why::Misfit });
        }
    }

    fn append_overflow(&mut self, entry: &Entry<'_>) {
        self.overflow.push(if self.overflow.is_empty() { '{' } else { ',' });
        let mut name = String::new();
        unescape(entry.key, &mut name);
        kql_types::dynamic::write_quoted(&mut self.overflow, &name);
        self.overflow.push(':');
        match entry.value {
            Raw::Null => self.overflow.push_str("null"),
            Raw::Bool(value) => self.overflow.push_str(if value { "true" } else { "false" }),
            Raw::Number(text) | Raw::Nested(text) => self.overflow.push_str(text),
            Raw::String { text, .. } => {
                self.overflow.push('"');
                self.overflow.push_str(text);
                self.overflow.push('"');
            }
        }
    }

    #[inline]
    fn slot(&mut self, entry: &Entry<'_>) -> usize {
        if let Some(last) = self.slots.get(self.last_slot)
            && let Some(expected) = self.slots.get(last.next)
            && *expected.key == *entry.key
        {
            self.last_slot = last.next;
            return self.last_slot;
        }
        let slot = match self.by_key.get(entry.key) {
            Some(slot) => *slot,
            None => self.add_slot(entry),
        };
        if let Some(last) = self.slots.get_mut(self.last_slot) {
            last.next = slot;
        }
        self.last_slot = slot;
        slot
    }

    fn add_slot(&mut self, entry: &Entry<'_>) -> usize {
        let mut unescaped = String::new();
        let name = if entry.escaped {
            unescape(entry.key, &mut unescaped);
            unescaped.as_str()
        } else {
            entry.key
        };
        let column = match self.by_name.get(name) {
            Some(index) => Target::Column(*index),
            None if self.columns.len() >= MAX_EXTRA_COLUMNS + self.known_columns() => return self.overflow_slot(),
            None => {
                let builder = ColumnBuilder::Inferred(Box::new(Inferred::new()));
                Target::Column(self.add_column(name.into(), builder))
            }
        };
        let published = |name: &str| self.known.and_then(|schema| schema.index_of(name));
        let base = if published(name).is_some() { None } else { base_of_union_name(name).and_then(published) };
        let slot = Slot { key: entry.key.into(), column, base, next: usize::MAX };
        self.slots.push(slot);
        self.by_key.insert(entry.key.into(), self.slots.len() - 1);
        self.slots.len() - 1
    }

    fn overflow_slot(&mut self) -> usize {
        let slots = &mut self.slots;
        *self.overflow_slot.get_or_insert_with(|| {
            // No key has a quote that is not escaped, so no record is mistaken for having this one.
            slots.push(Slot { key: "\"".into(), column: Target::Overflow, base: None, next: usize::MAX });
            slots.len() - 1
        })
    }

    fn known_columns(&self) -> usize {
        self.known.map_or(0, |schema| schema.columns.len())
    }

    fn add_column(&mut self, name: Arc<str>, builder: ColumnBuilder) -> usize {
        self.by_name.insert(Arc::clone(&name), self.columns.len());
        self.columns.push(BuilderColumn { name, builder, declared: false });
        self.columns.len() - 1
    }
}

/// The schema data of this table is read with: the profile's, or the one of the service that has the table.
pub(crate) fn known_schema(profile: Profile, name: &str) -> Option<&'static RowSchema> {
    kql_catalog::run_schema(profile, name).or_else(|| kql_catalog::run_schema(Profile::All, name))
}

/// `Name` of `Name_string`: a union of tables whose columns differ in type names them so
/// (<https://learn.microsoft.com/kusto/query/union-operator>), and results of such unions are saved as captures.
pub(crate) fn base_of_union_name(name: &str) -> Option<&str> {
    let (base, suffix) = name.rsplit_once('_')?;
    ScalarType::ALL.iter().any(|ty| ty.name() == suffix).then_some(base)
}

fn known_type(builder: &ColumnBuilder) -> Option<ScalarType> {
    match builder {
        ColumnBuilder::Known(cells) => Some(cells.ty()),
        ColumnBuilder::Inferred(_) => None,
    }
}

/// Null or `""`: what exporters write where nothing is.
pub(crate) fn is_empty(value: Raw<'_>) -> bool {
    matches!(value, Raw::Null | Raw::String { text: "", .. })
}
