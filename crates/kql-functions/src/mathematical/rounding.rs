//! `abs`, `sign`, `ceiling`, `round`.

use crate::ScalarFunction;
use crate::columns::unary;
use crate::conversion::convert;
use crate::kernel::{decimal_map, decimals, longs, real_map, reals};
use arrow::datatypes::{Float64Type, Int64Type, i256};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, decimal};

pub(crate) static ABS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "abs",
        FunctionKind::Scalar,
        &["(number:long|int|bool) -> long", "(number:real|decimal) -> arg0", "(number:timespan) -> timespan"],
        "The absolute value. Of an int it is a long. <https://learn.microsoft.com/kusto/query/abs-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("abs(-5)", "5"), example("abs(-1.5)", "1.5"), example("abs(-2h)", "\"02:00:00\"")]),
    kernel: |call, args| match call.result {
        ScalarType::Real => unary::<Float64Type, Float64Type>(&args[0], f64::abs),
        ScalarType::Decimal => {
            let values = decimals(&args[0])?;
            decimal_map(args, |row| values.get(row).map(i256::wrapping_abs))
        }
        ScalarType::Timespan => unary::<Int64Type, Int64Type>(&args[0], i64::wrapping_abs),
        _ => {
            let value = convert(&args[0], call.arguments[0], ScalarType::Long)?;
            unary::<Int64Type, Int64Type>(&value, i64::wrapping_abs)
        }
    },
};

pub(crate) static SIGN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "sign",
        FunctionKind::Scalar,
        &["(number:number_or_bool) -> real"],
        "1.0 of a positive number, -1.0 of a negative one, 0.0 of zero and of null (measured). \
         <https://learn.microsoft.com/kusto/query/sign-function>",
    )
    .examples(&[example("sign(-42)", "-1.0"), example("sign(0)", "0.0"), example("sign(long(null))", "0.0")]),
    kernel: |call, args| {
        let values = reals(&convert(&args[0], call.arguments[0], ScalarType::Real)?)?;
        real_map(args, |row| {
            let value = values.get(row).unwrap_or(0.0);
            Some(f64::from(i8::from(value > 0.0) - i8::from(value < 0.0)))
        })
    },
};

/// The decimals of one unit.
fn unit() -> i256 {
    decimal::from_i64(1)
}

pub(crate) static CEILING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ceiling",
        FunctionKind::Scalar,
        &["(number:decimal) -> decimal", "(number:number_or_bool) -> real"],
        "The smallest whole number not below the argument, as a real. \
         <https://learn.microsoft.com/kusto/query/ceiling-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("ceiling(-1.1)", "-1.0"), example("ceiling(0)", "0.0"), example("ceiling(0.9)", "1.0")]),
    kernel: |call, args| {
        if call.result == ScalarType::Decimal {
            let values = decimals(&convert(&args[0], call.arguments[0], ScalarType::Decimal)?)?;
            return decimal_map(args, |row| {
                let below = decimal::bin(values.get(row)?.wrapping_neg(), unit())?;
                Some(below.wrapping_neg())
            });
        }
        unary::<Float64Type, Float64Type>(&convert(&args[0], call.arguments[0], ScalarType::Real)?, f64::ceil)
    },
};

pub(crate) static ROUND: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "round",
        FunctionKind::Scalar,
        &[
            "(number:decimal, precision?:const integer) -> decimal",
            "(number:number_or_bool, precision?:const integer) -> real",
        ],
        "The number rounded to a number of fraction digits, 0 when not given; negative ones round before the point. Halves \
         go away from zero. A whole number gives a real. <https://learn.microsoft.com/kusto/query/round-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("round(2.5)", "3.0"),
        example("round(-2.5)", "-3.0"),
        example("round(2.98765, 3)", "2.988"),
        example("round(1.005, 2)", "1.0"),
        example("round(12345, -2)", "12300.0"),
    ]),
    kernel: |call, args| {
        let precision = match args.get(1) {
            Some(precision) => longs(&convert(precision, call.arguments[1], ScalarType::Long)?)?.get(0),
            None => Some(0),
        };
        let Some(precision) = precision else { return crate::conversion::null_of(call.result) };
        match call.result {
            ScalarType::Decimal => round_decimals(call.arguments[0], args, precision),
            _ => round_reals(call.arguments[0], args, precision),
        }
    },
};

fn round_reals(ty: ScalarType, args: &[ColumnarValue], precision: i64) -> Result<ColumnarValue> {
    let value = convert(&args[0], ty, ScalarType::Real)?;
    // Reals have no more than some 308 digits on either side of the point.
    let precision = precision.clamp(-400, 400) as i32;
    let scale = 10f64.powi(precision.abs());
    unary::<Float64Type, Float64Type>(&value, |v| {
        let rounded = match precision {
            0 => v.round(),
            1.. => (v * scale).round() / scale,
            _ if scale.is_infinite() && v.is_finite() => 0.0,
            _ => (v / scale).round() * scale,
        };
        // Too many digits to change anything.
        if rounded.is_finite() || precision < 0 { rounded } else { v }
    })
}

fn round_decimals(ty: ScalarType, args: &[ColumnarValue], precision: i64) -> Result<ColumnarValue> {
    let values = decimals(&convert(&args[0], ty, ScalarType::Decimal)?)?;
    let digits = i64::from(decimal::SCALE).saturating_sub(precision);
    let grid = u32::try_from(digits).ok().and_then(|digits| i256::from_i128(10).checked_pow(digits));
    decimal_map(args, |row| {
        let value = values.get(row)?;
        let Some(grid) = grid else {
            // Finer than the digits there are, or coarser than any value.
            return Some(if digits < 0 { value } else { i256::ZERO });
        };
        let size = value.wrapping_abs();
        let half = grid.checked_div(i256::from_i128(2))?;
        let rounded = size.checked_add(half)?.checked_div(grid)?.checked_mul(grid)?;
        Some(if value.is_negative() { rounded.wrapping_neg() } else { rounded })
    })
}

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn types_and_edges() {
        check(&[
            ("abs(int(-5))", "5"),
            ("abs(true)", "1"),
            ("abs(decimal(-1.5))", "\"1.5\""),
            ("abs(0 - 9223372036854775807 - 1)", "-9223372036854775808"),
            ("ceiling(decimal(1.2))", "\"2\""),
            ("ceiling(decimal(-1.2))", "\"-1\""),
            ("ceiling(-0.5)", "-0.0"),
            ("round(5)", "5.0"),
            ("round(-0.5)", "-1.0"),
            ("round(1.5, 400)", "1.5"),
            ("round(1.5, -400)", "0.0"),
            ("round(decimal(2.345), 2)", "\"2.35\""),
            ("round(decimal(-2.345), 2)", "\"-2.35\""),
            ("round(decimal(1250), -2)", "\"1300\""),
            ("round(decimal(1.5), 60)", "\"1.5\""),
            ("round(decimal(1.5), 0x8000000000000000)", "\"0\""),
            ("round(decimal(1.5), 9223372036854775807)", "\"1.5\""),
            ("round(real(null), 2)", "null"),
            ("sign(true)", "1.0"),
        ]);
    }
}
