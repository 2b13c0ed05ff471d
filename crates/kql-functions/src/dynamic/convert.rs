//! Conversions between `dynamic` and the other scalar types, of one value and of whole arrays.
//!
//! A dynamic value converts as what it holds: a number as that number (`toint(dynamic(1.5))` is 1), a string by the rules
//! of the string conversion (`toint(dynamic("3"))` is 3), a bool as 0 or 1. Arrays, bags and null give null, for `string`
//! their JSON text and `''`. Source: <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic> and SEMANTICS §9.1.

use arrow::array::{
    Array, BooleanArray, Decimal256Array, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Float64Array, Int32Array,
    Int64Array, StringViewArray, StringViewBuilder,
};
use datafusion_common::Result;
use kql_types::dynamic::Kind;
use kql_types::{datetime, decimal, dynamic, guid, number, timespan};
use std::borrow::Cow;

/// A decimal as the engine holds it.
pub type Decimal = arrow::datatypes::i256;

/// What a dynamic value is when a scalar is wanted of it.
enum Scalar<'a> {
    Bool(bool),
    Long(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    fn of(text: &'a str) -> Option<Self> {
        match dynamic::kind(text) {
            Kind::Bool => Some(Scalar::Bool(text.starts_with('t'))),
            Kind::Long => text.parse().ok().map(Scalar::Long),
            Kind::Real => text.parse().ok().map(Scalar::Real),
            Kind::String => dynamic::unquote(text).map(Scalar::Text),
            Kind::Null | Kind::Array | Kind::Bag => None,
        }
    }
}

/// A real without its fraction; beyond `long` the nearest `long`. `None` for NaN and the infinities.
fn truncate(value: f64) -> Option<i64> {
    value.is_finite().then_some(value as i64)
}

/// The value, when it is no string.
pub fn unless_text(text: &str) -> Option<&str> {
    (dynamic::kind(text) != Kind::String).then_some(text)
}

/// `tolong` of a dynamic value.
pub fn long_of(text: &str) -> Option<i64> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(i64::from(v)),
        Scalar::Long(v) => Some(v),
        Scalar::Real(v) => truncate(v),
        Scalar::Text(v) => number::parse_long(&v),
    }
}

/// `toint` of a dynamic value. A whole number out of range wraps, a real saturates, a string out of range is null.
pub fn int_of(text: &str) -> Option<i32> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(i32::from(v)),
        Scalar::Long(v) => Some(v as i32),
        Scalar::Real(v) => v.is_finite().then_some(v as i32),
        Scalar::Text(v) => number::parse_int(&v),
    }
}

/// `toreal` of a dynamic value.
pub fn real_of(text: &str) -> Option<f64> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(f64::from(u8::from(v))),
        Scalar::Long(v) => Some(v as f64),
        Scalar::Real(v) => Some(v),
        Scalar::Text(v) => number::parse_real(&v),
    }
}

/// `tobool` of a dynamic value: numbers are true when they are not zero.
pub fn bool_of(text: &str) -> Option<bool> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(v),
        Scalar::Long(v) => Some(v != 0),
        Scalar::Real(v) => (!v.is_nan()).then_some(v != 0.0),
        Scalar::Text(v) => number::parse_bool(&v),
    }
}

/// `todatetime` of a dynamic value, in ticks: of a number, that number of ticks.
pub fn datetime_of(text: &str) -> Option<i64> {
    match Scalar::of(text)? {
        Scalar::Bool(_) => None,
        Scalar::Long(v) => datetime::checked(v),
        Scalar::Real(v) => truncate(v).and_then(datetime::checked),
        Scalar::Text(v) => datetime::parse(&v),
    }
}

/// `totimespan` of a dynamic value, in ticks: of a number, that number of ticks.
pub fn timespan_of(text: &str) -> Option<i64> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(i64::from(v)),
        Scalar::Long(v) => Some(v),
        Scalar::Real(v) => truncate(v),
        Scalar::Text(v) => timespan::parse(&v),
    }
}

/// `toguid` of a dynamic value: strings only.
pub fn guid_of(text: &str) -> Option<[u8; 16]> {
    match Scalar::of(text)? {
        Scalar::Text(v) => guid::parse(&v),
        _ => None,
    }
}

/// `todecimal` of a dynamic value.
pub fn decimal_of(text: &str) -> Option<Decimal> {
    match Scalar::of(text)? {
        Scalar::Bool(v) => Some(decimal::from_i64(i64::from(v))),
        Scalar::Long(v) => Some(decimal::from_i64(v)),
        Scalar::Real(v) => decimal::from_f64(v),
        Scalar::Text(v) => decimal::parse(&v),
    }
}

/// `tostring` of each value: strings without quotes, other values as JSON text, null as `''`.
pub fn to_string(values: &StringViewArray) -> StringViewArray {
    if values.null_count() == 0 && values.iter().flatten().all(|v| !v.starts_with('"')) {
        return values.clone();
    }
    let mut out = StringViewBuilder::with_capacity(values.len());
    for value in values {
        out.append_value(dynamic::to_text(value.unwrap_or("null")));
    }
    out.finish()
}

/// `tolong` of each value.
pub fn to_long(values: &StringViewArray) -> Int64Array {
    values.iter().map(|v| v.and_then(long_of)).collect()
}

/// `toint` of each value.
pub fn to_int(values: &StringViewArray) -> Int32Array {
    values.iter().map(|v| v.and_then(int_of)).collect()
}

/// `toreal` of each value.
pub fn to_real(values: &StringViewArray) -> Float64Array {
    values.iter().map(|v| v.and_then(real_of)).collect()
}

/// `tobool` of each value.
pub fn to_bool(values: &StringViewArray) -> BooleanArray {
    values.iter().map(|v| v.and_then(bool_of)).collect()
}

/// `todatetime` of each value, in ticks.
pub fn to_datetime(values: &StringViewArray) -> Int64Array {
    values.iter().map(|v| v.and_then(datetime_of)).collect()
}

/// `totimespan` of each value, in ticks.
pub fn to_timespan(values: &StringViewArray) -> Int64Array {
    values.iter().map(|v| v.and_then(timespan_of)).collect()
}

/// `toguid` of each value.
///
/// # Errors
/// None that input can cause.
pub fn to_guid(values: &StringViewArray) -> Result<FixedSizeBinaryArray> {
    guids(values.iter().map(|v| v.and_then(guid_of)))
}

/// `todecimal` of each value.
///
/// # Errors
/// None that input can cause.
pub fn to_decimal(values: &StringViewArray) -> Result<Decimal256Array> {
    decimals(values.iter().map(|v| v.and_then(decimal_of)))
}

/// A `guid` column.
pub(crate) fn guids(values: impl ExactSizeIterator<Item = Option<[u8; 16]>>) -> Result<FixedSizeBinaryArray> {
    let mut out = FixedSizeBinaryBuilder::with_capacity(values.len(), 16);
    for value in values {
        match value {
            Some(bytes) => out.append_value(bytes)?,
            None => out.append_null(),
        }
    }
    Ok(out.finish())
}

/// A `decimal` column.
pub(crate) fn decimals(values: impl Iterator<Item = Option<Decimal>>) -> Result<Decimal256Array> {
    let array: Decimal256Array = values.collect();
    Ok(array.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_value_converts_as_what_it_holds() {
        type Case<'a> = (&'a str, Option<i64>, Option<i32>, Option<f64>, Option<bool>);
        #[rustfmt::skip]
        let cases: &[Case] = &[
            ("1", Some(1), Some(1), Some(1.0), Some(true)),
            ("0", Some(0), Some(0), Some(0.0), Some(false)),
            ("-1.7", Some(-1), Some(-1), Some(-1.7), Some(true)),
            ("9999999999", Some(9_999_999_999), Some(1_410_065_407), Some(9_999_999_999.0), Some(true)),
            ("1e30", Some(i64::MAX), Some(i32::MAX), Some(1e30), Some(true)),
            ("true", Some(1), Some(1), Some(1.0), Some(true)),
            ("false", Some(0), Some(0), Some(0.0), Some(false)),
            ("\"3\"", Some(3), Some(3), Some(3.0), Some(true)),
            ("\"9999999999\"", Some(9_999_999_999), None, Some(9_999_999_999.0), Some(true)),
            ("\"5.7\"", None, None, Some(5.7), None),
            ("\"True\"", None, None, None, Some(true)),
            ("\"\"", None, None, None, None),
            ("[1]", None, None, None, None),
            ("{\"a\":1}", None, None, None, None),
            ("null", None, None, None, None),
        ];
        for (text, long, int, real, boolean) in cases {
            assert_eq!(long_of(text), *long, "tolong {text}");
            assert_eq!(int_of(text), *int, "toint {text}");
            assert_eq!(real_of(text), *real, "toreal {text}");
            assert_eq!(bool_of(text), *boolean, "tobool {text}");
        }
    }

    #[test]
    fn times_guids_and_decimals() {
        let new_year = datetime::parse("2020-01-01");
        assert_eq!(datetime_of("\"2020-01-01T00:00:00.0000000Z\""), new_year);
        assert_eq!(datetime_of("637134336000000000"), new_year);
        assert_eq!(datetime_of("-1"), None);
        assert_eq!(timespan_of("\"1.00:00:00\""), Some(datetime::TICKS_PER_DAY));
        assert_eq!(timespan_of("1230.9"), Some(1230));
        assert_eq!(
            guid_of("\"74be27de-1e4e-49d9-b579-fe0b331d3642\""),
            guid::parse("74be27de1e4e49d9b579fe0b331d3642")
        );
        assert_eq!(guid_of("5"), None);
        assert_eq!(decimal_of("\"1.25\""), decimal::parse("1.25"));
        assert_eq!(decimal_of("1.25"), decimal::parse("1.25"));
    }

    #[test]
    fn string_form_unquotes_and_keeps_json() {
        let values: StringViewArray =
            [Some("\"x\\ny\""), Some("[1,2]"), Some("true"), None, Some("1.0")].into_iter().collect();
        let texts: Vec<_> = to_string(&values).iter().map(|v| v.map(str::to_owned)).collect();
        assert_eq!(texts, ["x\ny", "[1,2]", "true", "", "1.0"].map(|t| Some(t.to_owned())));
    }
}
