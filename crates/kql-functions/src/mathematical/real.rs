//! Functions of one real: exponentials, logarithms, trigonometry, gamma and error functions.

use crate::ScalarFunction;
use crate::columns::{unary, unary_opt};
use crate::conversion::convert;
use arrow::datatypes::Float64Type;
use kql_types::ScalarType;
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};

/// A function of one number that gives a real. `total`: it has an answer for every real.
macro_rules! of_real {
    ($name:literal, $result_name:expr, $doc:literal, [$($example:expr),*], total $f:expr) => {
        of_real!($name, $result_name, $doc, [$($example),*], |value| unary::<Float64Type, Float64Type>(value, $f))
    };
    ($name:literal, $result_name:expr, $doc:literal, [$($example:expr),*], partial $f:expr) => {
        of_real!($name, $result_name, $doc, [$($example),*], |value| unary_opt::<Float64Type, Float64Type>(value, $f))
    };
    ($name:literal, $result_name:expr, $doc:literal, [$($example:expr),*], |$value:ident| $compute:expr) => {
        ScalarFunction {
            spec: FunctionSpec::new($name, FunctionKind::Scalar, &["(number:number_or_bool) -> real"], $doc)
                .named($result_name)
                .examples(const { &[$($example),*] as &'static [Example] }),
            kernel: |call, args| {
                let $value = &convert(&args[0], call.arguments[0], ScalarType::Real)?;
                $compute
            },
        }
    };
}

const NAMED: ResultName = ResultName::FirstArgument;

/// The value where it satisfies a condition; NaN always does.
fn within(value: f64, f: impl Fn(f64) -> f64, inside: bool) -> Option<f64> {
    (inside || value.is_nan()).then(|| f(value))
}

pub(crate) static EXP: ScalarFunction = of_real!(
    "exp", NAMED,
    "e to the power of the argument. <https://learn.microsoft.com/kusto/query/exp-function>",
    [example("exp(0)", "1.0")],
    total f64::exp
);

pub(crate) static EXP2: ScalarFunction = of_real!(
    "exp2", NAMED,
    "2 to the power of the argument. <https://learn.microsoft.com/kusto/query/exp2-function>",
    [example("exp2(3)", "8.0")],
    total f64::exp2
);

pub(crate) static EXP10: ScalarFunction = of_real!(
    "exp10",
    ResultName::Default,
    "10 to the power of the argument. <https://learn.microsoft.com/kusto/query/exp10-function>",
    [example("exp10(2)", "100.0")],
    total | v | 10f64.powf(v)
);

pub(crate) static LOG: ScalarFunction = of_real!(
    "log",
    NAMED,
    "The natural logarithm; null of a negative number. <https://learn.microsoft.com/kusto/query/log-function>",
    [example("log(1)", "0.0"), example("log(-1)", "null")],
    partial | v | within(v, f64::ln, v >= 0.0)
);

pub(crate) static LOG2: ScalarFunction = of_real!(
    "log2",
    NAMED,
    "The logarithm to base 2; null of a negative number. <https://learn.microsoft.com/kusto/query/log2-function>",
    [example("log2(8)", "3.0")],
    partial | v | within(v, f64::log2, v >= 0.0)
);

pub(crate) static LOG10: ScalarFunction = of_real!(
    "log10",
    NAMED,
    "The logarithm to base 10; null of a negative number. <https://learn.microsoft.com/kusto/query/log10-function>",
    [example("log10(1000)", "3.0")],
    partial | v | within(v, f64::log10, v >= 0.0)
);

pub(crate) static SQRT: ScalarFunction = of_real!(
    "sqrt", NAMED,
    "The square root; NaN of a negative number (measured; the page says null). \
     <https://learn.microsoft.com/kusto/query/sqrt-function>",
    [example("sqrt(256)", "16.0"), example("sqrt(-1)", "\"NaN\"")],
    total f64::sqrt
);

pub(crate) static SIN: ScalarFunction = of_real!(
    "sin", NAMED,
    "The sine of an angle in radians. <https://learn.microsoft.com/kusto/query/sin-function>",
    [example("sin(0)", "0.0")],
    total f64::sin
);

pub(crate) static COS: ScalarFunction = of_real!(
    "cos", NAMED,
    "The cosine of an angle in radians. <https://learn.microsoft.com/kusto/query/cos-function>",
    [example("cos(0)", "1.0")],
    total f64::cos
);

pub(crate) static TAN: ScalarFunction = of_real!(
    "tan", NAMED,
    "The tangent of an angle in radians. <https://learn.microsoft.com/kusto/query/tan-function>",
    [example("tan(0)", "0.0")],
    total f64::tan
);

pub(crate) static COT: ScalarFunction = of_real!(
    "cot",
    ResultName::Default,
    "The cotangent of an angle in radians. <https://learn.microsoft.com/kusto/query/cot-function>",
    [example("cot(0)", "\"Infinity\"")],
    total | v | v.tan().recip()
);

pub(crate) static ASIN: ScalarFunction = of_real!(
    "asin",
    NAMED,
    "The angle in radians whose sine is the argument; null outside -1..1. <https://learn.microsoft.com/kusto/query/asin-function>",
    [example("asin(0)", "0.0"), example("asin(2)", "null")],
    partial | v | within(v, f64::asin, (-1.0..=1.0).contains(&v))
);

pub(crate) static ACOS: ScalarFunction = of_real!(
    "acos",
    NAMED,
    "The angle in radians whose cosine is the argument; null outside -1..1. <https://learn.microsoft.com/kusto/query/acos-function>",
    [example("acos(1)", "0.0"), example("acos(2)", "null"), example("acos(real(nan))", "\"NaN\"")],
    partial | v | within(v, f64::acos, (-1.0..=1.0).contains(&v))
);

pub(crate) static ATAN: ScalarFunction = of_real!(
    "atan", NAMED,
    "The angle in radians whose tangent is the argument. <https://learn.microsoft.com/kusto/query/atan-function>",
    [example("atan(1)", "0.7853981633974483")],
    total f64::atan
);

pub(crate) static DEGREES: ScalarFunction = of_real!(
    "degrees",
    ResultName::Default,
    "An angle in radians as degrees: 180 / pi times the argument. <https://learn.microsoft.com/kusto/query/degrees-function>",
    [example("degrees(pi())", "180.0")],
    total | v | 180.0 / std::f64::consts::PI * v
);

pub(crate) static RADIANS: ScalarFunction = of_real!(
    "radians",
    ResultName::Default,
    "An angle in degrees as radians: pi / 180 times the argument. <https://learn.microsoft.com/kusto/query/radians-function>",
    [example("radians(180)", "3.141592653589793")],
    total | v | std::f64::consts::PI / 180.0 * v
);

pub(crate) static GAMMA: ScalarFunction = of_real!(
    "gamma", NAMED,
    "The gamma function. <https://learn.microsoft.com/kusto/query/gamma-function>",
    [example("gamma(5)", "24.0")],
    total libm::tgamma
);

pub(crate) static LOGGAMMA: ScalarFunction = of_real!(
    "loggamma", NAMED,
    "The logarithm of the absolute value of the gamma function. <https://learn.microsoft.com/kusto/query/loggamma-function>",
    [example("loggamma(2)", "0.0")],
    total libm::lgamma
);

pub(crate) static ERF: ScalarFunction = of_real!(
    "erf", NAMED,
    "The error function. <https://learn.microsoft.com/kusto/query/erf-function>",
    [example("erf(0)", "0.0")],
    total libm::erf
);

pub(crate) static ERFC: ScalarFunction = of_real!(
    "erfc", NAMED,
    "The complementary error function. <https://learn.microsoft.com/kusto/query/erfc-function>",
    [example("erfc(0)", "1.0"), example("erfc(-3)", "1.9999779095030015")],
    total libm::erfc
);

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn every_number_is_a_real() {
        check(&[
            ("exp2(int(3))", "8.0"),
            ("exp2(true)", "2.0"),
            ("sqrt(decimal(16))", "4.0"),
            ("log(0)", "\"-Infinity\""),
            ("log(real(nan))", "\"NaN\""),
            ("sqrt(long(null))", "null"),
            ("exp(1000)", "\"Infinity\""),
        ]);
    }

    #[test]
    fn values_agree_with_recorded_ones() {
        for (text, value) in [
            ("cot(1)", 0.6420926159343306),
            ("sin(1)", 0.8414709848078965),
            ("loggamma(5)", 3.1780538303479458),
            ("erfc(3)", 2.2090496998585438e-05),
            ("radians(90)", std::f64::consts::FRAC_PI_2),
            ("tan(3.25)", 0.10883402551332971),
        ] {
            let got: f64 = run(text).unwrap().parse().unwrap();
            assert!((got / value - 1.0).abs() < 1e-14, "{text}: {got}");
        }
    }
}
