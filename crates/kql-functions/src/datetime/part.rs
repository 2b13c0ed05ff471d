//! `datetime_part`, `getyear`, `hourofday` and their like: numbers of a datetime.

use crate::ScalarFunction;
use crate::columns::{unary, unary_opt};
use crate::kernel::{long_map, longs, refuse, texts};
use arrow::datatypes::Int64Type;
use kql_diagnostic::code;
use kql_types::datetime::{
    TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND,
    checked, day_of_week, day_of_year, iso_week, to_civil,
};
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

/// A function of one datetime that has an answer for every value.
macro_rules! of_datetime {
    ($name:literal, $aliases:expr, $signature:literal, $doc:literal, $examples:expr, $f:expr) => {
        ScalarFunction {
            spec: FunctionSpec::new($name, FunctionKind::Scalar, &[$signature], $doc)
                .aliases(&$aliases)
                .examples(const { &$examples as &'static [Example] }),
            kernel: |_, args| unary::<Int64Type, Int64Type>(&args[0], $f),
        }
    };
}

pub(crate) static GETYEAR: ScalarFunction = of_datetime!(
    "getyear",
    [],
    "(date:datetime) -> long",
    "The year. <https://learn.microsoft.com/kusto/query/getyear-function>",
    [example("getyear(datetime(2015-10-12))", "2015")],
    |t| i64::from(to_civil(t).year)
);

pub(crate) static GETMONTH: ScalarFunction = of_datetime!(
    "getmonth",
    ["monthofyear"],
    "(date:datetime) -> long",
    "The month, 1 to 12. <https://learn.microsoft.com/kusto/query/monthofyear-function>",
    [example("monthofyear(datetime(2015-12-14))", "12")],
    |t| i64::from(to_civil(t).month)
);

pub(crate) static DAYOFMONTH: ScalarFunction = of_datetime!(
    "dayofmonth",
    [],
    "(date:datetime) -> long",
    "The day of the month, 1 to 31. <https://learn.microsoft.com/kusto/query/dayofmonth-function>",
    [example("dayofmonth(datetime(2015-12-14))", "14")],
    |t| i64::from(to_civil(t).day)
);

pub(crate) static DAYOFYEAR: ScalarFunction = of_datetime!(
    "dayofyear",
    [],
    "(date:datetime) -> long",
    "The day of the year, 1 to 366. <https://learn.microsoft.com/kusto/query/dayofyear-function>",
    [example("dayofyear(datetime(2015-12-14))", "348")],
    day_of_year
);

pub(crate) static DAYOFWEEK: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "dayofweek",
        FunctionKind::Scalar,
        &["(date:datetime) -> timespan"],
        "The days since the last Sunday, as a timespan. Null on the last day there is, 9999-12-31 (measured). \
         <https://learn.microsoft.com/kusto/query/dayofweek-function>",
    )
    .examples(&[
        example("dayofweek(datetime(1947-11-30 10:00:05))", "\"00:00:00\""),
        example("dayofweek(datetime(1970-05-11))", "\"1.00:00:00\""),
    ]),
    // The engine counts from the day after, which must be a datetime.
    kernel: |_, args| {
        unary_opt::<Int64Type, Int64Type>(&args[0], |t| {
            t.checked_add(TICKS_PER_DAY).and_then(checked).map(|_| day_of_week(t) * TICKS_PER_DAY)
        })
    },
};

pub(crate) static HOUROFDAY: ScalarFunction = of_datetime!(
    "hourofday",
    [],
    "(date:datetime) -> long",
    "The hour, 0 to 23. <https://learn.microsoft.com/kusto/query/hourofday-function>",
    [example("hourofday(datetime(2015-12-14 18:54))", "18")],
    |t| t.rem_euclid(TICKS_PER_DAY) / TICKS_PER_HOUR
);

pub(crate) static WEEK_OF_YEAR: ScalarFunction = of_datetime!(
    "week_of_year",
    ["weekofyear"],
    "(date:datetime) -> long",
    "The week of the year by ISO 8601: weeks start on Monday, week 1 holds the first Thursday. \
     <https://learn.microsoft.com/kusto/query/week-of-year-function>",
    [example("week_of_year(datetime(2020-12-31))", "53"), example("week_of_year(datetime(2017-01-01))", "52")],
    iso_week
);

/// A part that `datetime_part` knows.
fn part(name: &str) -> Option<fn(i64) -> i64> {
    let within = |name: &str| name.to_ascii_lowercase();
    Some(match within(name).as_str() {
        "year" => |t| i64::from(to_civil(t).year),
        "quarter" => |t| i64::from(to_civil(t).month.div_ceil(3)),
        "month" => |t| i64::from(to_civil(t).month),
        "week_of_year" | "weekofyear" => iso_week,
        "day" => |t| i64::from(to_civil(t).day),
        "dayofyear" => day_of_year,
        "hour" => |t| t.rem_euclid(TICKS_PER_DAY) / TICKS_PER_HOUR,
        "minute" => |t| t.rem_euclid(TICKS_PER_HOUR) / TICKS_PER_MINUTE,
        "second" => |t| t.rem_euclid(TICKS_PER_MINUTE) / TICKS_PER_SECOND,
        "millisecond" => |t| t.rem_euclid(TICKS_PER_SECOND) / TICKS_PER_MILLISECOND,
        "microsecond" => |t| t.rem_euclid(TICKS_PER_SECOND) / TICKS_PER_MICROSECOND,
        "nanosecond" => |t| t.rem_euclid(TICKS_PER_SECOND) * 100,
        _ => return None,
    })
}

pub(crate) static DATETIME_PART: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_part",
        FunctionKind::Scalar,
        &["(part:const string, date:datetime) -> long"],
        "A part of a datetime by name: year, quarter, month, week_of_year, day, dayOfYear, hour, minute, second, and \
         millisecond, microsecond, nanosecond, each the whole fraction of the second in that unit. \
         <https://learn.microsoft.com/kusto/query/datetime-part-function>",
    )
    .aliases(&["datepart"])
    .examples(&[
        example("datetime_part('quarter', datetime(2017-10-30 01:02:03.7654321))", "4"),
        example("datetime_part('week_of_year', datetime(2017-10-30 01:02:03.7654321))", "44"),
        example("datetime_part('dayOfYear', datetime(2017-10-30 01:02:03.7654321))", "303"),
        example("datetime_part('microsecond', datetime(2017-10-30 01:02:03.7654321))", "765432"),
    ]),
    kernel: |_, args| {
        let name = texts(&args[0])?;
        let Some(part) = part(name.text(0)) else {
            let names = "year, quarter, month, week_of_year, day, dayOfYear, hour, minute, second, millisecond, \
                         microsecond or nanosecond";
            return Err(refuse(
                code::DATE_PART,
                format!("datetime_part() knows no part '{}': write {names}", name.text(0)),
            ));
        };
        let values = longs(&args[1])?;
        long_map(&args[1..], |row| values.get(row).map(part))
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn parts_are_numbers() {
        check(&[
            ("datetime_part('YEAR', datetime(2017-10-30 01:02:03.7654321))", "2017"),
            ("datetime_part('month', datetime(2017-10-30 01:02:03.7654321))", "10"),
            ("datetime_part('day', datetime(2017-10-30 01:02:03.7654321))", "30"),
            ("datetime_part('hour', datetime(2017-10-30 01:02:03.7654321))", "1"),
            ("datetime_part('minute', datetime(2017-10-30 01:02:03.7654321))", "2"),
            ("datetime_part('second', datetime(2017-10-30 01:02:03.7654321))", "3"),
            ("datetime_part('millisecond', datetime(2017-10-30 01:02:03.7654321))", "765"),
            ("datetime_part('nanosecond', datetime(2017-10-30 01:02:03.7654321))", "765432100"),
            ("hourofday(datetime(null))", "null"),
            ("dayofweek(datetime(0001-01-01))", "\"1.00:00:00\""),
            ("dayofweek(datetime(9999-12-31))", "null"),
            ("weekofyear(datetime(1950-06-15))", "24"),
            ("dayofweek(datetime(2020-02-29 00:00:01))", "\"6.00:00:00\""),
        ]);
        assert!(run("datetime_part('week', datetime(2017-10-30))").unwrap_err().contains("SEM0235"));
    }
}
