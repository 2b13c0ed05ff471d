//! Typed views of argument columns.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, Int64Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion_common::{Result, internal_err};

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

/// The place of a real in the order NaN, -inf … +inf. `-0.0` is `0.0`.
pub(crate) fn real_to_ordinal(value: f64) -> i64 {
    if value.is_nan() {
        return i64::MIN;
    }
    let bits = (value + 0.0).to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The inverse of [`real_to_ordinal`].
pub(crate) fn ordinal_to_real(ordinal: i64) -> f64 {
    if ordinal == i64::MIN {
        return f64::NAN;
    }
    f64::from_bits(if ordinal < 0 { ordinal ^ i64::MAX } else { ordinal } as u64)
}

/// An argument that the caller's signature promises.
pub(crate) fn argument(args: &[ArrayRef], index: usize) -> Result<&ArrayRef> {
    match args.get(index) {
        Some(array) => Ok(array),
        None => internal_err!("aggregate argument {index} is missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_keep_the_order_of_reals() {
        let ordered = [f64::NAN, f64::NEG_INFINITY, -1e300, -1.0, -f64::MIN_POSITIVE, 0.0, 1e-300, 2.5, f64::INFINITY];
        for pair in ordered.windows(2) {
            assert!(real_to_ordinal(pair[0]) < real_to_ordinal(pair[1]), "{pair:?}");
        }
        for value in &ordered[1..] {
            assert_eq!(ordinal_to_real(real_to_ordinal(*value)), *value);
        }
        assert_eq!(real_to_ordinal(-0.0), real_to_ordinal(0.0));
        assert!(ordinal_to_real(real_to_ordinal(f64::NAN)).is_nan());
    }
}
