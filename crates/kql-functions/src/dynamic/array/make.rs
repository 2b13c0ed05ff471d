//! Arrays from scalars: `pack_array`, `repeat`, `range`.

use super::super::budget::Budget;
use super::super::cells::Cells;
use super::super::element::write_array;
use super::element;
use crate::kernel::dynamic_map;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, datetime, dynamic};

/// The most elements that [`RANGE`] and [`REPEAT`] make.
pub(crate) const MAX_ELEMENTS: usize = 1_048_576;

pub(crate) static PACK_ARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "pack_array",
        FunctionKind::Scalar,
        &["(value*...1..32767:scalar) -> dynamic"],
        "An array of the arguments; `*` stands for all columns. Datetimes, timespans, guids and decimals become strings. \
         <https://learn.microsoft.com/kusto/query/pack-array-function>",
    )
    .examples(&[example("pack_array(1, '2', 2s)", r#"[1,"2","00:00:02"]"#), example("pack_array(int(null))", "[null]")]),
    kernel: |call, args| {
        let cells = Cells::arguments(call, args, 0)?;
        dynamic_map(args, |row, out| {
            out.push('[');
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                cell.write_or_null(row, out);
            }
            out.push(']');
            true
        })
    },
};

pub(crate) static REPEAT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "repeat",
        FunctionKind::Scalar,
        &["(value:scalar, count:integer) -> dynamic"],
        "An array that holds a value several times, at most 1,048,576; null for a negative or null count. \
         <https://learn.microsoft.com/kusto/query/repeat-function>",
    )
    .named(ResultName::Prefix("repeat"))
    .examples(&[
        example("repeat(1, 3)", "[1,1,1]"),
        example("repeat('a', 0)", "[]"),
        example("repeat(1, -1)", "null"),
    ]),
    kernel: |call, args| {
        let (value, count) = (Cells::argument(call, args, 0)?, Cells::argument(call, args, 1)?);
        let mut budget = Budget::default();
        let result = dynamic_map(args, |row, out| {
            let Some(count) = count.long(row).and_then(|n| usize::try_from(n).ok()) else { return false };
            let value = element(&value, row);
            let count = count.min(MAX_ELEMENTS);
            if budget.spend(count, value.len()) {
                write_array(out, std::iter::repeat_n(value.as_str(), count));
            }
            true
        });
        budget.finish("repeat", result)
    },
};

pub(crate) static RANGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "range",
        FunctionKind::Scalar,
        &["(start:summable, stop:summable, step?:summable) -> dynamic"],
        "An array of equally spaced values from `start` up to and with `stop`, at most 1,048,576. The step is 1 for numbers \
         and 1h for datetimes and timespans; one real makes all values real. No values when the step leads away from \
         `stop`; null when an argument is null or the step is zero. \
         <https://learn.microsoft.com/kusto/query/range-function>",
    )
    .examples(&[
        example("range(1, 8, 3)", "[1,4,7]"),
        example("range(1.0, 3)", "[1.0,2.0,3.0]"),
        example("range(1h, 3h)", r#"["01:00:00","02:00:00","03:00:00"]"#),
        example(
            "range(datetime(2007-01-01), datetime(2007-01-02), 1d)",
            r#"["2007-01-01T00:00:00.0000000Z","2007-01-02T00:00:00.0000000Z"]"#,
        ),
    ]),
    kernel: range,
};

/// Writes an element of a range over whole numbers or ticks.
type WriteTicks = fn(&mut String, i64);

fn range(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let cells = Cells::arguments(call, args, 0)?;
    let is_real = |ty: &ScalarType| matches!(ty, ScalarType::Real | ScalarType::Decimal);
    let (write, step): (WriteTicks, i64) = match call.arguments.first() {
        Some(ScalarType::Datetime) => (dynamic::write_datetime, datetime::TICKS_PER_HOUR),
        Some(ScalarType::Timespan) => (dynamic::write_timespan, datetime::TICKS_PER_HOUR),
        _ => (dynamic::write_long, 1),
    };
    let real = call.arguments.iter().any(is_real);
    let mut budget = Budget::default();
    let result = dynamic_map(args, |row, out| {
        if !budget.spend(0, 0) {
            return false;
        }
        let written = if real { real_range(&cells, row, out) } else { ticks_range(&cells, row, step, write, out) };
        budget.spend(1, out.len());
        written.is_some()
    });
    budget.finish("range", result)
}

fn ticks_range(cells: &[Cells], row: usize, step: i64, write: WriteTicks, out: &mut String) -> Option<()> {
    let start = cells.first()?.long(row)?;
    let stop = cells.get(1)?.long(row)?;
    let step = cells.get(2).map_or(Some(step), |cell| cell.long(row)).filter(|step| *step != 0)?;
    out.push('[');
    let mut value = start;
    for at in 0..MAX_ELEMENTS {
        if (step > 0 && value > stop) || (step < 0 && value < stop) {
            break;
        }
        if at > 0 {
            out.push(',');
        }
        write(out, value);
        match value.checked_add(step) {
            Some(next) => value = next,
            None => break,
        }
    }
    out.push(']');
    Some(())
}

fn real_range(cells: &[Cells], row: usize, out: &mut String) -> Option<()> {
    let start = cells.first()?.real(row)?;
    let stop = cells.get(1)?.real(row)?;
    let step = cells.get(2).map_or(Some(1.0), |cell| cell.real(row))?;
    if step == 0.0 || !start.is_finite() || stop.is_nan() || !step.is_finite() {
        return None;
    }
    out.push('[');
    for at in 0..MAX_ELEMENTS {
        let value = start + at as f64 * step;
        if (step > 0.0 && value > stop) || (step < 0.0 && value < stop) || !value.is_finite() {
            break;
        }
        if at > 0 {
            out.push(',');
        }
        dynamic::write_real(out, value);
    }
    out.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{b, call_once, check, d, i, l, r, s, try_call};
    use super::*;
    use kql_types::Value;

    #[test]
    fn arrays_of_scalars() {
        let (day, dt) =
            (Value::Timespan(Some(datetime::TICKS_PER_DAY)), Value::Datetime(datetime::parse("2020-01-01")));
        let span = |hours: i64| Value::Timespan(Some(hours * datetime::TICKS_PER_HOUR));
        #[rustfmt::skip]
        check(&[
            ("pack_array", &[l(1), s("a\"b"), b(true), r(2.0), d("[1]"), day.clone(), dt.clone(), Value::Guid(None), d("null")],
                r#"[1,"a\"b",true,2.0,[1],"1.00:00:00","2020-01-01T00:00:00.0000000Z",null,null]"#),
            ("repeat", &[d("{\"a\":1}"), i(2)], "[{\"a\":1},{\"a\":1}]"),
            ("repeat", &[s("x"), l(0)], "[]"),
            ("repeat", &[l(1), l(-1)], "null"),
            ("repeat", &[Value::Long(None), l(1)], "[null]"),
            ("range", &[l(1), l(8), l(3)], "[1,4,7]"),
            ("range", &[i(1), l(3)], "[1,2,3]"),
            ("range", &[l(0), l(-1), l(1)], "[]"),
            ("range", &[l(5), l(1), l(-2)], "[5,3,1]"),
            ("range", &[l(1), l(5), l(0)], "null"),
            ("range", &[l(i64::MAX - 1), l(i64::MAX)], "[9223372036854775806,9223372036854775807]"),
            ("range", &[l(0), r(1.0), r(0.5)], "[0.0,0.5,1.0]"),
            ("range", &[r(1.5), l(3)], "[1.5,2.5]"),
            ("range", &[r(f64::NAN), l(3)], "null"),
            ("range", &[l(1), Value::Long(None)], "null"),
            ("range", &[span(1), span(5), span(2)], r#"["01:00:00","03:00:00","05:00:00"]"#),
            ("range", &[dt, Value::Datetime(datetime::parse("2020-01-02")), day],
                r#"["2020-01-01T00:00:00.0000000Z","2020-01-02T00:00:00.0000000Z"]"#),
        ]);
    }

    #[test]
    fn long_ranges_are_cut() {
        for args in [[l(1), l(1_000_000_000)], [r(1.0), r(1e9)]] {
            let array = call_once("range", &args);
            assert_eq!(dynamic::array_items(&array).count(), MAX_ELEMENTS);
        }
        assert_eq!(dynamic::array_items(&call_once("repeat", &[l(1), l(i64::MAX)])).count(), MAX_ELEMENTS);
        let error = try_call("repeat", &[s(&"x".repeat(10_000)), l(i64::MAX)], None).unwrap_err();
        assert!(error.to_string().contains("repeat() makes more than"), "{error}");
    }
}
