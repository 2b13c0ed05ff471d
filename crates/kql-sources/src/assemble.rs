//! Chunks of a table, read side by side, put together: one schema, whole batches.

use crate::arrow_types::field_of;
use crate::column::{ChunkColumn, Guess, convert_guessed, missing};
use crate::error::LoadError;
use crate::table::{Chunk, known_schema};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray, StringViewBuilder};
use arrow::compute::concat;
use arrow::datatypes::{Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
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
    /// The number of rows, those of [`LoadedTable::files`] too.
    pub rows: usize,
    /// Parquet files whose rows come behind the batches and stay where they lie ([`crate::LoadOptions::in_place`]).
    pub files: Vec<crate::InPlace>,
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
    let mut small: Vec<Chunk> = Vec::new();
    let failed = |error: ArrowError| LoadError::format(name, error.to_string());
    for chunk in chunks {
        small.push(chunk);
        if small.iter().map(|chunk| chunk.rows).sum::<usize>() >= BATCH {
            batches.push(batch(&planned, &arrow_schema, std::mem::take(&mut small)).map_err(failed)?);
        }
    }
    if small.iter().any(|chunk| chunk.rows > 0) {
        batches.push(batch(&planned, &arrow_schema, small).map_err(failed)?);
    }
    Ok(LoadedTable {
        schema: RowSchema::new(columns),
        known: known.is_some(),
        arrow_schema,
        batches,
        rows,
        files: Vec::new(),
    })
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

/// One batch of several chunks.
fn batch(planned: &[Planned], schema: &SchemaRef, chunks: Vec<Chunk>) -> Result<RecordBatch, ArrowError> {
    let rows: usize = chunks.iter().map(|chunk| chunk.rows).sum();
    let mut parts: Vec<(usize, HashMap<Arc<str>, ChunkColumn>)> =
        chunks.into_iter().map(|chunk| (chunk.rows, chunk.columns.into_iter().collect())).collect();
    let read = planned.iter().map(|p| merged(&mut parts, &p.column)).collect::<Result<Vec<_>, _>>()?;
    // Most columns of a wide table have no value in a batch: those of a type share one array.
    let mut empty: HashMap<ScalarType, ArrayRef> = HashMap::new();
    let columns = planned.iter().zip(&read).map(|(p, own)| {
        let own = own.clone();
        let array = match (p.stand_in.and_then(|other| read[other].clone()), &p.constant) {
            (Some(other), _) => coalesce(own, other),
            (None, Some(constant)) => filled(own, constant, rows),
            (None, None) => own
                .unwrap_or_else(|| Arc::clone(empty.entry(p.column.ty).or_insert_with(|| missing(p.column.ty, rows)))),
        };
        if p.column.ty == ScalarType::String && array.nulls().is_some() { without_null_buffer(&array) } else { array }
    });
    let columns = columns.collect();
    RecordBatch::try_new(Arc::clone(schema), columns)
}

/// A column of all chunks, if any has it.
fn merged(
    parts: &mut [(usize, HashMap<Arc<str>, ChunkColumn>)],
    column: &Column,
) -> Result<Option<ArrayRef>, ArrowError> {
    if !parts.iter().any(|(_, columns)| columns.contains_key(&column.name)) {
        return Ok(None);
    }
    let arrays: Vec<ArrayRef> = (parts.iter_mut())
        .map(|(rows, columns)| match columns.remove(&column.name) {
            Some(part) => convert_guessed(&part, column.ty),
            None => missing(column.ty, *rows),
        })
        .collect();
    match &arrays[..] {
        [only] => Ok(Some(Arc::clone(only))),
        several => Ok(Some(concat(&several.iter().map(|array| array.as_ref()).collect::<Vec<_>>())?)),
    }
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
