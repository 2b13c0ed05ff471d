//! Helpers for kernels: typed access to arguments that are constants or arrays, and builders of results.
//!
//! A kernel that needs no column-at-a-time trick is a closure over one row: see [`string_map`] and its siblings. When all
//! arguments are constants the closure runs once and the result stays a constant.

use crate::{Call, arrow_type};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, FixedSizeBinaryBuilder,
    Float64Array, Int32Array, Int64Array, StringViewArray, StringViewBuilder, StructArray,
};
use arrow::datatypes::{Decimal256Type, Field, Fields, Float64Type, Int32Type, Int64Type, i256};
use datafusion_common::{DataFusionError, Result, ScalarValue, internal_err};
use datafusion_expr::ColumnarValue;
use kql_diagnostic::{Diagnostic, Span};
use kql_types::{ScalarType, decimal};
use std::sync::Arc;

/// The error of a call that no row can answer: a constant the binder lets pass but the function does not know. The engine
/// finds the diagnostic in the error and gives it the span of the call.
pub fn refuse(code: &'static str, message: impl Into<String>) -> DataFusionError {
    DataFusionError::External(Box::new(Diagnostic::error(code, Span::default(), message)))
}

/// Number of rows to compute: 1 when every argument is a constant, else the rows of the batch.
pub fn rows(args: &[ColumnarValue]) -> usize {
    args.iter()
        .find_map(|a| match a {
            ColumnarValue::Array(a) => Some(a.len()),
            ColumnarValue::Scalar(_) => None,
        })
        .unwrap_or(1)
}

/// True when every argument is a constant.
pub fn all_constant(args: &[ColumnarValue]) -> bool {
    args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)))
}

/// Returns the array as it is, or as a constant when all arguments were constants.
pub fn finish(args: &[ColumnarValue], array: ArrayRef) -> Result<ColumnarValue> {
    if all_constant(args) && array.len() == 1 {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
    }
    Ok(ColumnarValue::Array(array))
}

/// The result of a function with several columns: a struct with one field per column of the call, or the first column
/// alone when the call asks for one.
pub fn finish_columns(call: &Call, args: &[ColumnarValue], columns: Vec<ArrayRef>) -> Result<ColumnarValue> {
    if let ([_], Some(first)) = (call.results, columns.first()) {
        return finish(args, Arc::clone(first));
    }
    let fields: Fields = call.results.iter().map(|(name, ty)| column_field(name, *ty)).collect();
    finish(args, Arc::new(StructArray::try_new(fields, columns, None)?))
}

/// The struct field of a result column.
pub(crate) fn column_field(name: &str, ty: ScalarType) -> Arc<Field> {
    Arc::new(Field::new(name, arrow_type(ty), ty.has_null()))
}

/// An argument as rows: an array, or one value that stands for all rows.
#[derive(Debug)]
pub struct Rows<A> {
    array: A,
    constant: bool,
}

/// Rows from an array that a kernel made itself; `constant` when its one row stands for all.
pub fn rows_of<A>(array: A, constant: bool) -> Rows<A> {
    Rows { array, constant }
}

impl<A> Rows<A> {
    /// True when one value stands for all rows.
    pub fn is_constant(&self) -> bool {
        self.constant
    }
}

macro_rules! typed_rows {
    ($(#[$doc:meta])* $name:ident, $array:ty, $value:ty, $downcast:expr, $get:expr) => {
        $(#[$doc])*
        pub fn $name(arg: &ColumnarValue) -> Result<Rows<$array>> {
            let (array, constant) = match arg {
                ColumnarValue::Array(a) => (Arc::clone(a), false),
                ColumnarValue::Scalar(s) => (s.to_array()?, true),
            };
            let down: Option<$array> = $downcast(&array);
            match down {
                Some(array) => Ok(Rows { array, constant }),
                None => internal_err!("kernel {} got {}", stringify!($name), array.data_type()),
            }
        }

        impl Rows<$array> {
            /// The value of a row; `None` is null.
            #[inline]
            pub fn get(&self, row: usize) -> Option<$value> {
                let row = if self.constant { 0 } else { row };
                if self.array.is_null(row) { None } else { Some($get(&self.array, row)) }
            }

            /// The constant, if the argument is one and not null.
            pub fn constant(&self) -> Option<$value> {
                if self.constant { self.get(0) } else { None }
            }
        }
    };
}

typed_rows!(
    /// A `bool` argument.
    bools, BooleanArray, bool, |a: &ArrayRef| a.as_boolean_opt().cloned(), BooleanArray::value
);
typed_rows!(
    /// An `int` argument.
    ints, Int32Array, i32, |a: &ArrayRef| a.as_primitive_opt::<Int32Type>().cloned(), Int32Array::value
);
typed_rows!(
    /// A `long`, `datetime` or `timespan` argument.
    longs, Int64Array, i64, |a: &ArrayRef| a.as_primitive_opt::<Int64Type>().cloned(), Int64Array::value
);
typed_rows!(
    /// A `real` argument.
    reals, Float64Array, f64, |a: &ArrayRef| a.as_primitive_opt::<Float64Type>().cloned(), Float64Array::value
);

typed_rows!(
    /// A `decimal` argument.
    decimals, Decimal256Array, i256, |a: &ArrayRef| a.as_primitive_opt::<Decimal256Type>().cloned(), Decimal256Array::value
);

/// A `guid` argument.
pub fn guids(arg: &ColumnarValue) -> Result<Rows<FixedSizeBinaryArray>> {
    let (array, constant) = match arg {
        ColumnarValue::Array(a) => (Arc::clone(a), false),
        ColumnarValue::Scalar(s) => (s.to_array()?, true),
    };
    match array.as_fixed_size_binary_opt() {
        Some(array) => Ok(Rows { array: array.clone(), constant }),
        None => internal_err!("kernel guids got {}", array.data_type()),
    }
}

impl Rows<FixedSizeBinaryArray> {
    /// The value of a row; `None` is null.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let row = if self.constant { 0 } else { row };
        if self.array.is_null(row) { None } else { Some(self.array.value(row)) }
    }
}

/// A `string` or `dynamic` argument.
pub fn texts(arg: &ColumnarValue) -> Result<Rows<StringViewArray>> {
    let (array, constant) = match arg {
        ColumnarValue::Array(a) => (Arc::clone(a), false),
        ColumnarValue::Scalar(s) => (s.to_array()?, true),
    };
    match array.as_string_view_opt() {
        Some(array) => Ok(Rows { array: array.clone(), constant }),
        None => internal_err!("kernel texts got {}", array.data_type()),
    }
}

impl Rows<StringViewArray> {
    /// The value of a row; `None` is null (dynamic only).
    #[inline]
    pub fn get(&self, row: usize) -> Option<&str> {
        let row = if self.constant { 0 } else { row };
        if self.array.is_null(row) { None } else { Some(self.array.value(row)) }
    }

    /// The text of a row, `''` for null.
    #[inline]
    pub fn text(&self, row: usize) -> &str {
        self.get(row).unwrap_or("")
    }

    /// The constant, if the argument is one and not null.
    pub fn constant(&self) -> Option<&str> {
        if self.constant { self.get(0) } else { None }
    }

    /// The array behind, for column-at-a-time kernels; one row when the argument is a constant.
    pub fn array(&self) -> &StringViewArray {
        &self.array
    }
}

/// A `string` result, one row at a time: the closure appends the row's text to the empty buffer.
pub fn string_map(args: &[ColumnarValue], mut f: impl FnMut(usize, &mut String)) -> Result<ColumnarValue> {
    let n = rows(args);
    let mut out = StringViewBuilder::with_capacity(n);
    let mut buffer = String::new();
    for row in 0..n {
        buffer.clear();
        f(row, &mut buffer);
        out.append_value(&buffer);
    }
    finish(args, Arc::new(out.finish()))
}

/// A `dynamic` result, one row at a time: the closure appends JSON text and says whether there is a value.
pub fn dynamic_map(args: &[ColumnarValue], mut f: impl FnMut(usize, &mut String) -> bool) -> Result<ColumnarValue> {
    let n = rows(args);
    let mut out = StringViewBuilder::with_capacity(n);
    let mut buffer = String::new();
    for row in 0..n {
        buffer.clear();
        if f(row, &mut buffer) { out.append_value(&buffer) } else { out.append_null() }
    }
    finish(args, Arc::new(out.finish()))
}

/// A `long`, `datetime` or `timespan` result, one row at a time.
pub fn long_map(args: &[ColumnarValue], f: impl FnMut(usize) -> Option<i64>) -> Result<ColumnarValue> {
    let array: Int64Array = (0..rows(args)).map(f).collect();
    finish(args, Arc::new(array))
}

/// An `int` result, one row at a time.
pub fn int_map(args: &[ColumnarValue], f: impl FnMut(usize) -> Option<i32>) -> Result<ColumnarValue> {
    let array: Int32Array = (0..rows(args)).map(f).collect();
    finish(args, Arc::new(array))
}

/// A `real` result, one row at a time.
pub fn real_map(args: &[ColumnarValue], f: impl FnMut(usize) -> Option<f64>) -> Result<ColumnarValue> {
    let array: Float64Array = (0..rows(args)).map(f).collect();
    finish(args, Arc::new(array))
}

/// A `bool` result, one row at a time.
pub fn bool_map(args: &[ColumnarValue], f: impl FnMut(usize) -> Option<bool>) -> Result<ColumnarValue> {
    let array: BooleanArray = (0..rows(args)).map(f).collect();
    finish(args, Arc::new(array))
}

/// Argument `index`, an `int` or a `long`, as longs. `None` when it was left out.
pub fn integers(call: &Call, args: &[ColumnarValue], index: usize) -> Result<Option<Rows<Int64Array>>> {
    let Some(arg) = args.get(index) else { return Ok(None) };
    if call.arguments.get(index) != Some(&ScalarType::Int) {
        return longs(arg).map(Some);
    }
    let rows = ints(arg)?;
    let array: Int64Array = rows.array.iter().map(|v| v.map(i64::from)).collect();
    Ok(Some(rows_of(array, rows.constant)))
}

/// A `decimal` result, one row at a time.
pub fn decimal_map(args: &[ColumnarValue], f: impl FnMut(usize) -> Option<i256>) -> Result<ColumnarValue> {
    let array: Decimal256Array = (0..rows(args)).map(f).collect();
    finish(args, Arc::new(array.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?))
}

/// A `guid` result, one row at a time.
pub fn guid_map(args: &[ColumnarValue], mut f: impl FnMut(usize) -> Option<[u8; 16]>) -> Result<ColumnarValue> {
    let n = rows(args);
    let mut out = FixedSizeBinaryBuilder::with_capacity(n, 16);
    for row in 0..n {
        match f(row) {
            Some(guid) => out.append_value(guid)?,
            None => out.append_null(),
        }
    }
    finish(args, Arc::new(out.finish()))
}
