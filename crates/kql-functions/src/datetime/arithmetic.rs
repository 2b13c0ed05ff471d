//! `datetime_add`, `datetime_diff`: calendar arithmetic by named parts.

use crate::conversion::convert;
use crate::kernel::{long_map, longs, real_map, refuse, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::{DataFusionError, Result};
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::ScalarType;
use kql_types::datetime::{
    TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND,
    add_months, checked, to_civil,
};
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// A part of time that can be added and counted.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Year,
    Quarter,
    Month,
    Week,
    /// A fixed number of ticks.
    Ticks(i64),
    Nanosecond,
}

fn part(function: &str, args: &[ColumnarValue]) -> Result<Part> {
    let name = texts(&args[0])?;
    let name = name.text(0);
    Ok(match name.to_ascii_lowercase().as_str() {
        "year" => Part::Year,
        "quarter" => Part::Quarter,
        "month" => Part::Month,
        "week" => Part::Week,
        "day" => Part::Ticks(TICKS_PER_DAY),
        "hour" => Part::Ticks(TICKS_PER_HOUR),
        "minute" => Part::Ticks(TICKS_PER_MINUTE),
        "second" => Part::Ticks(TICKS_PER_SECOND),
        "millisecond" => Part::Ticks(TICKS_PER_MILLISECOND),
        "microsecond" => Part::Ticks(TICKS_PER_MICROSECOND),
        "nanosecond" => Part::Nanosecond,
        _ => return Err(unknown(function, name)),
    })
}

fn unknown(function: &str, name: &str) -> DataFusionError {
    let names = "year, quarter, month, week, day, hour, minute, second, millisecond, microsecond or nanosecond";
    refuse(code::DATE_PART, format!("{function}() knows no part '{name}': write {names}"))
}

fn add(part: Part, amount: i64, ticks: i64) -> Option<i64> {
    let moved = match part {
        Part::Year => return add_months(ticks, amount.checked_mul(12)?),
        Part::Quarter => return add_months(ticks, amount.checked_mul(3)?),
        Part::Month => return add_months(ticks, amount),
        Part::Week => amount.checked_mul(7 * TICKS_PER_DAY)?,
        Part::Ticks(unit) => amount.checked_mul(unit)?,
        Part::Nanosecond => amount.div_euclid(100),
    };
    ticks.checked_add(moved).and_then(checked)
}

/// How many boundaries of a part lie between two datetimes.
fn difference(part: Part, a: i64, b: i64) -> i64 {
    // Weeks start on Sunday, and 0001-01-01 was a Monday.
    let week = |ticks: i64| (ticks.div_euclid(TICKS_PER_DAY) + 1).div_euclid(7);
    let month = |ticks: i64| {
        let civil = to_civil(ticks);
        i64::from(civil.year) * 12 + i64::from(civil.month) - 1
    };
    match part {
        Part::Year => i64::from(to_civil(a).year) - i64::from(to_civil(b).year),
        Part::Quarter => month(a).div_euclid(3) - month(b).div_euclid(3),
        Part::Month => month(a) - month(b),
        Part::Week => week(a) - week(b),
        Part::Ticks(unit) => a.div_euclid(unit) - b.div_euclid(unit),
        Part::Nanosecond => a.wrapping_sub(b).wrapping_mul(100),
    }
}

pub(crate) static DATETIME_ADD: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_add",
        FunctionKind::Scalar,
        &["(part:const string, value:integer, datetime:datetime) -> datetime"],
        "The datetime moved by a number of years, quarters, months, weeks, days, hours, minutes, seconds, milliseconds, \
         microseconds or nanoseconds. A day that a month lacks becomes its last. \
         <https://learn.microsoft.com/kusto/query/datetime-add-function>",
    )
    .examples(&[
        example("datetime_add('month', -1, datetime(2020-03-31))", "\"2020-02-29T00:00:00Z\""),
        example("datetime_add('second', 90, datetime(2020-12-31 23:59:00))", "\"2021-01-01T00:00:30Z\""),
        example("datetime_add('quarter', -5, datetime(2020-05-31))", "\"2019-02-28T00:00:00Z\""),
    ]),
    kernel: |call, args| {
        let part = part("datetime_add", args)?;
        let amounts = longs(&convert(&args[1], call.arguments[1], ScalarType::Long)?)?;
        let dates = longs(&args[2])?;
        long_map(args, |row| add(part, amounts.get(row)?, dates.get(row)?))
    },
};

pub(crate) static DATETIME_DIFF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_diff",
        FunctionKind::Scalar,
        &["(part:const string, datetime1:datetime, datetime2:datetime) -> long"],
        "How many boundaries of years, quarters, months, weeks (Sundays), days, hours, minutes, seconds, milliseconds, \
         microseconds or nanoseconds lie between the second datetime and the first. \
         <https://learn.microsoft.com/kusto/query/datetime-diff-function>",
    )
    .examples(&[
        example("datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", "17"),
        example("datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))", "2"),
        example("datetime_diff('second', datetime(2017-10-30 23:00:10.100), datetime(2017-10-30 23:00:00.900))", "10"),
    ]),
    kernel: datetime_diff,
};

fn datetime_diff(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let part = part("datetime_diff", args)?;
    let (first, second) = (longs(&args[1])?, longs(&args[2])?);
    // Of weeks the engine makes a real; the binder says so in the result type.
    if call.result == ScalarType::Real {
        return real_map(args, |row| Some(difference(part, first.get(row)?, second.get(row)?) as f64));
    }
    long_map(args, |row| Some(difference(part, first.get(row)?, second.get(row)?)))
}

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn boundaries_are_counted() {
        check(&[
            ("datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))", "2"),
            ("datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30))", "13"),
            ("datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))", "5"),
            ("datetime_diff('day', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))", "29"),
            ("datetime_diff('minute', datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))", "5"),
            (
                "datetime_diff('millisecond', datetime(2017-10-30 23:00:00.200100), datetime(2017-10-30 23:00:00.100900))",
                "100",
            ),
            (
                "datetime_diff('microsecond', datetime(2017-10-30 23:00:00.1009001), datetime(2017-10-30 23:00:00.1008009))",
                "100",
            ),
            (
                "datetime_diff('nanosecond', datetime(2017-10-30 23:00:00.0000000), datetime(2017-10-30 23:00:00.0000007))",
                "-700",
            ),
            ("datetime_diff('day', datetime(null), datetime(2017-10-30))", "null"),
        ]);
    }

    #[test]
    fn days_are_clamped_and_the_range_is_kept() {
        check(&[
            ("datetime_add('year', 1, datetime(2020-02-29))", "\"2021-02-28T00:00:00Z\""),
            ("datetime_add('week', -53, datetime(2021-03-15 12:00:00))", "\"2020-03-09T12:00:00Z\""),
            ("datetime_add('day', int(400), datetime(2020-01-01))", "\"2021-02-04T00:00:00Z\""),
            ("datetime_add('nanosecond', 250, datetime(2020-01-01))", "\"2020-01-01T00:00:00.0000002Z\""),
            ("datetime_add('year', 8000, datetime(2020-01-01))", "null"),
            ("datetime_add('day', 9223372036854775807, datetime(2020-01-01))", "null"),
            ("datetime_add('day', long(null), datetime(2020-01-01))", "null"),
        ]);
        assert!(run("datetime_add('decade', 1, datetime(2020-01-01))").unwrap_err().contains("SEM0235"));
    }
}
