//! Text as any scalar type: what `tolong`, `todatetime` and their like make of a string.

use crate::dynamic::parse_text;
use arrow::array::{
    ArrayRef, BooleanArray, Decimal256Array, FixedSizeBinaryBuilder, Float64Array, Int32Array, Int64Array,
    StringViewArray,
};
use datafusion_common::Result;
use kql_types::{ScalarType, datetime, decimal, guid, number, timespan};
use std::sync::Arc;

/// A column of a type from texts. Text that cannot be read is null, no text is null too, and `''` for a string.
pub(crate) fn column<T: AsRef<str>>(ty: ScalarType, n: usize, text: impl Fn(usize) -> Option<T>) -> Result<ArrayRef> {
    let text = &text;
    fn read<'a, T: AsRef<str>, V>(
        n: usize,
        text: &'a impl Fn(usize) -> Option<T>,
        parse: impl Fn(&str) -> Option<V> + 'a,
    ) -> impl Iterator<Item = Option<V>> + 'a {
        (0..n).map(move |row| text(row).and_then(|t| parse(t.as_ref())))
    }
    Ok(match ty {
        ScalarType::String => Arc::new(
            (0..n)
                .map(|row| Some(text(row).map_or_else(String::new, |t| t.as_ref().to_owned())))
                .collect::<StringViewArray>(),
        ),
        ScalarType::Bool => Arc::new(read(n, text, number::parse_bool).collect::<BooleanArray>()),
        ScalarType::Int => Arc::new(read(n, text, number::parse_int).collect::<Int32Array>()),
        ScalarType::Long => Arc::new(read(n, text, number::parse_long).collect::<Int64Array>()),
        ScalarType::Real => Arc::new(read(n, text, number::parse_real).collect::<Float64Array>()),
        ScalarType::Datetime => Arc::new(read(n, text, datetime::parse).collect::<Int64Array>()),
        ScalarType::Timespan => Arc::new(read(n, text, timespan::parse).collect::<Int64Array>()),
        ScalarType::Decimal => {
            let values: Decimal256Array = read(n, text, decimal::parse).collect();
            Arc::new(values.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?)
        }
        ScalarType::Guid => {
            let mut values = FixedSizeBinaryBuilder::with_capacity(n, 16);
            for value in read(n, text, guid::parse) {
                match value {
                    Some(guid) => values.append_value(guid)?,
                    None => values.append_null(),
                }
            }
            Arc::new(values.finish())
        }
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(read(n, text, json).collect::<StringViewArray>()),
    })
}

/// As `parse_json`.
fn json(text: &str) -> Option<String> {
    let mut out = String::new();
    parse_text(text, &mut out).then_some(out)
}
