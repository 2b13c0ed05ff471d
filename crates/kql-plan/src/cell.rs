//! Values of Arrow columns, one at a time: for small results and for text.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use kql_types::{ScalarType, Value};

/// The value of a row of a column that holds a type in the representation of `kql_functions::arrow_type`. A column of
/// another Arrow type reads as null.
pub fn cell(column: &ArrayRef, row: usize, ty: ScalarType) -> Value {
    if row >= column.len() || column.is_null(row) {
        return Value::null(ty);
    }
    let long = || column.as_primitive_opt::<Int64Type>().map(|a| a.value(row));
    let text = || column.as_string_view_opt().map(|a| a.value(row).to_owned());
    match ty {
        ScalarType::Bool => Value::Bool(column.as_boolean_opt().map(|a| a.value(row))),
        ScalarType::Int => Value::Int(column.as_primitive_opt::<Int32Type>().map(|a| a.value(row))),
        ScalarType::Long => Value::Long(long()),
        ScalarType::Real => Value::Real(column.as_primitive_opt::<Float64Type>().map(|a| a.value(row))),
        ScalarType::Decimal => Value::Decimal(column.as_primitive_opt::<Decimal256Type>().map(|a| a.value(row))),
        ScalarType::String => Value::String(text().unwrap_or_default()),
        ScalarType::Datetime => Value::Datetime(long()),
        ScalarType::Timespan => Value::Timespan(long()),
        ScalarType::Guid => {
            let bytes = column.as_fixed_size_binary_opt().map(|a| a.value(row));
            Value::Guid(bytes.and_then(|b| <[u8; 16]>::try_from(b).ok()))
        }
        ScalarType::Dynamic | ScalarType::Unknown => Value::Dynamic(text()),
    }
}
