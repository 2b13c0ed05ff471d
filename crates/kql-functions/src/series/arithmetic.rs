//! Arithmetic of two series: `series_add`, `series_subtract`, `series_multiply`, `series_divide`, `series_pow`.

use super::number::{Number, scalar, write_numbers};
use crate::dynamic::cells::Cells;
use crate::dynamic::element::array;
use crate::kernel::dynamic_map;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// Two series, or a series and a number that stands for every element.
pub(crate) const TWO_SERIES: &[&str] = &[
    "(series1:array, series2:array) -> dynamic",
    "(series1:array, series2:number) -> dynamic",
    "(series1:number, series2:array) -> dynamic",
];

/// An operand of a function of two series.
pub(crate) enum Operand {
    Series(Vec<Option<Number>>),
    Number(Option<Number>),
}

impl Operand {
    /// The operand in a row; `None` for a dynamic value that is no array.
    pub(crate) fn at(cells: &Cells, row: usize) -> Option<Operand> {
        match cells {
            Cells::Dynamic(rows) => Some(Operand::Series(array(rows.get(row)?)?.map(Number::parse_or_ticks).collect())),
            cells => Some(Operand::Number(scalar(cells, row))),
        }
    }

    pub(crate) fn length(&self) -> usize {
        match self {
            Operand::Series(numbers) => numbers.len(),
            Operand::Number(_) => 0,
        }
    }

    pub(crate) fn get(&self, place: usize) -> Option<Number> {
        match self {
            Operand::Series(numbers) => numbers.get(place).copied().flatten(),
            Operand::Number(number) => *number,
        }
    }
}

fn combine(call: &Call, args: &[ColumnarValue], f: fn(Number, Number) -> Number) -> Result<ColumnarValue> {
    let (a, b) = (Cells::argument(call, args, 0)?, Cells::argument(call, args, 1)?);
    dynamic_map(args, |row, out| {
        let (Some(a), Some(b)) = (Operand::at(&a, row), Operand::at(&b, row)) else { return false };
        let pairs = (0..a.length().max(b.length())).map(|at| a.get(at).zip(b.get(at)).map(|(a, b)| f(a, b)));
        write_numbers(out, pairs);
        true
    })
}

/// The result for two whole numbers, which wraps, or for reals.
fn whole_or_real(a: Number, b: Number, whole: fn(i64, i64) -> i64, real: fn(f64, f64) -> f64) -> Number {
    match (a, b) {
        (Number::Long(a), Number::Long(b)) => Number::Long(whole(a, b)),
        _ => Number::Real(real(a.real(), b.real())),
    }
}

pub(crate) static ADD: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_add",
        FunctionKind::Scalar,
        TWO_SERIES,
        "The sums of the elements of two series, or of a series and a number; whole numbers stay whole. Null where either \
         has no number. <https://learn.microsoft.com/kusto/query/series-add-function>",
    )
    .examples(&[
        example("series_add(dynamic([1,2,4]), dynamic([4,2,1.5]))", "[5,4,5.5]"),
        example("series_add(dynamic([1,2]), 10)", "[11,12]"),
    ]),
    kernel: |call, args| combine(call, args, |a, b| whole_or_real(a, b, i64::wrapping_add, |a, b| a + b)),
};

pub(crate) static SUBTRACT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_subtract",
        FunctionKind::Scalar,
        TWO_SERIES,
        "The differences of the elements of two series, or of a series and a number; whole numbers stay whole. Null where \
         either has no number. <https://learn.microsoft.com/kusto/query/series-subtract-function>",
    )
    .examples(&[example("series_subtract(dynamic([1,2,4]), dynamic([4,2,1]))", "[-3,0,3]")]),
    kernel: |call, args| combine(call, args, |a, b| whole_or_real(a, b, i64::wrapping_sub, |a, b| a - b)),
};

pub(crate) static MULTIPLY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_multiply",
        FunctionKind::Scalar,
        TWO_SERIES,
        "The products of the elements of two series, or of a series and a number; whole numbers stay whole. Null where \
         either has no number. <https://learn.microsoft.com/kusto/query/series-multiply-function>",
    )
    .examples(&[example("series_multiply(dynamic([1,2,4]), dynamic([4,2,1]))", "[4,4,4]")]),
    kernel: |call, args| combine(call, args, |a, b| whole_or_real(a, b, i64::wrapping_mul, |a, b| a * b)),
};

pub(crate) static DIVIDE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_divide",
        FunctionKind::Scalar,
        TWO_SERIES,
        "The quotients of the elements of two series, or of a series and a number, as reals: division by zero is infinite. \
         Null where either has no number. <https://learn.microsoft.com/kusto/query/series-divide-function>",
    )
    .examples(&[
        example("series_divide(dynamic([1,2,4]), dynamic([4,2,1]))", "[0.25,1.0,4.0]"),
        example("series_divide(dynamic([2]), dynamic([0]))", "[\"Infinity\"]"),
    ]),
    kernel: |call, args| combine(call, args, |a, b| Number::Real(a.real() / b.real())),
};

pub(crate) static POW: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_pow",
        FunctionKind::Scalar,
        TWO_SERIES,
        "The elements of one series to the power of those of another, or of a number, as reals. Null where either has no \
         number. <https://learn.microsoft.com/kusto/query/series-pow-function>",
    )
    .examples(&[example("series_pow(dynamic([1,2,3,4]), dynamic([1,2,3,0.5]))", "[1.0,4.0,27.0,2.0]")]),
    kernel: |call, args| combine(call, args, |a, b| Number::Real(a.real().powf(b.real()))),
};

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d, i, l, r};
    use kql_types::Value;

    #[test]
    fn two_series() {
        let times = d("[\"2020-01-02T00:00:00.0000000Z\",\"1.00:00:00\",\"x\"]");
        #[rustfmt::skip]
        check(&[
            ("series_add", &[d("[1,2,null]"), d("[0.5,\"a\",1,7]")], "[1.5,null,null,null]"),
            ("series_add", &[r(0.5), d("[1,2]")], "[1.5,2.5]"),
            ("series_add", &[d("[9223372036854775807]"), l(1)], "[-9223372036854775808]"),
            ("series_add", &[times.clone(), l(0)], "[637135200000000000,864000000000,null]"),
            ("series_add", &[d("[1]"), d("1")], "null"),
            ("series_add", &[d("null"), l(1)], "null"),
            ("series_add", &[d("[1]"), Value::Long(None)], "[null]"),
            ("series_subtract", &[l(10), d("[1,2]")], "[9,8]"),
            ("series_subtract", &[d("[1,true]"), d("[3,3]")], "[-2,null]"),
            ("series_multiply", &[i(10), d("[0,1,-1]")], "[0,10,-10]"),
            ("series_multiply", &[d("[]"), d("[]")], "[]"),
            ("series_divide", &[d("[1,0,-1]"), d("[4,0,0]")], "[0.25,\"NaN\",\"-Infinity\"]"),
            ("series_divide", &[d("[\"Infinity\"]"), l(2)], "[\"Infinity\"]"),
            ("series_pow", &[d("[2,-1]"), d("[3,0.5]")], "[8.0,\"NaN\"]"),
        ]);
    }
}
