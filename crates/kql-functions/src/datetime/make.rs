//! `make_datetime`, `make_timespan`, `unixtime_…_todatetime`: times of numbers.

use crate::ScalarFunction;
use crate::conversion::convert;
use crate::kernel::Rows;
use crate::kernel::{long_map, longs, reals};
use arrow::array::{Float64Array, Int64Array};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::datetime::{
    Civil, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND, UNIX_EPOCH,
    checked, from_civil,
};
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};

/// Numbers that are read as longs where they are whole, as reals else.
enum Numbers {
    Long(Rows<Int64Array>),
    Real(Rows<Float64Array>),
}

impl Numbers {
    fn new(value: &ColumnarValue, ty: ScalarType) -> Result<Self> {
        Ok(match ty {
            ScalarType::Real | ScalarType::Decimal | ScalarType::Dynamic => {
                Numbers::Real(reals(&convert(value, ty, ScalarType::Real)?)?)
            }
            _ => Numbers::Long(longs(&convert(value, ty, ScalarType::Long)?)?),
        })
    }

    /// The number without its fraction.
    fn whole(&self, row: usize) -> Option<i64> {
        match self {
            Numbers::Long(rows) => rows.get(row),
            Numbers::Real(rows) => rows.get(row).filter(|v| v.is_finite()).map(|v| v as i64),
        }
    }

    /// The number of units in ticks, the fraction to the nearest tick.
    fn ticks(&self, row: usize, unit: i64) -> Option<i64> {
        match self {
            Numbers::Long(rows) => rows.get(row)?.checked_mul(unit),
            Numbers::Real(rows) => {
                let value = rows.get(row)?;
                let whole = value.trunc();
                // i64::MAX is no real: comparing keeps clear of the end.
                if whole.is_nan() || whole.abs() >= i64::MAX as f64 / unit as f64 {
                    return None;
                }
                (whole as i64 * unit).checked_add(((value - whole) * unit as f64).round() as i64)
            }
        }
    }
}

fn numbers(call: &crate::Call, args: &[ColumnarValue]) -> Result<Vec<Numbers>> {
    args.iter().zip(call.arguments).map(|(value, ty)| Numbers::new(value, *ty)).collect()
}

pub(crate) static MAKE_DATETIME: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "make_datetime",
        FunctionKind::Scalar,
        &[
            "(year:number, month:number, day:number, hour?:number, minute?:number, second?:number) -> datetime",
            "(value:scalar) -> datetime",
        ],
        "The datetime of a year, month, day and optionally a time of day, whose seconds may have a fraction. Null when \
         there is no such datetime. With one argument as `todatetime`. \
         <https://learn.microsoft.com/kusto/query/make-datetime-function>",
    )
    .named(ResultName::OnlyArgument)
    .examples(&[
        example("make_datetime(2017, 10, 1)", "\"2017-10-01T00:00:00Z\""),
        example("make_datetime(2017, 10, 01, 12, 10)", "\"2017-10-01T12:10:00Z\""),
        example("make_datetime(2017, 10, 01, 12, 11, 0.1234567)", "\"2017-10-01T12:11:00.1234567Z\""),
        example("make_datetime(2017, 13, 1)", "null"),
    ]),
    kernel: |call, args| {
        if let [value] = args {
            return convert(value, call.arguments[0], ScalarType::Datetime);
        }
        let parts = numbers(call, args)?;
        let small = |index: usize, row: usize| match parts.get(index) {
            Some(part) => u32::try_from(part.whole(row)?).ok(),
            None => Some(0),
        };
        long_map(args, |row| {
            let seconds = match parts.get(5) {
                Some(seconds) => seconds.ticks(row, TICKS_PER_SECOND)?,
                None => 0,
            };
            if !(0..TICKS_PER_MINUTE).contains(&seconds) {
                return None;
            }
            let minute = from_civil(&Civil {
                year: i32::try_from(parts[0].whole(row)?).ok()?,
                month: small(1, row)?,
                day: small(2, row)?,
                hour: small(3, row)?,
                minute: small(4, row)?,
                second: 0,
                tick: 0,
            })?;
            Some(minute + seconds)
        })
    },
};

pub(crate) static MAKE_TIMESPAN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "make_timespan",
        FunctionKind::Scalar,
        &[
            "(days:number, hours:number, minutes:number, seconds:number) -> timespan",
            "(hours:number, minutes:number, seconds?:number) -> timespan",
            "(value:scalar) -> timespan",
        ],
        "The timespan of days, hours, minutes and seconds, or of hours, minutes and optionally seconds; seconds may have a \
         fraction. Null when the hour is above 23, the minute or second above 59, or one is negative. With one argument as \
         `totimespan`. <https://learn.microsoft.com/kusto/query/make-timespan-function>",
    )
    .named(ResultName::OnlyArgument)
    .examples(&[
        example("make_timespan(1, 12, 30, 55.123)", "\"1.12:30:55.1230000\""),
        example("make_timespan(12, 30)", "\"12:30:00\""),
    ]),
    kernel: |call, args| {
        if let [value] = args {
            return convert(value, call.arguments[0], ScalarType::Timespan);
        }
        let parts = numbers(call, args)?;
        let (days, rest) = if parts.len() == 4 { (Some(&parts[0]), &parts[1..]) } else { (None, &parts[..]) };
        long_map(args, |row| {
            let days = match days {
                Some(days) => days.whole(row).filter(|d| *d >= 0)?,
                None => 0,
            };
            let hours = rest[0].whole(row).filter(|h| (0..24).contains(h))?;
            let minutes = rest[1].whole(row).filter(|m| (0..60).contains(m))?;
            let seconds = match rest.get(2) {
                Some(seconds) => seconds.ticks(row, TICKS_PER_SECOND).filter(|s| (0..TICKS_PER_MINUTE).contains(s))?,
                None => 0,
            };
            days.checked_mul(TICKS_PER_DAY)?.checked_add(hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds)
        })
    },
};

/// Makes the function that reads a number of units since 1970.
macro_rules! unix_time {
    ($name:literal, $doc:literal, $examples:expr, $ticks:expr) => {
        ScalarFunction {
            spec: FunctionSpec::new($name, FunctionKind::Scalar, &["(number:number) -> datetime"], $doc)
                .examples(const { &$examples as &'static [Example] }),
            kernel: |call, args| {
                let values = Numbers::new(&args[0], call.arguments[0])?;
                let ticks: fn(&Numbers, usize) -> Option<i64> = $ticks;
                long_map(args, |row| ticks(&values, row)?.checked_add(UNIX_EPOCH).and_then(checked))
            },
        }
    };
}

pub(crate) static UNIXTIME_SECONDS: ScalarFunction = unix_time!(
    "unixtime_seconds_todatetime",
    "The datetime of seconds since 1970-01-01; null out of range. \
     <https://learn.microsoft.com/kusto/query/unixtime-seconds-todatetime-function>",
    [example("unixtime_seconds_todatetime(1546300800)", "\"2019-01-01T00:00:00Z\"")],
    |values, row| values.ticks(row, TICKS_PER_SECOND)
);

pub(crate) static UNIXTIME_MILLISECONDS: ScalarFunction = unix_time!(
    "unixtime_milliseconds_todatetime",
    "The datetime of milliseconds since 1970-01-01; null out of range. \
     <https://learn.microsoft.com/kusto/query/unixtime-milliseconds-todatetime-function>",
    [example("unixtime_milliseconds_todatetime(1546300800000)", "\"2019-01-01T00:00:00Z\"")],
    |values, row| values.ticks(row, TICKS_PER_MILLISECOND)
);

pub(crate) static UNIXTIME_MICROSECONDS: ScalarFunction = unix_time!(
    "unixtime_microseconds_todatetime",
    "The datetime of microseconds since 1970-01-01; null out of range. \
     <https://learn.microsoft.com/kusto/query/unixtime-microseconds-todatetime-function>",
    [example("unixtime_microseconds_todatetime(1546300800000000)", "\"2019-01-01T00:00:00Z\"")],
    |values, row| values.ticks(row, 10)
);

pub(crate) static UNIXTIME_NANOSECONDS: ScalarFunction = unix_time!(
    "unixtime_nanoseconds_todatetime",
    "The datetime of nanoseconds since 1970-01-01, to 100 ns; null out of range. \
     <https://learn.microsoft.com/kusto/query/unixtime-nanoseconds-todatetime-function>",
    [example("unixtime_nanoseconds_todatetime(1546300800000000000)", "\"2019-01-01T00:00:00Z\"")],
    |values, row| values.whole(row).map(|v| v.div_euclid(100))
);

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn parts_out_of_range_are_null() {
        check(&[
            ("make_datetime(2017, 2, 29)", "null"),
            ("make_datetime(2017, 1, 1, 24, 0)", "null"),
            ("make_datetime(2017, 1, 1, 0, 0, 60)", "null"),
            ("make_datetime(2017, 1, 1, 0, 0, -0.5)", "null"),
            ("make_datetime(2017, 1, 1, 0, 0, 59.9999999)", "\"2017-01-01T00:00:59.9999999Z\""),
            ("make_datetime(long(null), 1, 1)", "null"),
            ("make_datetime(10000, 1, 1)", "null"),
            ("make_datetime('2020-01-02')", "\"2020-01-02T00:00:00Z\""),
            ("make_timespan(24, 0)", "null"),
            ("make_timespan(1, 2, 3)", "\"01:02:03\""),
            ("make_timespan('1d')", "\"1.00:00:00\""),
            ("unixtime_seconds_todatetime(1546300800.25)", "\"2019-01-01T00:00:00.25Z\""),
            ("unixtime_seconds_todatetime(-1)", "\"1969-12-31T23:59:59Z\""),
            ("unixtime_seconds_todatetime(9223372036854775807)", "null"),
            ("unixtime_seconds_todatetime(real(nan))", "null"),
            ("unixtime_milliseconds_todatetime(1e300)", "null"),
            ("unixtime_nanoseconds_todatetime(1546300800000000199)", "\"2019-01-01T00:00:00.0000001Z\""),
        ]);
    }
}
