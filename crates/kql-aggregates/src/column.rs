//! Typed views of argument columns.

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, Int64Array, LargeBinaryArray, LargeStringArray,
    PrimitiveArray, StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion_common::{Result, internal_err};
use kql_functions::sketch::real_to_ordinal;

/// `bool`, `int`, `long`, `datetime`, `timespan` as 64-bit integers.
pub(crate) fn longs(array: &ArrayRef) -> Result<Int64Array> {
    match array.data_type() {
        DataType::Int64 => primitives::<Int64Type>(array),
        DataType::Int32 | DataType::Boolean => primitives::<Int64Type>(&cast(array, &DataType::Int64)?),
        other => internal_err!("an aggregate of integers got {other}"),
    }
}

/// Numbers, `datetime` and `timespan` (ticks) as reals.
pub(crate) fn reals(array: &ArrayRef) -> Result<Float64Array> {
    match array.data_type() {
        DataType::Float64 => primitives::<Float64Type>(array),
        _ => primitives::<Float64Type>(&cast(array, &DataType::Float64)?),
    }
}

/// A column known to be of this type.
pub(crate) fn primitives<T: ArrowPrimitiveType>(array: &ArrayRef) -> Result<PrimitiveArray<T>> {
    match array.as_primitive_opt::<T>() {
        Some(array) => Ok(array.clone()),
        None => internal_err!("an aggregate of {} got {}", T::DATA_TYPE, array.data_type()),
    }
}

/// `bool`, `int`, `long`, `datetime`, `timespan` and `real` as integers in the same order. NaN comes before all reals,
/// as in `sort`.
pub(crate) fn ordinals(array: &ArrayRef) -> Result<Int64Array> {
    match array.data_type() {
        DataType::Float64 => Ok(primitives::<Float64Type>(array)?.unary(real_to_ordinal)),
        _ => longs(array),
    }
}

/// A `string` or `dynamic` column.
pub(crate) fn texts(array: &ArrayRef) -> Result<StringViewArray> {
    match array.as_string_view_opt() {
        Some(array) => Ok(array.clone()),
        None => internal_err!("an aggregate of texts got {}", array.data_type()),
    }
}

/// A partial state made of texts.
pub(crate) fn large_texts(array: &ArrayRef) -> Result<LargeStringArray> {
    match array.as_string_opt::<i64>() {
        Some(array) => Ok(array.clone()),
        None => internal_err!("the state of an aggregate is {}", array.data_type()),
    }
}

/// A partial state made of bytes.
pub(crate) fn large_bytes(array: &ArrayRef) -> Result<LargeBinaryArray> {
    match array.as_binary_opt::<i64>() {
        Some(array) => Ok(array.clone()),
        None => internal_err!("the state of an aggregate is {}", array.data_type()),
    }
}

/// An argument that the caller's signature promises.
pub(crate) fn argument(args: &[ArrayRef], index: usize) -> Result<&ArrayRef> {
    match args.get(index) {
        Some(array) => Ok(array),
        None => internal_err!("aggregate argument {index} is missing"),
    }
}
