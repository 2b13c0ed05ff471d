//! Chunks of a table, read side by side, put together: one schema, whole batches.

use crate::arrow_types::field_of;
use crate::column::{ChunkColumn, Guess, convert_guessed, missing};
use crate::error::LoadError;
use crate::table::{Chunk, known_schema};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray, StringViewBuilder};
use arrow::compute::concat_batches;
use arrow::datatypes::{Int64Type, Schema, SchemaRef};
use kql_catalog::{Profile, TIME_COLUMNS};
use kql_types::{Column, RowSchema, ScalarType};
use std::collections::HashMap;
use std::sync::Arc;

/// Rows a batch should have at least: many small batches cost a query more than a copy here.
const BATCH: usize = 1 << 14;

/// A table with its data.
#[derive(Clone, Debug)]
pub struct LoadedTable {
    /// The columns: of a known table the published ones (with both time columns), then those only the data has, in the order
    /// in which they were met; of an unknown table all in that order.
    pub schema: RowSchema,
    /// Whether the catalogue has a schema of this table.
    pub known: bool,
    /// The schema of [`LoadedTable::batches`]: the engine's representation, types marked with [`crate::KQL_TYPE`].
    pub arrow_schema: SchemaRef,
    /// The rows in the order of files and lines.
    pub batches: Vec<RecordBatch>,
    /// The number of rows.
    pub rows: usize,
}

/// A column of the table being put together.
struct Planned {
    column: Column,
    /// Taken from another column where this one has nothing.
    stand_in: Option<usize>,
    /// The value of all rows that have none.
    constant: Option<Arc<str>>,
}

/// Puts a table together. Chunks are taken in order.
pub(crate) fn assemble(name: &str, profile: Profile, chunks: Vec<Chunk>) -> Result<LoadedTable, LoadError> {
    let known = known_schema(profile, name);
    let planned = plan(name, known, &chunks);
    let columns: Vec<Column> = planned.iter().map(|p| p.column.clone()).collect();
    let arrow_schema = Arc::new(Schema::new(columns.iter().map(field_of).collect::<Vec<_>>()));
    let rows = chunks.iter().map(|chunk| chunk.rows).sum();
    let mut batches = Vec::new();
    let mut small: Vec<RecordBatch> = Vec::new();
    let mut small_rows = 0;
    let failed = |error: arrow::error::ArrowError| LoadError::format(name, error.to_string());
    for chunk in chunks {
        let batch = batch(&planned, &arrow_schema, chunk).map_err(failed)?;
        small_rows += batch.num_rows();
        small.push(batch);
        if small_rows >= BATCH {
            batches.push(merged(&arrow_schema, &mut small).map_err(failed)?);
            small_rows = 0;
        }
    }
    if !small.is_empty() {
        batches.push(merged(&arrow_schema, &mut small).map_err(failed)?);
    }
    Ok(LoadedTable { schema: RowSchema::new(columns), known: known.is_some(), arrow_schema, batches, rows })
}

fn merged(schema: &SchemaRef, small: &mut Vec<RecordBatch>) -> Result<RecordBatch, arrow::error::ArrowError> {
    match (small.pop(), small.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            small.extend(last);
            concat_batches(schema, std::mem::take(small).iter())
        }
    }
}

/// The columns of the table: the published ones, then the others by first appearance in the type all chunks allow.
fn plan(name: &str, known: Option<&'static RowSchema>, chunks: &[Chunk]) -> Vec<Planned> {
    let mut columns: Vec<Column> = known.iter().flat_map(|schema| schema.columns.iter().cloned()).collect();
    let published = columns.len();
    let mut by_name: HashMap<Arc<str>, usize> =
        columns.iter().enumerate().map(|(at, c)| (Arc::clone(&c.name), at)).collect();
    // What is known of each column that is not published: the guess, and the type declared if it is one only.
    let mut guesses: Vec<(Guess, Option<ScalarType>)> = Vec::new();
    for (name, column) in chunks.iter().flat_map(|chunk| &chunk.columns) {
        let at = *by_name.entry(Arc::clone(name)).or_insert_with(|| {
            columns.push(Column::new(Arc::clone(name), ScalarType::String));
            guesses.push((Guess::ANY, Some(column.ty)));
            columns.len() - 1
        });
        if let (Some(slot), Some(guess)) = (at.checked_sub(published), column.guess) {
            let (all, declared) = &mut guesses[slot];
            *all = all.and(guess);
            *declared = declared.filter(|ty| *ty == column.ty);
        }
    }
    for (column, (guess, declared)) in columns[published..].iter_mut().zip(guesses) {
        column.ty = guess.narrowest(declared);
    }
    let time = TIME_COLUMNS.map(|time| columns.iter().position(|c| &*c.name == time && c.ty == ScalarType::Datetime));
    let planned = columns.into_iter().enumerate().map(|(at, column)| {
        let stand_in = match time {
            [Some(a), Some(b)] if known.is_some() && at == a => Some(b),
            [Some(a), Some(b)] if known.is_some() && at == b => Some(a),
            _ => None,
        };
        // Sentinel's column that names the table a row is from.
        let is_type = at < published && &*column.name == "Type" && column.ty == ScalarType::String;
        Planned { column, stand_in, constant: is_type.then(|| name.into()) }
    });
    planned.collect()
}

fn batch(planned: &[Planned], schema: &SchemaRef, chunk: Chunk) -> Result<RecordBatch, arrow::error::ArrowError> {
    let rows = chunk.rows;
    let mut given: HashMap<Arc<str>, ChunkColumn> = chunk.columns.into_iter().collect();
    let read: Vec<Option<ArrayRef>> = (planned.iter())
        .map(|p| given.remove(&p.column.name).map(|column| convert_guessed(&column, p.column.ty)))
        .collect();
    let columns = planned.iter().enumerate().map(|(at, p)| {
        let own = read[at].clone();
        let array = match (p.stand_in.and_then(|other| read[other].clone()), &p.constant) {
            (Some(other), _) => coalesce(own, other),
            (None, Some(constant)) => filled(own, constant, rows),
            (None, None) => own.unwrap_or_else(|| missing(p.column.ty, rows)),
        };
        if p.column.ty == ScalarType::String && array.nulls().is_some() { without_null_buffer(&array) } else { array }
    });
    RecordBatch::try_new(Arc::clone(schema), columns.collect())
}

fn without_null_buffer(array: &ArrayRef) -> ArrayRef {
    Arc::new(crate::column::without_nulls(array.as_string_view()))
}

/// The first column where it has a value, else the other one.
fn coalesce(own: Option<ArrayRef>, other: ArrayRef) -> ArrayRef {
    let Some(own) = own else { return other };
    if own.null_count() == 0 {
        return own;
    }
    let (first, second) = (own.as_primitive::<Int64Type>(), other.as_primitive::<Int64Type>());
    Arc::new(first.iter().zip(second.iter()).map(|(a, b)| a.or(b)).collect::<arrow::array::Int64Array>())
}

/// The column with a constant where it is empty.
fn filled(own: Option<ArrayRef>, constant: &str, rows: usize) -> ArrayRef {
    let mut builder = StringViewBuilder::with_capacity(rows).with_deduplicate_strings();
    match own.as_ref().map(|own| own.as_string_view()) {
        Some(own) if !has_empty(own) => return Arc::new(own.clone()),
        Some(own) => {
            own.iter().for_each(|v| builder.append_value(v.filter(|v| !v.is_empty()).unwrap_or(constant)));
        }
        None => (0..rows).for_each(|_| builder.append_value(constant)),
    }
    Arc::new(builder.finish())
}

fn has_empty(array: &StringViewArray) -> bool {
    array.views().iter().any(|view| *view as u32 == 0)
}
