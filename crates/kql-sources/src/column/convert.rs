//! A column in another type.

use super::{Cells, ChunkColumn, Strings};
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use kql_functions::arrow_type;
use kql_types::{ScalarType, datetime, decimal, dynamic, guid, number, timespan};
use std::sync::Arc;

/// A column without values: nulls, `''` for strings.
pub(crate) fn missing(ty: ScalarType, rows: usize) -> ArrayRef {
    if ty != ScalarType::String {
        return arrow::array::new_null_array(&arrow_type(ty), rows);
    }
    let mut strings = Strings::new();
    strings.append_empty(rows);
    Arc::new(strings.finish())
}

/// Strings without nulls: `''` in their place.
pub(crate) fn without_nulls(array: &StringViewArray) -> StringViewArray {
    if array.null_count() == 0 {
        // A null buffer without a null would make the column nullable to whoever looks for the buffer only.
        return StringViewArray::try_new(array.views().clone(), array.data_buffers().to_vec(), None)
            .unwrap_or_else(|_| array.clone());
    }
    array.iter().map(|value| Some(value.unwrap_or(""))).collect()
}

/// Hands over the text form (`tostring`) of each value, `None` for null.
pub(crate) fn for_each_text(array: &ArrayRef, ty: ScalarType, mut f: impl FnMut(Option<&str>)) {
    let mut text = String::new();
    macro_rules! each {
        ($values:expr, $write:expr) => {
            for value in $values.iter() {
                match value {
                    Some(value) => {
                        text.clear();
                        #[allow(clippy::redundant_closure_call)] // the closures name the types
                        ($write)(&mut text, value);
                        f(Some(&text));
                    }
                    None => f(None),
                }
            }
        };
    }
    match ty {
        ScalarType::Bool => {
            each!(array.as_boolean(), |out: &mut String, v: bool| out.push_str(if v { "true" } else { "false" }));
        }
        ScalarType::Int => {
            each!(array.as_primitive::<Int32Type>(), |out: &mut String, v: i32| number::write_long(out, i64::from(v)));
        }
        ScalarType::Long => each!(array.as_primitive::<Int64Type>(), |out: &mut String, v| number::write_long(out, v)),
        ScalarType::Real => {
            each!(array.as_primitive::<Float64Type>(), |out: &mut String, v| number::write_real(out, v))
        }
        ScalarType::Decimal => {
            each!(array.as_primitive::<Decimal256Type>(), |out: &mut String, v| decimal::write(out, v));
        }
        ScalarType::Datetime => each!(array.as_primitive::<Int64Type>(), |out: &mut String, v| datetime::write(out, v)),
        ScalarType::Timespan => each!(array.as_primitive::<Int64Type>(), |out: &mut String, v| timespan::write(out, v)),
        ScalarType::Guid => each!(array.as_fixed_size_binary(), |out: &mut String, v: &[u8]| {
            if let Ok(bytes) = v.try_into() {
                guid::write(out, bytes);
            }
        }),
        ScalarType::String => array.as_string_view().iter().for_each(f),
        ScalarType::Dynamic | ScalarType::Unknown => {
            array.as_string_view().iter().for_each(|v| f(v.map(dynamic::to_text).as_deref()));
        }
    }
}

/// Hands over each value as canonical JSON text, `None` for null and for `''`.
pub(crate) fn for_each_dynamic(array: &ArrayRef, ty: ScalarType, mut f: impl FnMut(Option<&str>)) {
    let mut quoted = String::new();
    match ty {
        ScalarType::Dynamic | ScalarType::Unknown => array.as_string_view().iter().for_each(f),
        ScalarType::Bool | ScalarType::Int | ScalarType::Long => for_each_text(array, ty, f),
        ScalarType::Real => {
            for value in array.as_primitive::<Float64Type>().iter() {
                quoted.clear();
                value.iter().for_each(|v| dynamic::write_real(&mut quoted, *v));
                f(value.map(|_| quoted.as_str()));
            }
        }
        _ => for_each_text(array, ty, |text| {
            let text = text.filter(|t| !t.is_empty());
            quoted.clear();
            text.iter().for_each(|t| dynamic::write_quoted(&mut quoted, t));
            f(text.map(|_| quoted.as_str()));
        }),
    }
}

/// A column of an inferred type in the type its table's column got, which its guess allows: nothing is lost.
pub(crate) fn convert_guessed(column: &ChunkColumn, to: ScalarType) -> ArrayRef {
    if column.ty == to {
        return Arc::clone(&column.array);
    }
    if to == ScalarType::Dynamic && column.guess != Some(super::Guess::DYNAMIC) {
        let mut builder = Strings::new();
        for_each_dynamic(&column.array, column.ty, |value| builder.append_option(value));
        return Arc::new(builder.finish());
    }
    convert_typed(&column.array, column.ty, to, |_, _| ())
}

/// A column of any type in any other, by the rules of [`Cells`] over the text form. Calls `misfit` with row and text of each
/// value that becomes null for want of a form in the type.
pub(crate) fn convert_typed(
    array: &ArrayRef,
    from: ScalarType,
    to: ScalarType,
    mut misfit: impl FnMut(usize, &str),
) -> ArrayRef {
    if from == to {
        return Arc::clone(array);
    }
    let mut cells = Cells::new(to);
    let mut scratch = String::new();
    let mut row = 0;
    for_each_text(array, from, |text| {
        match text {
            Some(text) if cells.append_text(text, &mut scratch).is_err() => misfit(row, text),
            Some(_) => {}
            None => cells.append_nulls(1),
        }
        row += 1;
    });
    cells.finish()
}
