//! Functions of each element: `series_abs`, `series_sin`, …

use super::number::{Number, numbers, write_numbers};
use crate::kernel::{dynamic_map, texts};
use crate::{Kernel, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

fn each(args: &[ColumnarValue], f: fn(Number) -> Option<Number>) -> Result<ColumnarValue> {
    let series = texts(&args[0])?;
    dynamic_map(args, |row, out| match series.get(row).and_then(numbers) {
        Some(numbers) => {
            write_numbers(out, numbers.into_iter().map(|n| n.and_then(f)));
            true
        }
        None => false,
    })
}

const fn function(
    name: &'static str,
    doc: &'static str,
    examples: &'static [Example],
    kernel: Kernel,
) -> ScalarFunction {
    let spec = FunctionSpec::new(name, FunctionKind::Scalar, &["(series:array) -> dynamic"], doc).examples(examples);
    ScalarFunction { spec, kernel }
}

macro_rules! each_real {
    ($f:expr) => {
        |_, args| {
            each(args, |n| {
                let f: fn(f64) -> f64 = $f;
                Some(Number::Real(f(n.real())))
            })
        }
    };
}

pub(crate) static ABS: ScalarFunction = function(
    "series_abs",
    "The absolute value of each element, as real. <https://learn.microsoft.com/kusto/query/series-abs-function>",
    &[example("series_abs(dynamic([-6.5, 0, 8.2]))", "[6.5,0.0,8.2]")],
    each_real!(f64::abs),
);

pub(crate) static ACOS: ScalarFunction = function(
    "series_acos",
    "The arc cosine of each element; null outside [-1, 1]. <https://learn.microsoft.com/kusto/query/series-acos-function>",
    &[example("series_acos(dynamic([1, 2]))", "[0.0,null]")],
    |_, args| each(args, |n| within_unit(n).map(|v| Number::Real(v.acos()))),
);

pub(crate) static ASIN: ScalarFunction = function(
    "series_asin",
    "The arc sine of each element; null outside [-1, 1]. <https://learn.microsoft.com/kusto/query/series-asin-function>",
    &[example("series_asin(dynamic([0, 2]))", "[0.0,null]")],
    |_, args| each(args, |n| within_unit(n).map(|v| Number::Real(v.asin()))),
);

/// As `acos` and `asin` do: outside [-1, 1] there is no value, NaN stays NaN.
fn within_unit(number: Number) -> Option<f64> {
    let value = number.real();
    (value.abs() <= 1.0 || value.is_nan()).then_some(value)
}

pub(crate) static ATAN: ScalarFunction = function(
    "series_atan",
    "The arc tangent of each element. <https://learn.microsoft.com/kusto/query/series-atan-function>",
    &[example("series_atan(dynamic([-1, 0, 1]))", "[-0.7853981633974483,0.0,0.7853981633974483]")],
    each_real!(f64::atan),
);

pub(crate) static CEILING: ScalarFunction = function(
    "series_ceiling",
    "Each element rounded up, as real. <https://learn.microsoft.com/kusto/query/series-ceiling-function>",
    &[example("series_ceiling(dynamic([-1.5, 1, 2.5]))", "[-1.0,1.0,3.0]")],
    each_real!(f64::ceil),
);

pub(crate) static COS: ScalarFunction = function(
    "series_cos",
    "The cosine of each element. <https://learn.microsoft.com/kusto/query/series-cos-function>",
    &[example("series_cos(dynamic([0]))", "[1.0]")],
    each_real!(f64::cos),
);

pub(crate) static EXP: ScalarFunction = function(
    "series_exp",
    "e to the power of each element. <https://learn.microsoft.com/kusto/query/series-exp-function>",
    &[example("series_exp(dynamic([0, 1]))", "[1.0,2.718281828459045]")],
    each_real!(f64::exp),
);

pub(crate) static FLOOR: ScalarFunction = function(
    "series_floor",
    "Each element rounded down, as real. <https://learn.microsoft.com/kusto/query/series-floor-function>",
    &[example("series_floor(dynamic([-1.5, 1, 2.5]))", "[-2.0,1.0,2.0]")],
    each_real!(f64::floor),
);

pub(crate) static LOG: ScalarFunction = function(
    "series_log",
    "The natural logarithm of each element. <https://learn.microsoft.com/kusto/query/series-log-function>",
    &[example("series_log(dynamic([1, 2]))", "[0.0,0.6931471805599453]")],
    each_real!(f64::ln),
);

pub(crate) static SIGN: ScalarFunction = function(
    "series_sign",
    "-1, 0 or 1 for each element, whole for whole elements. \
     <https://learn.microsoft.com/kusto/query/series-sign-function>",
    &[example("series_sign(dynamic([-6, 0, 8.5]))", "[-1,0,1.0]")],
    |_, args| {
        each(args, |n| {
            Some(match n {
                Number::Long(v) => Number::Long(v.signum()),
                Number::Real(v) if v == 0.0 || v.is_nan() => Number::Real(v),
                Number::Real(v) => Number::Real(v.signum()),
            })
        })
    },
);

pub(crate) static SIN: ScalarFunction = function(
    "series_sin",
    "The sine of each element. <https://learn.microsoft.com/kusto/query/series-sin-function>",
    &[example("series_sin(dynamic([-1, 0, 1]))", "[-0.8414709848078965,0.0,0.8414709848078965]")],
    each_real!(f64::sin),
);

pub(crate) static TAN: ScalarFunction = function(
    "series_tan",
    "The tangent of each element. <https://learn.microsoft.com/kusto/query/series-tan-function>",
    &[example("series_tan(dynamic([0]))", "[0.0]")],
    each_real!(f64::tan),
);

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d};

    #[test]
    fn each_element() {
        #[rustfmt::skip]
        check(&[
            ("series_abs", &[d("[-6,\"x\",null,true,-2.5]")], "[6.0,null,null,null,2.5]"),
            ("series_abs", &[d("{\"a\":1}")], "null"),
            ("series_abs", &[d("null")], "null"),
            ("series_abs", &[d("[]")], "[]"),
            ("series_acos", &[d("[-1,1,1.5,\"NaN\"]")], "[3.141592653589793,0.0,null,\"NaN\"]"),
            ("series_asin", &[d("[0,-2]")], "[0.0,null]"),
            ("series_atan", &[d("[0,\"Infinity\"]")], "[0.0,1.5707963267948966]"),
            ("series_ceiling", &[d("[1.2,-1.2]")], "[2.0,-1.0]"),
            ("series_cos", &[d("[0,\"1\"]")], "[1.0,null]"),
            ("series_exp", &[d("[0,1000]")], "[1.0,\"Infinity\"]"),
            ("series_floor", &[d("[1.2,-1.2]")], "[1.0,-2.0]"),
            ("series_log", &[d("[1,0]")], "[0.0,\"-Infinity\"]"),
            ("series_sign", &[d("[-3,0,9,-2.5,0.0]")], "[-1,0,1,-1.0,0.0]"),
            ("series_sin", &[d("[0]")], "[0.0]"),
            ("series_tan", &[d("[0]")], "[0.0]"),
        ]);
    }
}
