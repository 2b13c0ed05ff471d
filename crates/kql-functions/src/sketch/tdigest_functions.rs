//! `tdigest_merge`, `percentile_tdigest`, `percentiles_array_tdigest`, `rank_tdigest`, `percentrank_tdigest`: sketches that
//! `tdigest` made.

use super::tdigest::Tdigest;
use crate::conversion::null_of;
use crate::kernel::{dynamic_map, finish, int_map, long_map, real_map, reals, rows, string_map, texts};
use crate::{Call, ScalarFunction};
use arrow::array::{Array, AsArray, Decimal256Array};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, Value, datetime, decimal, dynamic, number, timespan};
use std::sync::Arc;

/// An example over the sketch of 1 … 10. Examples are constants, so the text is written out in each.
macro_rules! over_ten {
    ($rest:literal) => {
        concat!("range x from 1 to 10 step 1 | summarize t = tdigest(x) | ", $rest)
    };
}

pub(crate) static TDIGEST_MERGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "tdigest_merge",
        FunctionKind::Scalar,
        &["(tdigest...2..16:array) -> dynamic"],
        "One percentile sketch of the values of several. Arguments that are no sketches are skipped; null when none is \
         one. <https://learn.microsoft.com/kusto/query/tdigest-merge-function>",
    )
    .aliases(&["merge_tdigest"])
    .named(ResultName::Fixed("tdigests_merge_result"))
    .examples(&[example(
        over_ten!("project p = percentile_tdigest(tdigest_merge(t, t), 100, typeof(long))"),
        "{\"p\":10}",
    )]),
    kernel: |_, args| {
        let sketches = args.iter().map(texts).collect::<Result<Vec<_>>>()?;
        dynamic_map(args, |row, out| {
            let mut parsed = sketches.iter().filter_map(|s| Tdigest::parse(s.get(row)?));
            let Some(mut merged) = parsed.next() else { return false };
            if parsed.try_for_each(|other| merged.merge(&other)).is_err() {
                return false;
            }
            merged.write_text(out);
            true
        })
    },
};

pub(crate) static PERCENTILE_TDIGEST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "percentile_tdigest",
        FunctionKind::Scalar,
        &["(tdigest:array, percentile:real) -> dynamic", "(tdigest:array, percentile:real, type:type) -> typeof"],
        "The value at a percentile of a sketch, by nearest rank: dynamic, or of the type that `typeof()` gives. Null for \
         values that are no sketch. <https://learn.microsoft.com/kusto/query/percentile-tdigest-function>",
    )
    .named(ResultName::Prefix("percentile_tdigest"))
    .examples(&[example(over_ten!("project p = percentile_tdigest(t, 90, typeof(long))"), "{\"p\":9}")]),
    kernel: percentile_tdigest,
};

fn percentile_tdigest(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (sketches, percentages) = (texts(&args[0])?, reals(&args[1])?);
    // The type argument, when it is there, has done its work in the result type.
    let args = &args[..2];
    let value = |row| Tdigest::parse(sketches.get(row)?)?.percentile(percentages.get(row)?);
    match call.result {
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => long_map(args, |row| as_long(&value(row)?)),
        ScalarType::Int => int_map(args, |row| i32::try_from(as_long(&value(row)?)?).ok()),
        ScalarType::Real => real_map(args, |row| as_real(&value(row)?)),
        ScalarType::Decimal => {
            let decimals: Decimal256Array = (0..rows(args))
                .map(|row| match value(row)? {
                    Value::Real(Some(v)) => decimal::from_f64(v),
                    other => as_long(&other).map(decimal::from_i64),
                })
                .collect();
            finish(args, Arc::new(decimals.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?))
        }
        ScalarType::String => string_map(args, |row, out| match value(row) {
            Some(Value::Datetime(Some(v))) => datetime::write(out, v),
            Some(Value::Timespan(Some(v))) => timespan::write(out, v),
            Some(Value::Real(Some(v))) => number::write_real(out, v),
            Some(Value::Long(Some(v))) => number::write_long(out, v),
            _ => {}
        }),
        // No sketch holds values of these types.
        ScalarType::Bool | ScalarType::Guid => null_of(call.result),
        _ => dynamic_map(args, |row, out| value(row).inspect(|v| dynamic::write_value(out, v)).is_some()),
    }
}

fn as_long(value: &Value) -> Option<i64> {
    match value {
        Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => *v,
        Value::Real(v) => v.map(|v| v as i64),
        _ => None,
    }
}

fn as_real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(v) => *v,
        other => as_long(other).map(|v| v as f64),
    }
}

pub(crate) static PERCENTILES_ARRAY_TDIGEST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "percentiles_array_tdigest",
        FunctionKind::Scalar,
        &[
            "(tdigest:array, percentile...1..:real) -> dynamic",
            "(tdigest:array, percentiles:array) -> dynamic",
        ],
        "The values at several percentiles of a sketch as an array; the percentiles are arguments or one array. Null for \
         values that are no sketch. <https://learn.microsoft.com/kusto/query/percentiles-array-tdigest-function>",
    )
    .aliases(&["percentile_array_tdigest"])
    .named(ResultName::Prefix("percentile_tdigest"))
    .examples(&[example(over_ten!("project p = percentiles_array_tdigest(t, 10, 50)"), "{\"p\":[1,5]}")]),
    kernel: |call, args| {
        let sketches = texts(&args[0])?;
        let write = |sketch: Option<&str>, wanted: &mut dyn Iterator<Item = Option<f64>>, out: &mut String| {
            let Some(mut sketch) = sketch.and_then(Tdigest::parse) else { return false };
            out.push('[');
            for (i, percentage) in wanted.enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                match percentage.and_then(|p| sketch.percentile(p)) {
                    Some(value) => dynamic::write_value(out, &value),
                    None => out.push_str("null"),
                }
            }
            out.push(']');
            true
        };
        if call.arguments.get(1) == Some(&ScalarType::Dynamic) {
            let lists = texts(&args[1])?;
            return dynamic_map(args, |row, out| {
                let list = lists.get(row).unwrap_or("");
                write(sketches.get(row), &mut dynamic::array_items(list).map(number::parse_real), out)
            });
        }
        let percentages = args[1..].iter().map(reals).collect::<Result<Vec<_>>>()?;
        dynamic_map(args, |row, out| write(sketches.get(row), &mut percentages.iter().map(|p| p.get(row)), out))
    },
};

pub(crate) static RANK_TDIGEST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "rank_tdigest",
        FunctionKind::Scalar,
        &["(digest:array, value:scalar) -> real"],
        "How many values of a sketch are at or below a value. Null for nulls and values that are no sketch. \
         <https://learn.microsoft.com/kusto/query/rank-tdigest-function>",
    )
    .examples(&[example(over_ten!("project r = rank_tdigest(t, 3)"), "{\"r\":3.0}")]),
    kernel: |call, args| {
        let (sketches, value) = (texts(&args[0])?, Values::new(call, &args[1])?);
        real_map(args, |row| Tdigest::parse(sketches.get(row)?)?.rank(&value.get(row)))
    },
};

pub(crate) static PERCENTRANK_TDIGEST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "percentrank_tdigest",
        FunctionKind::Scalar,
        &["(digest:array, value:scalar) -> real"],
        "How many percent of the values of a sketch are at or below a value. Null for nulls and values that are no \
         sketch. <https://learn.microsoft.com/kusto/query/percentrank-tdigest-function>",
    )
    .examples(&[example(over_ten!("project r = percentrank_tdigest(t, 3)"), "{\"r\":30.0}")]),
    kernel: |call, args| {
        let (sketches, value) = (texts(&args[0])?, Values::new(call, &args[1])?);
        real_map(args, |row| {
            let sketch = Tdigest::parse(sketches.get(row)?)?;
            Some(sketch.rank(&value.get(row))? / sketch.digest().total() as f64 * 100.0)
        })
    },
};

/// The value to rank, of any type; [`Value::Long`]'s null for what has no rank.
struct Values {
    ty: ScalarType,
    array: arrow::array::ArrayRef,
    constant: bool,
}

impl Values {
    fn new(call: &Call, arg: &ColumnarValue) -> Result<Self> {
        let (array, constant) = match arg {
            ColumnarValue::Array(a) => (Arc::clone(a), false),
            ColumnarValue::Scalar(s) => (s.to_array()?, true),
        };
        Ok(Values { ty: call.arguments.get(1).copied().unwrap_or(ScalarType::Dynamic), array, constant })
    }

    fn get(&self, row: usize) -> Value {
        let row = if self.constant { 0 } else { row };
        if self.array.is_null(row) {
            return Value::Long(None);
        }
        match self.array.data_type() {
            DataType::Int64 => Value::Long(Some(self.array.as_primitive::<Int64Type>().value(row))),
            DataType::Int32 => Value::Long(Some(i64::from(self.array.as_primitive::<Int32Type>().value(row)))),
            DataType::Float64 => Value::Real(Some(self.array.as_primitive::<Float64Type>().value(row))),
            DataType::Decimal256(..) => {
                Value::Real(Some(decimal::to_f64(self.array.as_primitive::<Decimal256Type>().value(row))))
            }
            DataType::Utf8View if self.ty == ScalarType::Dynamic => {
                let text = self.array.as_string_view().value(row);
                match text.parse() {
                    Ok(long) => Value::Long(Some(long)),
                    Err(_) => Value::Real(number::parse_real(text)),
                }
            }
            _ => Value::Long(None),
        }
    }
}
