//! Results in Arrow types that other tools understand, for `--format parquet` and `arrow`.
//!
//! Inside the engine a datetime is an `Int64` of ticks; a file for other tools has timestamps. The Kusto type of each
//! column is kept in the field metadata `kql.type`, so that the engine reads its own files back without loss.

use crate::{RenderError, ResultTable};
use arrow::array::{
    Array, ArrayRef, AsArray, DurationMicrosecondArray, DurationNanosecondArray, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow::buffer::Buffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal256Type, Field, Int64Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use kql_types::{Column, RowSchema, ScalarType, decimal, guid};
use std::collections::HashMap;
use std::sync::Arc;

/// Metadata key of a field: the Kusto type.
const TYPE_KEY: &str = "kql.type";
/// Ticks between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// The unit of the times of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    /// Exact, for 1678–2261 (and timespans of 292 years).
    Nanosecond,
    /// For all times; the seventh digit is lost.
    Microsecond,
}

/// The result's batches (at least one) under one schema.
///
/// datetime becomes `Timestamp(ns, UTC)`, or µs when a value lies outside 1678–2261; timespan `Duration(ns)` or µs
/// likewise; guid, decimal and dynamic become text. A seventh digit is lost only where a column needs µs.
pub(crate) fn batches(result: &ResultTable<'_>) -> Result<Vec<RecordBatch>, RenderError> {
    let empty;
    let source = if result.batches.is_empty() {
        empty = [RecordBatch::new_empty(engine_schema(result))];
        &empty[..]
    } else {
        result.batches
    };
    let mut fields = Vec::new();
    let mut columns: Vec<Vec<ArrayRef>> = vec![Vec::new(); source.len()];
    for (i, column) in result.schema.columns.iter().enumerate() {
        let nanoseconds = source.iter().all(|batch| fits_nanoseconds(column, batch.column(i)));
        let unit = if nanoseconds { TimeUnit::Nanosecond } else { TimeUnit::Microsecond };
        fields.push(field(column, unit));
        for (converted, batch) in columns.iter_mut().zip(source) {
            converted.push(convert(column, batch.column(i), unit)?);
        }
    }
    let schema = Arc::new(Schema::new(fields));
    let rows = source.iter().map(RecordBatch::num_rows);
    columns
        .into_iter()
        .zip(rows)
        .map(|(columns, rows)| {
            let options = arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(rows));
            Ok(RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)?)
        })
        .collect()
}

/// The schema of a file of these columns.
pub(crate) fn schema(columns: &RowSchema, unit: TimeUnit) -> SchemaRef {
    Arc::new(Schema::new(columns.columns.iter().map(|column| field(column, unit)).collect::<Vec<_>>()))
}

/// A column of the engine as a file has it. A time that the unit cannot hold is an error.
pub(crate) fn column(column: &Column, array: &ArrayRef, unit: TimeUnit) -> Result<ArrayRef, RenderError> {
    if unit == TimeUnit::Nanosecond && !fits_nanoseconds(column, array) {
        return Err(RenderError::Unfit(format!("a value of column '{}' does not fit nanoseconds", column.name)));
    }
    convert(column, array, unit)
}

fn field(column: &Column, unit: TimeUnit) -> Field {
    let time = match unit {
        TimeUnit::Nanosecond => arrow::datatypes::TimeUnit::Nanosecond,
        TimeUnit::Microsecond => arrow::datatypes::TimeUnit::Microsecond,
    };
    let data_type = match column.ty {
        ScalarType::Datetime => DataType::Timestamp(time, Some("UTC".into())),
        ScalarType::Timespan => DataType::Duration(time),
        ScalarType::Guid | ScalarType::Decimal => DataType::Utf8,
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8,
        ty => engine_type(ty),
    };
    let metadata = HashMap::from([(TYPE_KEY.to_owned(), column.ty.name().to_owned())]);
    Field::new(&*column.name, data_type, column.ty.has_null()).with_metadata(metadata)
}

/// Whether nanoseconds since 1970 hold all times of a column.
fn fits_nanoseconds(column: &Column, array: &ArrayRef) -> bool {
    let Some(epoch) = epoch(column.ty) else { return true };
    let fits = |ticks: i64| ticks.checked_sub(epoch).and_then(|t| t.checked_mul(100)).is_some();
    array.as_primitive_opt::<Int64Type>().is_none_or(|ticks| ticks.iter().flatten().all(fits))
}

/// The tick from which a file counts times of this type.
fn epoch(ty: ScalarType) -> Option<i64> {
    match ty {
        ScalarType::Datetime => Some(UNIX_EPOCH),
        ScalarType::Timespan => Some(0),
        _ => None,
    }
}

fn engine_schema(result: &ResultTable<'_>) -> Arc<Schema> {
    let field = |c: &Column| Field::new(&*c.name, engine_type(c.ty), true);
    Arc::new(Schema::new(result.schema.columns.iter().map(field).collect::<Vec<_>>()))
}

fn engine_type(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DataType::Decimal256(decimal::PRECISION, decimal::SCALE),
        ScalarType::Guid => DataType::FixedSizeBinary(16),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8View,
    }
}

fn convert(column: &Column, array: &ArrayRef, unit: TimeUnit) -> Result<ArrayRef, RenderError> {
    let ty = column.ty;
    let unfit =
        || RenderError::Representation { column: column.name.to_string(), ty, found: array.data_type().to_string() };
    Ok(match ty {
        ScalarType::Datetime | ScalarType::Timespan => {
            let ticks = array.as_primitive_opt::<Int64Type>().ok_or_else(unfit)?;
            let epoch = epoch(ty).unwrap_or(0);
            let nanoseconds = unit == TimeUnit::Nanosecond;
            let scaled = ticks.unary::<_, Int64Type>(|t| {
                let t = t.saturating_sub(epoch);
                if nanoseconds { t.saturating_mul(100) } else { t.div_euclid(10) }
            });
            let (_, values, nulls) = scaled.into_parts();
            match (ty, nanoseconds) {
                (ScalarType::Datetime, true) => {
                    Arc::new(TimestampNanosecondArray::new(values, nulls).with_timezone("UTC"))
                }
                (ScalarType::Datetime, false) => {
                    Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone("UTC"))
                }
                (_, true) => Arc::new(DurationNanosecondArray::new(values, nulls)),
                (_, false) => Arc::new(DurationMicrosecondArray::new(values, nulls)),
            }
        }
        ScalarType::Guid => {
            let bytes = array.as_fixed_size_binary_opt().ok_or_else(unfit)?;
            let text = bytes.iter().map(|v| {
                v.and_then(|v| <[u8; 16]>::try_from(v).ok()).map(|v| {
                    let mut text = String::new();
                    guid::write(&mut text, &v);
                    text
                })
            });
            Arc::new(text.collect::<StringArray>())
        }
        ScalarType::Decimal => {
            let values = array.as_primitive_opt::<Decimal256Type>().ok_or_else(unfit)?;
            Arc::new(values.iter().map(|v| v.map(decimal::format)).collect::<StringArray>())
        }
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => text(array)?,
        _ => Arc::clone(array),
    })
}

fn text(array: &ArrayRef) -> Result<ArrayRef, RenderError> {
    let texts = cast(array, &DataType::Utf8)?;
    let Some(strings) = texts.as_string_opt::<i32>().filter(|s| s.values().is_empty() && !s.is_empty()) else {
        return Ok(texts);
    };
    // Most columns of a wide table are empty. The writer compares their texts of no bytes one by one; where these lie at an
    // address that is not mapped, as those of an empty buffer do, each comparison (masked loads of AVX-512) costs 150 ns.
    let mapped = Buffer::from_vec(vec![0_u8; 64]);
    Ok(Arc::new(StringArray::try_new(strings.offsets().clone(), mapped, strings.nulls().cloned())?))
}
