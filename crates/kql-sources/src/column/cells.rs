//! Values of one type, appended from JSON or text.
//!
//! Repair rules, the same for every known column: the empty text is null in every type but `string`; numbers and booleans
//! in quotes are read; `0`/`1` are booleans; JSON in a string is decoded for `dynamic`, as Log Analytics exports it; text
//! that is no JSON stays a dynamic string, as `parse_json` has it.

use super::Strings;
use crate::json::{Raw, unescape};
use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
};
use kql_functions::arrow_type;
use kql_types::{ScalarType, datetime, decimal, dynamic, guid, number, timespan};
use std::sync::Arc;

/// A value that its column cannot hold; null (or the raw text, for `dynamic`) stands in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

/// Values of a [`ScalarType`] in the engine's representation.
#[derive(Debug)]
pub(crate) enum Cells {
    /// `bool`.
    Bool(BooleanBuilder),
    /// `int`.
    Int(Int32Builder),
    /// `long`.
    Long(Int64Builder),
    /// `real`.
    Real(Float64Builder),
    /// `decimal`.
    Decimal(Decimal256Builder),
    /// `string`; missing values are `''`.
    String(Strings),
    /// `datetime`, ticks.
    Datetime(Int64Builder),
    /// `timespan`, ticks.
    Timespan(Int64Builder),
    /// `guid`.
    Guid(FixedSizeBinaryBuilder),
    /// `dynamic`, canonical JSON text.
    Dynamic(Strings),
}

impl Cells {
    /// An empty column. `unknown` is held as `dynamic`.
    pub(crate) fn new(ty: ScalarType) -> Self {
        match ty {
            ScalarType::Bool => Cells::Bool(BooleanBuilder::new()),
            ScalarType::Int => Cells::Int(Int32Builder::new()),
            ScalarType::Long => Cells::Long(Int64Builder::new()),
            ScalarType::Real => Cells::Real(Float64Builder::new()),
            ScalarType::Decimal => {
                Cells::Decimal(Decimal256Builder::new().with_data_type(arrow_type(ScalarType::Decimal)))
            }
            ScalarType::String => Cells::String(Strings::new()),
            ScalarType::Datetime => Cells::Datetime(Int64Builder::new()),
            ScalarType::Timespan => Cells::Timespan(Int64Builder::new()),
            ScalarType::Guid => Cells::Guid(FixedSizeBinaryBuilder::new(16)),
            ScalarType::Dynamic | ScalarType::Unknown => Cells::Dynamic(Strings::new()),
        }
    }

    /// The type.
    pub(crate) fn ty(&self) -> ScalarType {
        match self {
            Cells::Bool(_) => ScalarType::Bool,
            Cells::Int(_) => ScalarType::Int,
            Cells::Long(_) => ScalarType::Long,
            Cells::Real(_) => ScalarType::Real,
            Cells::Decimal(_) => ScalarType::Decimal,
            Cells::String(_) => ScalarType::String,
            Cells::Datetime(_) => ScalarType::Datetime,
            Cells::Timespan(_) => ScalarType::Timespan,
            Cells::Guid(_) => ScalarType::Guid,
            Cells::Dynamic(_) => ScalarType::Dynamic,
        }
    }

    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        use arrow::array::ArrayBuilder;
        match self {
            Cells::Bool(b) => b.len(),
            Cells::Int(b) => b.len(),
            Cells::Long(b) | Cells::Datetime(b) | Cells::Timespan(b) => b.len(),
            Cells::Real(b) => b.len(),
            Cells::Decimal(b) => b.len(),
            Cells::String(b) | Cells::Dynamic(b) => b.len(),
            Cells::Guid(b) => b.len(),
        }
    }

    /// Adds nulls, `''` in a string column.
    pub(crate) fn append_nulls(&mut self, count: usize) {
        match self {
            Cells::Bool(b) => b.append_nulls(count),
            Cells::Int(b) => b.append_nulls(count),
            Cells::Long(b) | Cells::Datetime(b) | Cells::Timespan(b) => b.append_nulls(count),
            Cells::Real(b) => b.append_nulls(count),
            Cells::Decimal(b) => b.append_nulls(count),
            Cells::String(b) => b.append_empty(count),
            Cells::Guid(b) => b.append_nulls(count),
            Cells::Dynamic(b) => b.append_nulls(count),
        }
    }

    /// The values so far; the column is empty afterwards.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Cells::Bool(b) => Arc::new(b.finish()),
            Cells::Int(b) => Arc::new(b.finish()),
            Cells::Long(b) | Cells::Datetime(b) | Cells::Timespan(b) => Arc::new(b.finish()),
            Cells::Real(b) => Arc::new(b.finish()),
            Cells::Decimal(b) => Arc::new(b.finish()),
            Cells::String(b) | Cells::Dynamic(b) => Arc::new(b.finish()),
            Cells::Guid(b) => Arc::new(b.finish()),
        }
    }

    /// Adds a JSON value.
    #[inline]
    pub(crate) fn append_json(&mut self, value: Raw<'_>, scratch: &mut String) -> Result<(), Misfit> {
        match value {
            Raw::String { text, escaped: false } => self.append_text(text, scratch),
            Raw::String { text, escaped: true } => {
                let mut content = std::mem::take(scratch);
                content.clear();
                unescape(text, &mut content);
                let result = self.append_text(&content, scratch);
                *scratch = content;
                result
            }
            Raw::Null => {
                self.append_nulls(1);
                Ok(())
            }
            Raw::Number(text) => self.append_number(text, scratch),
            Raw::Bool(value) => self.append_bool(value),
            Raw::Nested(text) => self.append_nested(text, scratch),
        }
    }

    fn append_bool(&mut self, value: bool) -> Result<(), Misfit> {
        match self {
            Cells::Bool(b) => b.append_value(value),
            Cells::Int(b) => b.append_value(i32::from(value)),
            Cells::Long(b) => b.append_value(i64::from(value)),
            Cells::String(b) | Cells::Dynamic(b) => b.append_value(if value { "true" } else { "false" }),
            _ => {
                self.append_nulls(1);
                return Err(Misfit);
            }
        }
        Ok(())
    }

    fn append_number(&mut self, text: &str, scratch: &mut String) -> Result<(), Misfit> {
        match self {
            Cells::String(b) => {
                b.append_value(text);
                Ok(())
            }
            Cells::Int(b) => option(text.parse().ok().or_else(|| whole(text)?.try_into().ok()), |v| b.append_option(v)),
            Cells::Long(b) => option(text.parse().ok().or_else(|| whole(text)), |v| b.append_option(v)),
            Cells::Datetime(b) => {
                // Digits alone would be read as a year or a date; in JSON a number is neither.
                b.append_null();
                Err(Misfit)
            }
            _ => self.append_text(text, scratch),
        }
    }

    fn append_nested(&mut self, text: &str, scratch: &mut String) -> Result<(), Misfit> {
        match self {
            Cells::String(b) | Cells::Dynamic(b) => {
                scratch.clear();
                if dynamic::write_canonical(scratch, text) {
                    b.append_value(scratch);
                    return Ok(());
                }
                if let Cells::Dynamic(b) = self {
                    dynamic::write_quoted(scratch, text);
                    b.append_value(scratch);
                } else if let Cells::String(b) = self {
                    b.append_value(text);
                }
                Err(Misfit)
            }
            _ => {
                self.append_nulls(1);
                Err(Misfit)
            }
        }
    }

    /// Adds a value given as text.
    #[inline]
    pub(crate) fn append_text(&mut self, text: &str, scratch: &mut String) -> Result<(), Misfit> {
        if let Cells::String(b) = self {
            b.append_value(text);
            return Ok(());
        }
        if text.is_empty() {
            self.append_nulls(1);
            return Ok(());
        }
        match self {
            Cells::String(_) => Ok(()),
            Cells::Bool(b) => option(number::parse_bool(text), |v| b.append_option(v)),
            Cells::Int(b) => {
                let value = number::parse_int(text).or_else(|| whole(text)?.try_into().ok());
                option(value, |v| b.append_option(v))
            }
            Cells::Long(b) => option(number::parse_long(text).or_else(|| whole(text)), |v| b.append_option(v)),
            Cells::Real(b) => option(number::parse_real(text), |v| b.append_option(v)),
            Cells::Decimal(b) => option(decimal::parse(text), |v| b.append_option(v)),
            Cells::Datetime(b) => option(datetime::parse(text), |v| b.append_option(v)),
            Cells::Timespan(b) => option(timespan::parse(text), |v| b.append_option(v)),
            Cells::Guid(b) => match guid::parse(text) {
                // A value of 16 bytes always fits.
                Some(value) => b.append_value(value).map_err(|_| Misfit),
                None => {
                    b.append_null();
                    Err(Misfit)
                }
            },
            Cells::Dynamic(b) => {
                scratch.clear();
                if !dynamic::write_canonical(scratch, text) {
                    dynamic::write_quoted(scratch, text);
                }
                if scratch == "null" {
                    b.append_null();
                } else {
                    b.append_value(scratch);
                }
                Ok(())
            }
        }
    }
}

/// A whole number written as a real (`5.0`, `1e3`), as exporters that know one number type do.
fn whole(text: &str) -> Option<i64> {
    let value: f64 = text.trim().parse().ok()?;
    // Beyond 2^53 a double no longer tells which whole number was meant.
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}

fn option<T>(value: Option<T>, append: impl FnOnce(Option<T>)) -> Result<(), Misfit> {
    let fits = if value.is_some() { Ok(()) } else { Err(Misfit) };
    append(value);
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Scanner;
    use crate::testing::texts;
    use kql_types::ScalarType as T;

    /// The texts the values of a column have; `!` behind a misfit.
    fn read(ty: T, values: &[&str]) -> Vec<String> {
        let mut cells = Cells::new(ty);
        let mut scratch = String::new();
        let fits: Vec<_> = values
            .iter()
            .map(|v| cells.append_json(Scanner::new(v).value().expect("json"), &mut scratch).is_ok())
            .collect();
        assert_eq!(cells.len(), values.len());
        texts(&cells.finish(), ty).into_iter().zip(fits).map(|(t, fits)| t + if fits { "" } else { "!" }).collect()
    }

    #[test]
    fn json_values_in_columns_of_every_type() {
        let long =
            read(T::Long, &["1", "-9223372036854775808", "5.0", "1e3", r#""7""#, r#""0x10""#, r#""""#, "null", "true"]);
        assert_eq!(long, ["1", "-9223372036854775808", "5", "1000", "7", "16", "null", "null", "1"]);
        assert_eq!(
            read(T::Long, &["1.5", "9223372036854775808", r#""x""#, "[1]"]),
            ["null!", "null!", "null!", "null!"]
        );
        assert_eq!(read(T::Int, &["1", "2147483648", "3.0"]), ["1", "null!", "3"]);
        assert_eq!(
            read(T::Bool, &["true", "0", "1", r#""True""#, r#""maybe""#, "{}"]),
            ["true", "false", "true", "true", "null!", "null!"]
        );
        assert_eq!(read(T::Real, &["1", "1.5e2", r#""2.5""#, "NaN", "true"]), ["1.0", "150.0", "2.5", "NaN", "null!"]);
        assert_eq!(
            read(T::Datetime, &[r#""2026-11-21T17:03:21.698868Z""#, r#""2026-11-21""#, "1700000000", r#""soon""#]),
            ["2026-11-21T17:03:21.6988680Z", "2026-11-21T00:00:00.0000000Z", "null!", "null!"]
        );
        assert_eq!(read(T::Timespan, &[r#""1.00:00:00""#, r#""x""#]), ["1.00:00:00", "null!"]);
        assert_eq!(
            read(T::Guid, &[r#""7b1f4d5e-0000-4000-8000-00000000beef""#, "1"]),
            ["7b1f4d5e-0000-4000-8000-00000000beef", "null!"]
        );
        assert_eq!(read(T::Decimal, &["1.5", r#""2""#]), ["1.5", "2"]);
    }

    #[test]
    fn strings_take_everything() {
        let values = ["null", "\"\"", "4", "1.50", "true", r#""a\nb""#, r#"{ "a" : [1, 2.50] }"#];
        assert_eq!(read(T::String, &values), ["", "", "4", "1.50", "true", "a\nb", r#"{"a":[1,2.5]}"#]);
    }

    #[test]
    fn dynamic_decodes_json_in_strings() {
        let values = [
            "null",
            "\"\"",
            "4",
            "true",
            r#""{\"k\" : 1}""#,
            r#""[\"a\"]""#,
            r#""plain""#,
            r#""{'k': 1}""#,
            r#"{"a": null}"#,
            r#""null""#,
        ];
        assert_eq!(
            read(T::Dynamic, &values),
            [
                "null",
                "null",
                "4",
                "true",
                r#"{"k":1}"#,
                r#"["a"]"#,
                r#""plain""#,
                r#""{'k': 1}""#,
                r#"{"a":null}"#,
                "null"
            ]
        );
    }

    #[test]
    fn brackets_that_are_no_json_stay_as_text() {
        assert_eq!(read(T::Dynamic, &["{a:1}"]), [r#""{a:1}"!"#]);
        assert_eq!(read(T::String, &["{a:1}"]), ["{a:1}!"]);
    }
}
