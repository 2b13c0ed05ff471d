//! Any scalar argument as text: what `tostring` gives, for the functions that take a value of any type as its text.

use crate::Call;
use crate::kernel::{Rows, bools, guids, ints, longs, reals, rows_of, texts};
use arrow::array::{Array, AsArray, StringViewArray, StringViewBuilder};
use arrow::datatypes::Decimal256Type;
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::{ScalarType, datetime, decimal, dynamic, guid, number, timespan};

/// Argument `index` of a call in text form. Null stays null, and [`Rows::text`] reads it as `''`, as `tostring` does.
///
/// Text columns are taken as they are; so are `dynamic` columns without JSON strings, whose text is the JSON itself.
pub(crate) fn text_forms(call: &Call, args: &[ColumnarValue], index: usize) -> Result<Rows<StringViewArray>> {
    match (args.get(index), call.arguments.get(index)) {
        (Some(arg), Some(ty)) => text_form(arg, *ty),
        _ => internal_err!("argument {index} is missing"),
    }
}

/// An argument of a type in text form.
pub(crate) fn text_form(arg: &ColumnarValue, ty: ScalarType) -> Result<Rows<StringViewArray>> {
    match ty {
        ScalarType::String => texts(arg),
        ScalarType::Dynamic | ScalarType::Unknown => {
            let rows = texts(arg)?;
            if rows.array().iter().flatten().all(|json| !json.starts_with('"')) {
                return Ok(rows);
            }
            written(
                arg,
                |row| rows.get(row).is_none(),
                |row, out| {
                    out.push_str(&dynamic::to_text(rows.text(row)));
                },
            )
        }
        ScalarType::Bool => {
            let rows = bools(arg)?;
            written(
                arg,
                |row| rows.get(row).is_none(),
                |row, out| {
                    out.push_str(if rows.get(row) == Some(true) { "True" } else { "False" });
                },
            )
        }
        ScalarType::Int => {
            let rows = ints(arg)?;
            let value = |row| rows.get(row).map(i64::from);
            written(arg, |row| value(row).is_none(), |row, out| number::write_long(out, value(row).unwrap_or(0)))
        }
        ScalarType::Long => {
            let rows = longs(arg)?;
            written(arg, |row| rows.get(row).is_none(), |row, out| number::write_long(out, rows.get(row).unwrap_or(0)))
        }
        ScalarType::Datetime => {
            let rows = longs(arg)?;
            written(arg, |row| rows.get(row).is_none(), |row, out| datetime::write(out, rows.get(row).unwrap_or(0)))
        }
        ScalarType::Timespan => {
            let rows = longs(arg)?;
            written(arg, |row| rows.get(row).is_none(), |row, out| timespan::write(out, rows.get(row).unwrap_or(0)))
        }
        ScalarType::Real => {
            let rows = reals(arg)?;
            written(
                arg,
                |row| rows.get(row).is_none(),
                |row, out| number::write_real(out, rows.get(row).unwrap_or(0.0)),
            )
        }
        ScalarType::Guid => {
            let rows = guids(arg)?;
            written(
                arg,
                |row| rows.get(row).is_none(),
                |row, out| {
                    if let Some(bytes) = rows.get(row).and_then(|b| b.try_into().ok()) {
                        guid::write(out, bytes);
                    }
                },
            )
        }
        ScalarType::Decimal => {
            let array = match arg {
                ColumnarValue::Array(a) => a.clone(),
                ColumnarValue::Scalar(s) => s.to_array()?,
            };
            let Some(values) = array.as_primitive_opt::<Decimal256Type>() else {
                return internal_err!("decimal argument is {}", array.data_type());
            };
            written(arg, |row| values.is_null(row), |row, out| decimal::write(out, values.value(row)))
        }
    }
}

/// The texts that `write` appends, null where `null` says so.
fn written(
    arg: &ColumnarValue,
    null: impl Fn(usize) -> bool,
    write: impl Fn(usize, &mut String),
) -> Result<Rows<StringViewArray>> {
    let n = match arg {
        ColumnarValue::Array(a) => a.len(),
        ColumnarValue::Scalar(_) => 1,
    };
    let mut out = StringViewBuilder::with_capacity(n);
    let mut buffer = String::new();
    for row in 0..n {
        if null(row) {
            out.append_null();
            continue;
        }
        buffer.clear();
        write(row, &mut buffer);
        out.append_value(&buffer);
    }
    Ok(rows_of(out.finish(), matches!(arg, ColumnarValue::Scalar(_))))
}
