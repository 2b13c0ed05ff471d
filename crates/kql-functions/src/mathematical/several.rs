//! `pow`, `atan2`, `pi`, `isnan`, `isinf`, `isfinite`, `rand`.

use crate::columns::binary;
use crate::conversion::convert;
use crate::kernel::{bool_map, longs, reals};
use crate::{Kernel, ScalarFunction};
use arrow::array::Float64Array;
use arrow::datatypes::Float64Type;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};
use rand::Rng;
use std::sync::Arc;

fn two_reals(call: &crate::Call, args: &[ColumnarValue], f: fn(f64, f64) -> f64) -> Result<ColumnarValue> {
    let a = convert(&args[0], call.arguments[0], ScalarType::Real)?;
    let b = convert(&args[1], call.arguments[1], ScalarType::Real)?;
    binary::<Float64Type, Float64Type, Float64Type>(&a, &b, f)
}

pub(crate) static POW: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "pow",
        FunctionKind::Scalar,
        &["(base:number_or_bool, exponent:number_or_bool) -> real"],
        "The base to the power of the exponent. <https://learn.microsoft.com/kusto/query/pow-function>",
    )
    .examples(&[example("pow(2, 3)", "8.0"), example("pow(2, -1)", "0.5")]),
    kernel: |call, args| two_reals(call, args, f64::powf),
};

pub(crate) static ATAN2: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "atan2",
        FunctionKind::Scalar,
        &["(y:number_or_bool, x:number_or_bool) -> real"],
        "The angle in radians between the x axis and the line to the point (x, y). \
         <https://learn.microsoft.com/kusto/query/atan2-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("atan2(1, 1)", "0.7853981633974483"), example("atan2(0, -1)", "3.141592653589793")]),
    kernel: |call, args| two_reals(call, args, f64::atan2),
};

pub(crate) static PI: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "pi",
        FunctionKind::Scalar,
        &["() -> real"],
        "The number pi. <https://learn.microsoft.com/kusto/query/pi-function>",
    )
    .examples(&[example("pi()", "3.141592653589793")]),
    kernel: |_, _| Ok(ColumnarValue::Scalar(ScalarValue::Float64(Some(std::f64::consts::PI)))),
};

const fn test(name: &'static str, doc: &'static str, examples: &'static [Example], kernel: Kernel) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, &["(number:real) -> bool"], doc).examples(examples),
        kernel,
    }
}

/// A question about a real; the answer for null is no.
fn ask(call: &crate::Call, args: &[ColumnarValue], f: fn(f64) -> bool) -> Result<ColumnarValue> {
    let values = reals(&convert(&args[0], call.arguments[0], ScalarType::Real)?)?;
    bool_map(args, |row| Some(values.get(row).is_some_and(f)))
}

pub(crate) static ISNAN: ScalarFunction = test(
    "isnan",
    "Whether a real is NaN; false for null. <https://learn.microsoft.com/kusto/query/isnan-function>",
    &[example("isnan(real(nan))", "true"), example("isnan(1)", "false"), example("isnan(real(null))", "false")],
    |call, args| ask(call, args, f64::is_nan),
);

pub(crate) static ISINF: ScalarFunction = test(
    "isinf",
    "Whether a real is infinite; false for null. <https://learn.microsoft.com/kusto/query/isinf-function>",
    &[example("isinf(1.0 / 0)", "true"), example("isinf(1.0)", "false")],
    |call, args| ask(call, args, f64::is_infinite),
);

pub(crate) static ISFINITE: ScalarFunction = test(
    "isfinite",
    "Whether a real is neither NaN nor infinite; false for null. <https://learn.microsoft.com/kusto/query/isfinite-function>",
    &[example("isfinite(1.0)", "true"), example("isfinite(0.0 / 0)", "false")],
    |call, args| ask(call, args, f64::is_finite),
);

pub(crate) static RAND: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "rand",
        FunctionKind::Scalar,
        &["(number?:integer) -> real"],
        "A random real from 0.0 up to but without 1.0; with a number n above 0, a whole one from 0.0 to n-1. Every row and \
         every call has its own. <https://learn.microsoft.com/kusto/query/rand-function>",
    )
    .named(ResultName::FirstArgument)
    .volatile(),
    kernel: |call, args| {
        let mut random = rand::rng();
        let limits = match args.first() {
            Some(limit) => Some(longs(&convert(limit, call.arguments[0], ScalarType::Long)?)?),
            None => None,
        };
        let array: Float64Array = (0..call.rows)
            .map(|row| match limits.as_ref().and_then(|limits| limits.get(row)) {
                Some(limit) if limit > 0 => random.random_range(0..limit) as f64,
                _ => random.random::<f64>(),
            })
            .collect::<Vec<_>>()
            .into();
        Ok(ColumnarValue::Array(Arc::new(array)))
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn random_numbers_keep_their_range() {
        for _ in 0..100 {
            let unit: f64 = run("rand()").unwrap().parse().unwrap();
            assert!((0.0..1.0).contains(&unit));
            let whole: f64 = run("rand(10)").unwrap().parse().unwrap();
            assert!((0.0..=9.0).contains(&whole) && whole.fract() == 0.0);
        }
        check(&[("rand(1)", "0.0"), ("pow(0, -1)", "\"Infinity\""), ("isnan(dynamic(1))", "false")]);
    }
}
