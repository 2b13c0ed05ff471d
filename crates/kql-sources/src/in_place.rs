//! Parquet files that stay where they lie: a query reads the columns and row groups it needs.
//!
//! Nobody looks at the values when such a file is loaded, so a file is taken only when every value is sure to have a place in
//! its column: published columns have their published type (or a narrower one), and both time columns are complete. All others
//! are read whole, and what does not fit is reported.

use crate::arrow_types::{mapping_of, to_engine};
use crate::column::{ChunkColumn, Guess, convert_guessed};
use crate::records::{FileContext, Shredded};
use crate::typed::TypedFile;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use kql_catalog::{Profile, TIME_COLUMNS};
use kql_types::{RowSchema, ScalarType};
use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// A Parquet file of a table.
#[derive(Clone, Debug)]
pub struct InPlace {
    /// Where it lies: an absolute path.
    pub path: PathBuf,
    /// Its bytes on disk.
    pub size: u64,
    /// Its rows.
    pub rows: u64,
    /// Its columns, as the file has them.
    pub schema: SchemaRef,
    /// The greatest `Timestamp` or `TimeGenerated`, in ticks.
    pub newest: Option<i64>,
}

/// A column of a file in the type its table's column got.
///
/// # Errors
/// When a value has no place in the type: a timestamp beyond the years of a datetime, say.
pub fn scanned_column(array: &ArrayRef, field: &Field, ty: ScalarType) -> Result<ArrayRef, ArrowError> {
    let mut misfit = None;
    let natural = mapping_of(field).ty;
    let array = to_engine(array, field, |row| misfit = misfit.or(Some(row)))?;
    if let Some(row) = misfit {
        let message = format!("a value of column {} is no {natural} (row {} of a batch)", field.name(), row + 1);
        return Err(ArrowError::CastError(message));
    }
    Ok(convert_guessed(&ChunkColumn { array, ty: natural, guess: Some(Guess::declared(natural)) }, ty))
}

/// Describes a file; `None` when it must be read whole.
pub(crate) fn describe(file: File, context: &FileContext, profile: Profile) -> Option<Shredded> {
    let size = file.metadata().ok()?.len();
    let path = std::path::absolute(&*context.path).ok()?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let schema = Arc::clone(builder.schema());
    let mut typed = TypedFile::new(context, &schema, profile);
    if !fits(&schema, typed.known()) {
        return None;
    }
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok()?;
    let mut newest = None;
    for name in TIME_COLUMNS.into_iter().filter(|name| schema.field_with_name(name).is_ok()) {
        let times = Times::of(&builder, &schema, name)?;
        if times.nulls > 0 && typed.known().is_some() {
            return None;
        }
        newest = newest.max(times.newest);
    }
    let (table, by) = typed.table();
    let mut described = typed.rows(&RecordBatch::new_empty(Arc::clone(&schema))).ok()?;
    described.records = rows;
    described.tables = [((Arc::clone(&table), by), rows)].into();
    described.in_place.push((table, InPlace { path, size, rows, schema, newest }));
    Some(described)
}

/// Whether each value is sure to fit its column.
fn fits(schema: &Schema, known: Option<&RowSchema>) -> bool {
    let mut names = HashSet::new();
    schema.fields().iter().all(|field| {
        let ty = mapping_of(field).ty;
        let published = known.and_then(|schema| schema.column(field.name())).map(|c| c.ty);
        let same = published.is_none_or(|p| p == ty || (p == ScalarType::Long && ty == ScalarType::Int));
        let sure = !matches!(field.data_type(), DataType::UInt64 | DataType::Binary | DataType::LargeBinary);
        names.insert(field.name()) && same && sure
    })
}

/// What the footer tells of a time column.
struct Times {
    newest: Option<i64>,
    nulls: u64,
}

impl Times {
    fn of(builder: &ParquetRecordBatchReaderBuilder<File>, schema: &Schema, name: &str) -> Option<Self> {
        let field = schema.field_with_name(name).ok()?;
        if mapping_of(field).ty != ScalarType::Datetime {
            return Some(Times { newest: None, nulls: 0 });
        }
        let groups = builder.metadata().row_groups();
        let converter = StatisticsConverter::try_new(name, schema, builder.parquet_schema()).ok()?;
        let greatest = converter.row_group_maxes(groups).ok()?;
        let greatest = to_engine(&greatest, field, |_| ()).ok()?;
        let greatest = greatest.as_primitive_opt::<Int64Type>()?;
        let nulls = converter.row_group_null_counts(groups).ok()?;
        // A group without statistics tells nothing of its rows.
        let told = greatest.null_count() == 0 && nulls.null_count() == 0;
        told.then(|| Times { newest: arrow::compute::max(greatest), nulls: nulls.values().iter().sum() })
    }
}
