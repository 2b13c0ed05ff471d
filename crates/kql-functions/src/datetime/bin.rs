//! `bin` (`floor`), `bin_at`, `bin_auto`: values rounded down to a grid.

use crate::columns::{binary, binary_opt};
use crate::conversion::convert;
use crate::kernel::{decimal_map, decimals, long_map, longs, real_map, reals};
use crate::{Call, ScalarFunction};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, Support, example};
use kql_types::{ScalarType, datetime, decimal};

pub(crate) static BIN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bin",
        FunctionKind::Scalar,
        &[
            "(value:number_or_bool, roundTo:number_or_bool) -> widest",
            "(value:timespan, roundTo:timespan) -> timespan",
            "(value:datetime, roundTo:datetime) -> datetime",
            "(value:datetime, roundTo:timespan) -> datetime",
        ],
        "The largest multiple of the bin size that is not above the value. Datetimes count from 0001-01-01, a Monday. Two \
         whole numbers give a long, exactly; a zero size gives null for whole numbers and times, NaN for reals. \
         <https://learn.microsoft.com/kusto/query/bin-function>",
    )
    .aliases(&["floor"])
    .named(ResultName::FirstArgument)
    .examples(&[
        example("bin(4.5, 1)", "4.0"),
        example("bin(-7, 5)", "-10"),
        example("bin(7, -5)", "10"),
        example("bin(0.3, 0.1)", "0.2"),
        example("bin(time(16d), 7d)", "\"14.00:00:00\""),
        example("bin(datetime(2007-01-10), 7d)", "\"2007-01-08T00:00:00Z\""),
        example("floor(7.5, 2)", "6.0"),
        example("bin(5, 0)", "null"),
    ]),
    kernel: bin,
};

/// The multiple of `size` at or below `value`. Wraps at the ends of the range as the engine does:
/// `bin(-9223372036854775806, 4)` is 9223372036854775804.
#[inline]
pub(crate) fn bin_long(value: i64, size: i64) -> Option<i64> {
    if size == 0 {
        return None;
    }
    let quotient = if (value < 0) == (size < 0) {
        value.wrapping_div(size)
    } else {
        value.wrapping_sub(size).wrapping_add(size.signum()).wrapping_div(size)
    };
    Some(quotient.wrapping_mul(size))
}

/// The multiple of `size` at or below `value`; NaN for a zero size.
#[inline]
pub(crate) fn bin_real(value: f64, size: f64) -> f64 {
    (value / size).floor() * size
}

fn bin(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (left, right) = (call.arguments[0], call.arguments[1]);
    match call.result {
        ScalarType::Datetime => match &args[1] {
            // The bins of a constant size, without looking at the sign of each value.
            ColumnarValue::Scalar(_) => {
                let size = longs(&args[1])?.constant().filter(|size| *size > 0);
                match size {
                    Some(size) => binary::<Int64Type, Int64Type, Int64Type>(&args[0], &args[1], move |v, _| {
                        v.wrapping_sub(v.rem_euclid(size))
                    }),
                    None => bin_ticks(args),
                }
            }
            ColumnarValue::Array(_) => bin_ticks(args),
        },
        ScalarType::Timespan => binary_opt::<Int64Type, Int64Type, Int64Type>(&args[0], &args[1], bin_long),
        ScalarType::Long | ScalarType::Int => {
            let (a, b) = (convert(&args[0], left, ScalarType::Long)?, convert(&args[1], right, ScalarType::Long)?);
            binary_opt::<Int64Type, Int64Type, Int64Type>(&a, &b, bin_long)
        }
        ScalarType::Real => {
            let (a, b) = (convert(&args[0], left, ScalarType::Real)?, convert(&args[1], right, ScalarType::Real)?);
            binary::<Float64Type, Float64Type, Float64Type>(&a, &b, bin_real)
        }
        ScalarType::Decimal => {
            let a = decimals(&convert(&args[0], left, ScalarType::Decimal)?)?;
            let b = decimals(&convert(&args[1], right, ScalarType::Decimal)?)?;
            decimal_map(args, |row| decimal::bin(a.get(row)?, b.get(row)?))
        }
        other => internal_err!("bin gives {other}"),
    }
}

fn bin_ticks(args: &[ColumnarValue]) -> Result<ColumnarValue> {
    binary_opt::<Int64Type, Int64Type, Int64Type>(&args[0], &args[1], |v, size| {
        bin_long(v, size).and_then(datetime::checked)
    })
}

pub(crate) static BIN_AT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bin_at",
        FunctionKind::Scalar,
        &[
            "(value:number_or_bool, bin_size:number_or_bool, fixed_point:number_or_bool) -> widest",
            "(value:timespan, bin_size:timespan|long|real, fixed_point:timespan) -> timespan",
            "(value:datetime, bin_size:timespan|long|real, fixed_point:datetime) -> datetime",
        ],
        "The value rounded down to a grid on which the fixed point lies. A number as the size of bins of times counts ticks. \
         <https://learn.microsoft.com/kusto/query/bin-at-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("bin_at(6.5, 2.5, 7)", "4.5"),
        example("bin_at(time(1h), 1d, 12h)", "\"-12:00:00\""),
        example(
            "bin_at(datetime(2017-05-15 10:20:00.0), 1d, datetime(1970-01-01 12:00:00.0))",
            "\"2017-05-14T12:00:00Z\"",
        ),
        example("bin_at(datetime(2017-05-17 10:20:00.0), 7d, datetime(2017-06-04 00:00:00.0))", "\"2017-05-14T00:00:00Z\""),
    ]),
    kernel: |call, args| {
        let ty = match call.result {
            ScalarType::Datetime | ScalarType::Timespan => ScalarType::Timespan,
            other => other,
        };
        let [value, size, fixed] = [0, 1, 2].map(|i| match (call.arguments[i], ty) {
            // Ticks either way.
            (ScalarType::Datetime, ScalarType::Timespan) => Ok(args[i].clone()),
            (from, to) => convert(&args[i], from, to),
        });
        let (value, size, fixed) = (value?, size?, fixed?);
        match ty {
            ScalarType::Real => {
                let (value, size, fixed) = (reals(&value)?, reals(&size)?, reals(&fixed)?);
                real_map(args, |row| {
                    let fixed = fixed.get(row)?;
                    Some(bin_real(value.get(row)? - fixed, size.get(row)?) + fixed)
                })
            }
            ScalarType::Decimal => {
                let (value, size, fixed) = (decimals(&value)?, decimals(&size)?, decimals(&fixed)?);
                decimal_map(args, |row| {
                    let fixed = fixed.get(row)?;
                    decimal::add(decimal::bin(decimal::sub(value.get(row)?, fixed)?, size.get(row)?)?, fixed)
                })
            }
            _ => {
                let (value, size, fixed) = (longs(&value)?, longs(&size)?, longs(&fixed)?);
                let in_range = if call.result == ScalarType::Datetime { datetime::checked } else { Some };
                long_map(args, |row| {
                    let fixed = fixed.get(row)?;
                    let bin = bin_long(value.get(row)?.wrapping_sub(fixed), size.get(row)?)?;
                    in_range(bin.wrapping_add(fixed))
                })
            }
        }
    },
};

pub(crate) static BIN_AUTO: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bin_auto",
        FunctionKind::Scalar,
        &["(value:summable) -> promoted0"],
        "The value rounded down to bins whose size and start the statements `set query_bin_auto_size` and `set \
         query_bin_auto_at` give. <https://learn.microsoft.com/kusto/query/bin-auto-function>",
    )
    .named(ResultName::FirstArgument)
    .support(Support::CheckOnly("write bin_at() with the size and the start instead")),
    kernel: |_, _| internal_err!("bin_auto is replaced by bin or bin_at before it runs"),
};

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn bins_are_exact_and_go_down() {
        check(&[
            ("bin(5, 2)", "4"),
            ("bin(5.5, 2)", "4.0"),
            ("bin(-5, 2)", "-6"),
            ("bin(-5.5, 2.0)", "-6.0"),
            ("bin(int(7), int(5))", "5"),
            ("bin(true, 2)", "0"),
            ("bin(9007199254740993, 1)", "9007199254740993"),
            ("bin(-9223372036854775806, 4)", "9223372036854775804"),
            ("bin(5.0, 0)", "\"NaN\""),
            ("bin(1h, 0s)", "null"),
            ("bin(datetime(2020-01-01), 0s)", "null"),
            ("bin(long(null), 1)", "null"),
            ("bin(decimal(7.5), 2)", "\"6\""),
            ("bin(-90m, 1h)", "\"-02:00:00\""),
            ("bin(datetime(1969-12-31 23:30:00), 1h)", "\"1969-12-31T23:00:00Z\""),
            ("bin(datetime(2007-03-09), 30d)", "\"2007-02-14T00:00:00Z\""),
            ("bin_at(datetime(2023-03-12 07:30), 90m, datetime(2023-03-12 00:07))", "\"2023-03-12T06:07:00Z\""),
            ("bin_at(5, 3, 1)", "4"),
            ("bin_at(5, 0, 1)", "null"),
        ]);
    }
}
