//! `+`, `-`, `*`, `/`, `%` and the unary signs, by the names they are written with.
//!
//! Whole numbers are computed in 64 bits, wrap around, and give long even for two ints; a zero divisor gives null.
//! `/` truncates toward zero, `%` is never negative. Datetimes that leave their range are null. Null in, null out.
//! Sources: <https://learn.microsoft.com/kusto/query/numerical-operators>,
//! <https://learn.microsoft.com/kusto/query/datetime-timespan-arithmetic>, SEMANTICS §2.2, §2.3.

use crate::columns::{binary, binary_opt, unary};
use crate::conversion::{convert, null_of, truncate};
use crate::kernel::{decimal_map, decimals, dynamic_map, texts};
use crate::{Call, ScalarFunction};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, i256};
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::dynamic::Kind;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};
use kql_types::{ScalarType, datetime, decimal, dynamic};

const fn operator(
    name: &'static str,
    signatures: &'static [&'static str],
    doc: &'static str,
    examples: &'static [Example],
    kernel: crate::Kernel,
) -> ScalarFunction {
    ScalarFunction { spec: FunctionSpec::new(name, FunctionKind::Scalar, signatures, doc).examples(examples), kernel }
}

pub(crate) static ADD: ScalarFunction = operator(
    "+",
    &[
        "(left:number, right:number) -> widest",
        "(left:timespan, right:timespan) -> timespan",
        "(left:datetime, right:timespan) -> datetime",
        "(left:timespan, right:datetime) -> datetime",
        "(left:dynamic, right:dynamic) -> dynamic",
        "(left:dynamic, right:int) -> long",
        "(left:int, right:dynamic) -> long",
        "(left:dynamic, right:long|real|decimal|timespan|datetime) -> arg1",
        "(left:long|real|decimal|timespan|datetime, right:dynamic) -> arg0",
        "(operand:int|long|real|decimal|timespan|dynamic) -> arg0",
    ],
    "Sum. <https://learn.microsoft.com/kusto/query/numerical-operators>",
    &[
        example("1 + 2.5", "3.5"),
        example("int(2147483647) + int(1)", "2147483648"),
        example("datetime(2020-01-01) + 1d", "\"2020-01-02T00:00:00Z\""),
        example("datetime(9999-12-31) + 1d", "null"),
        example("dynamic(1) + 1", "2"),
    ],
    |call, args| if args.len() == 1 { Ok(args[0].clone()) } else { arithmetic(&SUM, call, args) },
);

pub(crate) static SUBTRACT: ScalarFunction = operator(
    "-",
    &[
        "(left:number, right:number) -> widest",
        "(left:timespan, right:timespan) -> timespan",
        "(left:datetime, right:datetime) -> timespan",
        "(left:datetime, right:dynamic) -> timespan",
        "(left:dynamic, right:datetime) -> timespan",
        "(left:datetime, right:timespan) -> datetime",
        "(left:timespan, right:datetime) -> datetime",
        "(left:dynamic, right:dynamic) -> dynamic",
        "(left:dynamic, right:int) -> long",
        "(left:int, right:dynamic) -> long",
        "(left:dynamic, right:long|real|decimal|timespan) -> arg1",
        "(left:long|real|decimal|timespan, right:dynamic) -> arg0",
        "(operand:int|long|real|decimal|timespan|dynamic) -> arg0",
    ],
    "Difference, and with one operand the negative value. <https://learn.microsoft.com/kusto/query/numerical-operators>",
    &[
        example("datetime(2020-06-15) - datetime(2020-06-14)", "\"1.00:00:00\""),
        example("datetime(0001-01-01) - 1tick", "null"),
        example("-int(5)", "-5"),
    ],
    |call, args| if args.len() == 1 { negative(call, args) } else { arithmetic(&DIFFERENCE, call, args) },
);

pub(crate) static MULTIPLY: ScalarFunction = operator(
    "*",
    &[
        "(left:number, right:number) -> widest",
        "(left:timespan, right:timespan) -> timespan",
        "(left:timespan, right:number) -> timespan",
        "(left:number, right:timespan) -> timespan",
        "(left:dynamic, right:dynamic) -> dynamic",
        "(left:dynamic, right:int) -> long",
        "(left:int, right:dynamic) -> long",
        "(left:dynamic, right:long|real|decimal|timespan) -> arg1",
        "(left:long|real|decimal|timespan, right:dynamic) -> arg0",
    ],
    "Product. <https://learn.microsoft.com/kusto/query/numerical-operators>",
    &[example("3 * 1.5", "4.5"), example("5 * 1h", "\"05:00:00\""), example("1h * 1.5", "\"01:30:00\"")],
    |call, args| arithmetic(&PRODUCT, call, args),
);

pub(crate) static DIVIDE: ScalarFunction = operator(
    "/",
    &[
        "(left:number, right:number) -> widest",
        "(left:timespan, right:timespan) -> real",
        "(left:timespan, right:number) -> timespan",
        "(left:datetime, right:datetime) -> real",
        "(left:datetime, right:timespan) -> real",
        "(left:dynamic, right:dynamic) -> dynamic",
        "(left:dynamic, right:int) -> long",
        "(left:int, right:dynamic) -> long",
        "(left:dynamic, right:long|real|decimal) -> arg1",
        "(left:long|real|decimal, right:dynamic) -> arg0",
        "(left:dynamic, right:timespan) -> real",
    ],
    "Quotient: whole numbers truncate toward zero, a zero divisor gives null for them and infinity or NaN for reals. \
     <https://learn.microsoft.com/kusto/query/numerical-operators>",
    &[
        example("7 / 2", "3"),
        example("-7 / 2", "-3"),
        example("1 / 0", "null"),
        example("1.0 / 0", "\"Infinity\""),
        example("2h / 1h", "2.0"),
        example("1min / 2.0", "\"00:00:30\""),
        example("decimal(7) / decimal(2)", "\"3.5\""),
    ],
    |call, args| arithmetic(&QUOTIENT, call, args),
);

pub(crate) static MODULO: ScalarFunction = operator(
    "%",
    &[
        "(left:number, right:number) -> widest",
        "(left:timespan, right:timespan) -> timespan",
        "(left:timespan, right:number) -> timespan",
        "(left:datetime, right:datetime) -> timespan",
        "(left:datetime, right:timespan) -> timespan",
        "(left:dynamic, right:dynamic) -> dynamic",
        "(left:dynamic, right:int) -> long",
        "(left:int, right:dynamic) -> long",
        "(left:dynamic, right:long|real|decimal) -> arg1",
        "(left:long|real|decimal, right:dynamic) -> arg0",
    ],
    "Remainder, never negative; null for a zero divisor of whole numbers. \
     <https://learn.microsoft.com/kusto/query/numerical-operators>",
    &[
        example("14 % 12", "2"),
        example("-14 % 12", "10"),
        example("14 % -12", "2"),
        example("-14 % -12", "10"),
        example("5 % 0", "null"),
        example("1d % 5h", "\"04:00:00\""),
    ],
    |call, args| arithmetic(&REMAINDER, call, args),
);

/// An operation in each kind of number.
struct Operation {
    longs: fn(i64, i64) -> Option<i64>,
    reals: fn(f64, f64) -> f64,
    decimals: fn(i256, i256) -> Option<i256>,
}

static SUM: Operation =
    Operation { longs: |a, b| Some(a.wrapping_add(b)), reals: |a, b| a + b, decimals: decimal::add };
static DIFFERENCE: Operation =
    Operation { longs: |a, b| Some(a.wrapping_sub(b)), reals: |a, b| a - b, decimals: decimal::sub };
static PRODUCT: Operation =
    Operation { longs: |a, b| Some(a.wrapping_mul(b)), reals: |a, b| a * b, decimals: decimal::mul };
static QUOTIENT: Operation =
    Operation { longs: |a, b| (b != 0).then(|| a.wrapping_div(b)), reals: |a, b| a / b, decimals: decimal::div };
static REMAINDER: Operation = Operation {
    longs: |a, b| (b != 0).then(|| a.wrapping_rem_euclid(b)),
    reals: f64::rem_euclid,
    decimals: decimal::rem,
};

/// Both operands as one type.
fn both(call: &Call, args: &[ColumnarValue], ty: ScalarType) -> Result<(ColumnarValue, ColumnarValue)> {
    Ok((convert(&args[0], call.arguments[0], ty)?, convert(&args[1], call.arguments[1], ty)?))
}

fn arithmetic(operation: &Operation, call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let [left, right] = call.arguments else { return internal_err!("an operator has two operands") };
    let timed = |ty: ScalarType| matches!(ty, ScalarType::Datetime | ScalarType::Timespan);
    if timed(*left) || timed(*right) {
        return times(operation, call, args);
    }
    match call.result {
        ScalarType::Long | ScalarType::Int => {
            let (a, b) = both(call, args, ScalarType::Long)?;
            longs(operation, &a, &b)
        }
        ScalarType::Real => {
            let (a, b) = both(call, args, ScalarType::Real)?;
            reals(operation, &a, &b)
        }
        ScalarType::Decimal => {
            let (a, b) = both(call, args, ScalarType::Decimal)?;
            let (a, b) = (decimals(&a)?, decimals(&b)?);
            decimal_map(args, |row| (operation.decimals)(a.get(row)?, b.get(row)?))
        }
        ScalarType::Dynamic => dynamics(operation, args),
        other => internal_err!("arithmetic in {other}"),
    }
}

fn longs(operation: &Operation, a: &ColumnarValue, b: &ColumnarValue) -> Result<ColumnarValue> {
    // A call through a pointer per row costs more than the sum: the three total ones are spelled out.
    let same = |other: &Operation| std::ptr::eq(operation, other);
    if same(&SUM) {
        binary::<Int64Type, Int64Type, Int64Type>(a, b, i64::wrapping_add)
    } else if same(&DIFFERENCE) {
        binary::<Int64Type, Int64Type, Int64Type>(a, b, i64::wrapping_sub)
    } else if same(&PRODUCT) {
        binary::<Int64Type, Int64Type, Int64Type>(a, b, i64::wrapping_mul)
    } else {
        binary_opt::<Int64Type, Int64Type, Int64Type>(a, b, operation.longs)
    }
}

fn reals(operation: &Operation, a: &ColumnarValue, b: &ColumnarValue) -> Result<ColumnarValue> {
    let same = |other: &Operation| std::ptr::eq(operation, other);
    if same(&SUM) {
        binary::<Float64Type, Float64Type, Float64Type>(a, b, |a, b| a + b)
    } else if same(&DIFFERENCE) {
        binary::<Float64Type, Float64Type, Float64Type>(a, b, |a, b| a - b)
    } else if same(&PRODUCT) {
        binary::<Float64Type, Float64Type, Float64Type>(a, b, |a, b| a * b)
    } else if same(&QUOTIENT) {
        binary::<Float64Type, Float64Type, Float64Type>(a, b, |a, b| a / b)
    } else {
        binary::<Float64Type, Float64Type, Float64Type>(a, b, operation.reals)
    }
}

/// Operands of which one at least is a datetime or a timespan; both are ticks.
fn times(operation: &Operation, call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (left, right) = (call.arguments[0], call.arguments[1]);
    // A dynamic operand is what the operation makes sense with.
    let partner = |ty: ScalarType, other: ScalarType| match (ty, other) {
        (ScalarType::Dynamic, ScalarType::Datetime) if call.result == ScalarType::Datetime => ScalarType::Timespan,
        (ScalarType::Dynamic, _) if std::ptr::eq(operation, &PRODUCT) => ScalarType::Real,
        (ScalarType::Dynamic, other) => other,
        (ty, _) => ty,
    };
    let (left_as, right_as) = (partner(left, right), partner(right, left));
    let (a, b) = (convert(&args[0], left, left_as)?, convert(&args[1], right, right_as)?);
    let fraction = |ty| matches!(ty, ScalarType::Real | ScalarType::Decimal);
    match call.result {
        ScalarType::Datetime => {
            let f = operation.longs;
            binary_opt::<Int64Type, Int64Type, Int64Type>(&a, &b, move |a, b| {
                // Both are far from the ends of 64 bits when the result is in range.
                f(a, b).and_then(datetime::checked)
            })
        }
        ScalarType::Real => {
            binary::<Int64Type, Int64Type, Float64Type>(&a, &b, |a, b| (operation.reals)(a as f64, b as f64))
        }
        ScalarType::Timespan if fraction(left_as) || fraction(right_as) => {
            let (a, b) = (convert(&a, left_as, ScalarType::Real)?, convert(&b, right_as, ScalarType::Real)?);
            binary_opt::<Float64Type, Float64Type, Int64Type>(&a, &b, |a, b| truncate((operation.reals)(a, b)))
        }
        ScalarType::Timespan => {
            let (a, b) = (convert(&a, left_as, ScalarType::Timespan)?, convert(&b, right_as, ScalarType::Timespan)?);
            longs(operation, &a, &b)
        }
        other => internal_err!("arithmetic of {left} and {right} in {other}"),
    }
}

/// Numbers in dynamic values: whole when both are; null when one is no number.
fn dynamics(operation: &Operation, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (a, b) = (texts(&args[0])?, texts(&args[1])?);
    dynamic_map(args, |row, out| {
        let (Some(a), Some(b)) = (a.get(row), b.get(row)) else { return false };
        match (dynamic::kind(a), dynamic::kind(b)) {
            (Kind::Long, Kind::Long) => {
                let both = a.parse().ok().zip(b.parse().ok());
                both.and_then(|(a, b)| (operation.longs)(a, b)).map(|v| dynamic::write_long(out, v))
            }
            (Kind::Long | Kind::Real, Kind::Long | Kind::Real) => {
                let both = a.parse().ok().zip(b.parse().ok());
                both.map(|(a, b)| dynamic::write_real(out, (operation.reals)(a, b)))
            }
            _ => None,
        }
        .is_some()
    })
}

fn negative(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    match call.arguments[0] {
        ScalarType::Int => unary::<Int32Type, Int32Type>(&args[0], i32::wrapping_neg),
        ScalarType::Long | ScalarType::Timespan => unary::<Int64Type, Int64Type>(&args[0], i64::wrapping_neg),
        ScalarType::Real => unary::<Float64Type, Float64Type>(&args[0], |v| -v),
        ScalarType::Decimal => {
            let values = decimals(&args[0])?;
            decimal_map(args, |row| values.get(row).map(i256::wrapping_neg))
        }
        ScalarType::Dynamic => {
            let values = texts(&args[0])?;
            dynamic_map(args, |row, out| {
                let Some(text) = values.get(row) else { return false };
                match dynamic::kind(text) {
                    Kind::Long => text.parse().ok().map(|v: i64| dynamic::write_long(out, v.wrapping_neg())),
                    Kind::Real => text.parse().ok().map(|v: f64| dynamic::write_real(out, -v)),
                    _ => None,
                }
                .is_some()
            })
        }
        _ => null_of(call.result),
    }
}

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn whole_numbers_are_long_wrap_and_divide_toward_zero() {
        check(&[
            ("int(1) + int(2)", "3"),
            ("9223372036854775807 + 1", "-9223372036854775808"),
            ("-7 / 2", "-3"),
            ("7 / -2", "-3"),
            ("-1 / 2", "0"),
            ("0 / 0", "null"),
            ("(0 - 9223372036854775807 - 1) / -1", "-9223372036854775808"),
            ("(0 - 9223372036854775807 - 1) % -1", "0"),
            ("2147483648 / int(3)", "715827882"),
            ("long(null) + 1", "null"),
            ("1 % long(null)", "null"),
        ]);
    }

    #[test]
    fn a_real_operand_makes_it_real_and_a_decimal_makes_it_decimal() {
        check(&[
            ("7.0 / 2", "3.5"),
            ("int(3) + 0.1", "3.1"),
            ("0.0 / 0", "\"NaN\""),
            ("-1.0 / 0", "\"-Infinity\""),
            ("5.5 % 2", "1.5"),
            ("-5.5 % 2", "0.5"),
            ("decimal(1) / 3", "\"0.33333333333333333333\""),
            ("1.5 + decimal(1)", "\"2.5\""),
            ("decimal(0.1) + decimal(0.2) - decimal(0.3)", "\"0\""),
            ("decimal(1) / 0", "null"),
        ]);
    }

    #[test]
    fn times_are_ticks() {
        check(&[
            ("1d - 2h - 30m", "\"21:30:00\""),
            ("2 * 1.5h", "\"03:00:00\""),
            ("1d / 1h", "24.0"),
            ("1h / 0s", "\"Infinity\""),
            ("1h / 0", "null"),
            ("1h / 0.0", "null"),
            ("-1d % 5h", "\"01:00:00\""),
            ("(datetime(2019-01-07 21:45:31) - datetime(1970-01-01)) / 1s", "1546897531.0"),
            ("datetime(2020-06-15) - 1d - 12h", "\"2020-06-13T12:00:00Z\""),
            ("datetime(9999-12-31 23:59:59.9999999) + 1tick", "null"),
            ("datetime(9999-12-31) - datetime(0001-01-01)", "\"3652058.00:00:00\""),
            ("datetime(2020-01-01) + timespan(null)", "null"),
            ("datetime(2020-01-01 10:00) % 1d", "\"10:00:00\""),
        ]);
    }

    #[test]
    fn dynamic_operands_are_what_they_hold() {
        check(&[
            ("dynamic(1) + 1", "2"),
            ("dynamic('x') + 1", "null"),
            ("2 * dynamic(1.5)", "2"),
            ("2.0 * dynamic(1.5)", "3.0"),
            ("dynamic(1) + dynamic(2.5)", "3.5"),
            ("dynamic(7) / dynamic(2)", "3"),
            ("datetime(2020-01-02) - dynamic('2020-01-01')", "\"1.00:00:00\""),
            ("dynamic('1.00:00:00') + 1h", "\"1.01:00:00\""),
            ("-dynamic(1)", "-1"),
            ("-decimal(1.5)", "\"-1.5\""),
        ]);
    }
}
