//! Conversions between all scalar types, by the rules of the `to…` functions.
//!
//! What cannot be converted is null, `''` for `string`; nothing raises. Source: the pages of the functions and SEMANTICS
//! §9.1: text of whole numbers is digits only (`tolong("5.7")` is null), a real is truncated and saturates, a long wraps to
//! int, times count ticks.

use super::text;
use crate::columns::{null, unary, unary_opt};
use crate::dynamic::{convert as from_dynamic, from_scalar};
use crate::kernel::{
    bool_map, bools, decimal_map, decimals, finish, int_map, ints, long_map, longs, real_map, reals, texts,
};
use crate::{arrow_type, from_text};
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, i256};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::{ScalarType, datetime, decimal};
use std::sync::Arc;

/// Converts values as the function `to<type>` does: `convert(v, String, Long)` is `tolong`. Between `string` and `dynamic`
/// the text becomes a dynamic string; `parse_json` is another thing.
///
/// # Errors
/// When the value is not held in the Arrow type of `from`: a defect of the caller.
pub fn convert(value: &ColumnarValue, from: ScalarType, to: ScalarType) -> Result<ColumnarValue> {
    use ScalarType as T;
    if from == to {
        return Ok(value.clone());
    }
    match (from, to) {
        (_, T::Unknown) => internal_err!("conversion to an unknown type"),
        // Ticks are longs.
        (T::Long | T::Datetime | T::Timespan, T::Long | T::Timespan) => Ok(value.clone()),
        (T::Dynamic | T::Unknown, _) => dynamic_to(value, to),
        (_, T::Dynamic) => each(value, |array| Ok(Arc::new(from_scalar(from, array)?))),
        (_, T::String) => text::tostring(value, from),
        (T::String, _) => {
            let rows = texts(value)?;
            finish(std::slice::from_ref(value), from_text::column(to, rows.array().len(), |row| rows.get(row))?)
        }
        (_, T::Bool) => to_bool(value, from),
        (_, T::Int) => to_int(value, from),
        (_, T::Long) => to_ticks(value, from, Some),
        (_, T::Timespan) => to_ticks(value, from, Some),
        (_, T::Datetime) => to_ticks(value, from, datetime::checked),
        (_, T::Real) => to_real(value, from),
        (_, T::Decimal) => to_decimal(value, from),
        (_, T::Guid) => null_of(to),
    }
}

/// The null of a type, as a constant; `''` for `string`.
pub fn null_of(ty: ScalarType) -> Result<ColumnarValue> {
    Ok(ColumnarValue::Scalar(match ty {
        ScalarType::String => ScalarValue::Utf8View(Some(String::new())),
        _ => ScalarValue::try_new_null(&arrow_type(ty))?,
    }))
}

/// Applies a function of whole arrays; a constant stays one.
fn each(value: &ColumnarValue, f: impl Fn(&ArrayRef) -> Result<ArrayRef>) -> Result<ColumnarValue> {
    match value {
        ColumnarValue::Array(array) => Ok(ColumnarValue::Array(f(array)?)),
        ColumnarValue::Scalar(scalar) => finish(std::slice::from_ref(value), f(&scalar.to_array()?)?),
    }
}

fn dynamic_to(value: &ColumnarValue, to: ScalarType) -> Result<ColumnarValue> {
    let rows = texts(value)?;
    let values = rows.array();
    let array: ArrayRef = match to {
        ScalarType::Bool => Arc::new(from_dynamic::to_bool(values)),
        ScalarType::Int => Arc::new(from_dynamic::to_int(values)),
        ScalarType::Long => Arc::new(from_dynamic::to_long(values)),
        ScalarType::Real => Arc::new(from_dynamic::to_real(values)),
        ScalarType::Decimal => Arc::new(from_dynamic::to_decimal(values)?),
        ScalarType::String => Arc::new(from_dynamic::to_string(values)),
        ScalarType::Datetime => Arc::new(from_dynamic::to_datetime(values)),
        ScalarType::Timespan => Arc::new(from_dynamic::to_timespan(values)),
        ScalarType::Guid => Arc::new(from_dynamic::to_guid(values)?),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(values.clone()),
    };
    finish(std::slice::from_ref(value), array)
}

/// A real without its fraction; too large is the nearest long. `None` for NaN and the infinities.
pub(crate) fn truncate(value: f64) -> Option<i64> {
    value.is_finite().then_some(value as i64)
}

fn to_bool(value: &ColumnarValue, from: ScalarType) -> Result<ColumnarValue> {
    let args = std::slice::from_ref(value);
    match from {
        ScalarType::Int => {
            let rows = ints(value)?;
            bool_map(args, |row| rows.get(row).map(|v| v != 0))
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            let rows = longs(value)?;
            bool_map(args, |row| rows.get(row).map(|v| v != 0))
        }
        ScalarType::Real => {
            let rows = reals(value)?;
            bool_map(args, |row| rows.get(row).filter(|v| !v.is_nan()).map(|v| v != 0.0))
        }
        ScalarType::Decimal => {
            let rows = decimals(value)?;
            bool_map(args, |row| rows.get(row).map(|v| v != i256::ZERO))
        }
        _ => null_of(ScalarType::Bool),
    }
}

fn to_int(value: &ColumnarValue, from: ScalarType) -> Result<ColumnarValue> {
    match from {
        ScalarType::Bool => {
            let rows = bools(value)?;
            int_map(std::slice::from_ref(value), |row| rows.get(row).map(i32::from))
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            unary::<Int64Type, Int32Type>(value, |v| v as i32)
        }
        ScalarType::Real => unary_opt::<Float64Type, Int32Type>(value, |v| v.is_finite().then_some(v as i32)),
        ScalarType::Decimal => {
            let rows = decimals(value)?;
            int_map(std::slice::from_ref(value), |row| rows.get(row).and_then(decimal::to_i64).map(|v| v as i32))
        }
        _ => null::<Int32Type>(),
    }
}

/// To a type that is held as 64 bits: whole numbers as they are, reals truncated.
fn to_ticks(value: &ColumnarValue, from: ScalarType, in_range: impl Fn(i64) -> Option<i64>) -> Result<ColumnarValue> {
    match from {
        ScalarType::Bool => {
            let rows = bools(value)?;
            long_map(std::slice::from_ref(value), |row| rows.get(row).map(i64::from))
        }
        ScalarType::Int => unary_opt::<Int32Type, Int64Type>(value, |v| in_range(i64::from(v))),
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            unary_opt::<Int64Type, Int64Type>(value, in_range)
        }
        ScalarType::Real => unary_opt::<Float64Type, Int64Type>(value, |v| truncate(v).and_then(&in_range)),
        ScalarType::Decimal => {
            let rows = decimals(value)?;
            long_map(std::slice::from_ref(value), |row| rows.get(row).and_then(decimal::to_i64).and_then(&in_range))
        }
        _ => null::<Int64Type>(),
    }
}

fn to_real(value: &ColumnarValue, from: ScalarType) -> Result<ColumnarValue> {
    match from {
        ScalarType::Bool => {
            let rows = bools(value)?;
            real_map(std::slice::from_ref(value), |row| rows.get(row).map(|v| f64::from(u8::from(v))))
        }
        ScalarType::Int => unary::<Int32Type, Float64Type>(value, f64::from),
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            unary::<Int64Type, Float64Type>(value, |v| v as f64)
        }
        ScalarType::Decimal => {
            let rows = decimals(value)?;
            real_map(std::slice::from_ref(value), |row| rows.get(row).map(decimal::to_f64))
        }
        _ => null::<Float64Type>(),
    }
}

fn to_decimal(value: &ColumnarValue, from: ScalarType) -> Result<ColumnarValue> {
    let args = std::slice::from_ref(value);
    match from {
        ScalarType::Bool => {
            let rows = bools(value)?;
            decimal_map(args, |row| rows.get(row).map(|v| decimal::from_i64(i64::from(v))))
        }
        ScalarType::Int => {
            let rows = ints(value)?;
            decimal_map(args, |row| rows.get(row).map(|v| decimal::from_i64(i64::from(v))))
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            let rows = longs(value)?;
            decimal_map(args, |row| rows.get(row).map(decimal::from_i64))
        }
        ScalarType::Real => {
            let rows = reals(value)?;
            decimal_map(args, |row| rows.get(row).and_then(decimal::from_f64))
        }
        _ => null_of(ScalarType::Decimal),
    }
}
