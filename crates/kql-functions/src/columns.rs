//! Column-at-a-time helpers for kernels that are hot: arithmetic, `bin`, parts of datetimes.
//!
//! The closures see native values only. Nulls of the arguments are nulls of the result, and a null constant gives a null
//! constant.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::compute::kernels::arity;
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::ColumnarValue;
use std::sync::Arc;

/// An argument of a primitive type.
enum Column<T: ArrowPrimitiveType> {
    Constant(Option<T::Native>),
    Array(PrimitiveArray<T>),
}

fn column<T: ArrowPrimitiveType>(arg: &ColumnarValue) -> Result<Column<T>> {
    let typed = |array: &ArrayRef| match array.as_primitive_opt::<T>() {
        Some(array) => Ok(array.clone()),
        None => internal_err!("kernel wants {} and got {}", T::DATA_TYPE, array.data_type()),
    };
    match arg {
        ColumnarValue::Array(array) => Ok(Column::Array(typed(array)?)),
        ColumnarValue::Scalar(value) => {
            let array = typed(&value.to_array()?)?;
            Ok(Column::Constant((!array.is_null(0)).then(|| array.value(0))))
        }
    }
}

fn constant<T: ArrowPrimitiveType>(value: Option<T::Native>) -> Result<ColumnarValue> {
    Ok(ColumnarValue::Scalar(ScalarValue::new_primitive::<T>(value, &T::DATA_TYPE)?))
}

fn array<T: ArrowPrimitiveType>(array: PrimitiveArray<T>) -> Result<ColumnarValue> {
    Ok(ColumnarValue::Array(Arc::new(array)))
}

/// A function of one argument that has an answer for every value.
pub fn unary<A, O>(a: &ColumnarValue, f: impl Fn(A::Native) -> O::Native) -> Result<ColumnarValue>
where
    A: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    match column::<A>(a)? {
        Column::Constant(a) => constant::<O>(a.map(f)),
        Column::Array(a) => array(a.unary::<_, O>(f)),
    }
}

/// A function of one argument that answers null for some values.
pub fn unary_opt<A, O>(a: &ColumnarValue, f: impl Fn(A::Native) -> Option<O::Native>) -> Result<ColumnarValue>
where
    A: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    match column::<A>(a)? {
        Column::Constant(a) => constant::<O>(a.and_then(f)),
        Column::Array(a) => array(a.unary_opt::<_, O>(f)),
    }
}

/// A function of two arguments that has an answer for every pair.
pub fn binary<A, B, O>(
    a: &ColumnarValue,
    b: &ColumnarValue,
    f: impl Fn(A::Native, B::Native) -> O::Native,
) -> Result<ColumnarValue>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    match (column::<A>(a)?, column::<B>(b)?) {
        (Column::Constant(a), Column::Constant(b)) => constant::<O>(a.zip(b).map(|(a, b)| f(a, b))),
        (Column::Constant(None), _) | (_, Column::Constant(None)) => constant::<O>(None),
        (Column::Array(a), Column::Constant(Some(b))) => array(a.unary::<_, O>(|a| f(a, b))),
        (Column::Constant(Some(a)), Column::Array(b)) => array(b.unary::<_, O>(|b| f(a, b))),
        (Column::Array(a), Column::Array(b)) => array(arity::binary::<A, B, _, O>(&a, &b, f)?),
    }
}

/// A function of two arguments that answers null for some pairs.
pub fn binary_opt<A, B, O>(
    a: &ColumnarValue,
    b: &ColumnarValue,
    f: impl Fn(A::Native, B::Native) -> Option<O::Native>,
) -> Result<ColumnarValue>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    match (column::<A>(a)?, column::<B>(b)?) {
        (Column::Constant(a), Column::Constant(b)) => constant::<O>(a.zip(b).and_then(|(a, b)| f(a, b))),
        (Column::Constant(None), _) | (_, Column::Constant(None)) => constant::<O>(None),
        (Column::Array(a), Column::Constant(Some(b))) => array(a.unary_opt::<_, O>(|a| f(a, b))),
        (Column::Constant(Some(a)), Column::Array(b)) => array(b.unary_opt::<_, O>(|b| f(a, b))),
        (Column::Array(a), Column::Array(b)) => {
            array(a.iter().zip(b.iter()).map(|(a, b)| f(a?, b?)).collect::<PrimitiveArray<O>>())
        }
    }
}

/// The null of a type that is held as a primitive, as a constant.
pub fn null<T: ArrowPrimitiveType>() -> Result<ColumnarValue> {
    constant::<T>(None)
}
