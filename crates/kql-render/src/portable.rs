//! Results in Arrow types that other tools understand, for `--format parquet` and `arrow`.
//!
//! Inside the engine a datetime is an `Int64` of ticks; a file for other tools has timestamps. The Kusto type of each
//! column is kept in the field metadata `kql.type`, so that the engine reads its own files back without loss.

use crate::{RenderError, ResultTable};
use arrow::array::{
    Array, ArrayRef, AsArray, DurationMicrosecondArray, DurationNanosecondArray, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal256Type, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use kql_types::{ScalarType, decimal, guid};
use std::collections::HashMap;
use std::sync::Arc;

/// Metadata key of a field: the Kusto type.
const TYPE_KEY: &str = "kql.type";
/// Ticks between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

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
        let arrays: Vec<&ArrayRef> = source.iter().map(|b| b.column(i)).collect();
        let converted = convert(column.ty, &arrays)?;
        let data_type = converted.first().map_or(DataType::Null, |a| a.data_type().clone());
        let metadata = HashMap::from([(TYPE_KEY.to_owned(), column.ty.name().to_owned())]);
        fields.push(Field::new(&*column.name, data_type, column.ty.has_null()).with_metadata(metadata));
        for (batch, array) in columns.iter_mut().zip(converted) {
            batch.push(array);
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

fn engine_schema(result: &ResultTable<'_>) -> Arc<Schema> {
    let field = |c: &kql_types::Column| {
        let ty = match c.ty {
            ScalarType::Bool => DataType::Boolean,
            ScalarType::Int => DataType::Int32,
            ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
            ScalarType::Real => DataType::Float64,
            ScalarType::Decimal => DataType::Decimal256(decimal::PRECISION, decimal::SCALE),
            ScalarType::Guid => DataType::FixedSizeBinary(16),
            ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8View,
        };
        Field::new(&*c.name, ty, true)
    };
    Arc::new(Schema::new(result.schema.columns.iter().map(field).collect::<Vec<_>>()))
}

fn convert(ty: ScalarType, arrays: &[&ArrayRef]) -> Result<Vec<ArrayRef>, RenderError> {
    let unfit =
        |a: &ArrayRef| RenderError::Representation { column: String::new(), ty, found: a.data_type().to_string() };
    match ty {
        ScalarType::Datetime | ScalarType::Timespan => {
            let ticks = arrays
                .iter()
                .map(|a| a.as_primitive_opt::<Int64Type>().ok_or_else(|| unfit(a)))
                .collect::<Result<Vec<_>, _>>()?;
            let epoch = if ty == ScalarType::Datetime { UNIX_EPOCH } else { 0 };
            let fits = |t: i64| t.checked_sub(epoch).and_then(|t| t.checked_mul(100)).is_some();
            let nanos = ticks.iter().all(|a| a.iter().flatten().all(fits));
            let scale = |t: i64| {
                let t = t.saturating_sub(epoch);
                if nanos { t.saturating_mul(100) } else { t.div_euclid(10) }
            };
            let scaled = ticks.iter().map(|a| a.unary::<_, Int64Type>(scale));
            Ok(scaled
                .map(|a| -> ArrayRef {
                    let (_, values, nulls) = a.into_parts();
                    match (ty, nanos) {
                        (ScalarType::Datetime, true) => {
                            Arc::new(TimestampNanosecondArray::new(values, nulls).with_timezone("UTC"))
                        }
                        (ScalarType::Datetime, false) => {
                            Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone("UTC"))
                        }
                        (_, true) => Arc::new(DurationNanosecondArray::new(values, nulls)),
                        (_, false) => Arc::new(DurationMicrosecondArray::new(values, nulls)),
                    }
                })
                .collect())
        }
        ScalarType::Guid => arrays
            .iter()
            .map(|a| {
                let bytes = a.as_fixed_size_binary_opt().ok_or_else(|| unfit(a))?;
                let text = bytes.iter().map(|v| {
                    v.and_then(|v| <[u8; 16]>::try_from(v).ok()).map(|v| {
                        let mut text = String::new();
                        guid::write(&mut text, &v);
                        text
                    })
                });
                Ok(Arc::new(text.collect::<StringArray>()) as ArrayRef)
            })
            .collect(),
        ScalarType::Decimal => arrays
            .iter()
            .map(|a| {
                let values = a.as_primitive_opt::<Decimal256Type>().ok_or_else(|| unfit(a))?;
                let text = values.iter().map(|v| v.map(decimal::format));
                Ok(Arc::new(text.collect::<StringArray>()) as ArrayRef)
            })
            .collect(),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => {
            arrays.iter().map(|a| Ok(cast(a, &DataType::Utf8)?)).collect()
        }
        _ => Ok(arrays.iter().map(|a| Arc::clone(a)).collect()),
    }
}
