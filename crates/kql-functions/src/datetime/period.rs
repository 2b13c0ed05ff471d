//! `startofday`, `endofmonth` and their like: the ends of calendar periods.

use crate::columns::unary_opt;
use crate::kernel::{long_map, longs};
use crate::{Kernel, ScalarFunction};
use arrow::datatypes::Int64Type;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::datetime::{TICKS_PER_DAY, checked, date_from_days, day_of_week, days_from_date};
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};

/// The first day of the period `offset` periods away from a datetime's, as days since 0001-01-01.
type First = fn(i64, i64) -> Option<i64>;

fn day(ticks: i64, offset: i64) -> Option<i64> {
    (ticks / TICKS_PER_DAY).checked_add(offset)
}

fn week(ticks: i64, offset: i64) -> Option<i64> {
    (ticks / TICKS_PER_DAY - day_of_week(ticks)).checked_add(offset.checked_mul(7)?)
}

fn month(ticks: i64, offset: i64) -> Option<i64> {
    let (year, month, _) = date_from_days(ticks / TICKS_PER_DAY);
    first_of_month((i64::from(year) * 12 + i64::from(month) - 1).checked_add(offset)?)
}

fn year(ticks: i64, offset: i64) -> Option<i64> {
    let (year, _, _) = date_from_days(ticks / TICKS_PER_DAY);
    first_of_month(i64::from(year).checked_add(offset)?.checked_mul(12)?)
}

fn first_of_month(months: i64) -> Option<i64> {
    // One year more than there are, so that the last period has an end.
    let year = i32::try_from(months.div_euclid(12)).ok().filter(|year| (0..=10_000).contains(year))?;
    Some(days_from_date(year, months.rem_euclid(12) as u32 + 1, 1))
}

fn start(first: First, ticks: i64, offset: i64) -> Option<i64> {
    first(ticks, offset)?.checked_mul(TICKS_PER_DAY).and_then(checked)
}

fn end(first: First, ticks: i64, offset: i64) -> Option<i64> {
    let next = first(ticks, offset.checked_add(1)?)?;
    checked(next.checked_mul(TICKS_PER_DAY)? - 1)
}

fn periods(args: &[ColumnarValue], f: impl Fn(i64, i64) -> Option<i64>) -> Result<ColumnarValue> {
    match args {
        [date] => unary_opt::<Int64Type, Int64Type>(date, |ticks| f(ticks, 0)),
        _ => {
            let (dates, offsets) = (longs(&args[0])?, longs(&args[1])?);
            long_map(args, |row| f(dates.get(row)?, offsets.get(row)?))
        }
    }
}

const fn function(
    name: &'static str,
    doc: &'static str,
    examples: &'static [Example],
    kernel: Kernel,
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, &["(date:datetime, offset?:long) -> datetime"], doc)
            .examples(examples),
        kernel,
    }
}

pub(crate) static STARTOFDAY: ScalarFunction = {
    let mut function = function(
        "startofday",
        "Midnight of the day, moved by an offset in days. <https://learn.microsoft.com/kusto/query/startofday-function>",
        &[
            example("startofday(datetime(2017-01-01 10:10:17))", "\"2017-01-01T00:00:00Z\""),
            example("startofday(datetime(2017-01-01 10:10:17), -1)", "\"2016-12-31T00:00:00Z\""),
        ],
        |_, args| periods(args, |ticks, offset| start(day, ticks, offset)),
    );
    // Alone among its like (measured).
    function.spec.result_name = ResultName::FirstArgument;
    function
};

pub(crate) static STARTOFWEEK: ScalarFunction = function(
    "startofweek",
    "The start of the week, which is a Sunday, moved by an offset in weeks. \
     <https://learn.microsoft.com/kusto/query/startofweek-function>",
    &[
        example("startofweek(datetime(2017-01-01 10:10:17))", "\"2017-01-01T00:00:00Z\""),
        example("startofweek(datetime(2020-06-15), -2)", "\"2020-05-31T00:00:00Z\""),
    ],
    |_, args| periods(args, |ticks, offset| start(week, ticks, offset)),
);

pub(crate) static STARTOFMONTH: ScalarFunction = function(
    "startofmonth",
    "The start of the month, moved by an offset in months. <https://learn.microsoft.com/kusto/query/startofmonth-function>",
    &[example("startofmonth(datetime(2017-01-01 10:10:17), -1)", "\"2016-12-01T00:00:00Z\"")],
    |_, args| periods(args, |ticks, offset| start(month, ticks, offset)),
);

pub(crate) static STARTOFYEAR: ScalarFunction = function(
    "startofyear",
    "The start of the year, moved by an offset in years. <https://learn.microsoft.com/kusto/query/startofyear-function>",
    &[example("startofyear(datetime(2017-01-01 10:10:17), 1)", "\"2018-01-01T00:00:00Z\"")],
    |_, args| periods(args, |ticks, offset| start(year, ticks, offset)),
);

pub(crate) static ENDOFDAY: ScalarFunction = function(
    "endofday",
    "The last tick of the day, moved by an offset in days. <https://learn.microsoft.com/kusto/query/endofday-function>",
    &[example("endofday(datetime(2017-01-01 10:10:17))", "\"2017-01-01T23:59:59.9999999Z\"")],
    |_, args| periods(args, |ticks, offset| end(day, ticks, offset)),
);

pub(crate) static ENDOFWEEK: ScalarFunction = function(
    "endofweek",
    "The last tick of the week, which ends on a Saturday, moved by an offset in weeks. \
     <https://learn.microsoft.com/kusto/query/endofweek-function>",
    &[example("endofweek(datetime(2020-06-15 13:45:00))", "\"2020-06-20T23:59:59.9999999Z\"")],
    |_, args| periods(args, |ticks, offset| end(week, ticks, offset)),
);

pub(crate) static ENDOFMONTH: ScalarFunction = function(
    "endofmonth",
    "The last tick of the month, moved by an offset in months. <https://learn.microsoft.com/kusto/query/endofmonth-function>",
    &[example("endofmonth(datetime(2020-02-15))", "\"2020-02-29T23:59:59.9999999Z\"")],
    |_, args| periods(args, |ticks, offset| end(month, ticks, offset)),
);

pub(crate) static ENDOFYEAR: ScalarFunction = function(
    "endofyear",
    "The last tick of the year, moved by an offset in years. <https://learn.microsoft.com/kusto/query/endofyear-function>",
    &[example("endofyear(datetime(2020-06-15 13:45:00))", "\"2020-12-31T23:59:59.9999999Z\"")],
    |_, args| periods(args, |ticks, offset| end(year, ticks, offset)),
);

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn periods_keep_to_the_range() {
        check(&[
            ("startofday(datetime(0001-01-02 00:00:00), -1)", "\"0001-01-01T00:00:00Z\""),
            ("startofday(datetime(0001-01-02 00:00:00), -2)", "null"),
            ("startofweek(datetime(0001-01-01))", "null"),
            ("endofyear(datetime(9999-06-01))", "\"9999-12-31T23:59:59.9999999Z\""),
            ("endofmonth(datetime(9999-12-01), 1)", "null"),
            ("startofyear(datetime(2020-01-01), 9223372036854775807)", "null"),
            ("startofmonth(datetime(2020-01-01), -9223372036854775807)", "null"),
            ("endofday(datetime(null))", "null"),
            ("startofday(datetime(2020-01-01), long(null))", "null"),
            ("endofmonth(datetime(2020-02-15), -1)", "\"2020-01-31T23:59:59.9999999Z\""),
        ]);
    }
}
