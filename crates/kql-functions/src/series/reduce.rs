//! One number of one or two series: `series_sum`, `series_product`, `series_magnitude`, `series_dot_product`,
//! `series_cosine_similarity`, `series_pearson_correlation`.

use super::arithmetic::Operand;
use super::number::{Number, mean, reals_at, sum};
use crate::ScalarFunction;
use crate::dynamic::cells::Cells;
use crate::kernel::{real_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static SUM: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_sum",
        FunctionKind::Scalar,
        &["(series:array) -> real"],
        "The sum of the elements; null when one is no number. \
         <https://learn.microsoft.com/kusto/query/series-sum-function>",
    )
    .aliases(&["array_sum"])
    .examples(&[example("series_sum(dynamic([1,2,3,4]))", "10.0"), example("series_sum(dynamic([1,'a']))", "null")]),
    kernel: |_, args| {
        let series = texts(&args[0])?;
        real_map(args, |row| reals_at(&series, row).map(sum))
    },
};

pub(crate) static PRODUCT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_product",
        FunctionKind::Scalar,
        &["(series:array) -> real"],
        "The product of the elements; null when one is no number. \
         <https://learn.microsoft.com/kusto/query/series-product-function>",
    )
    .examples(&[example("series_product(dynamic([1,2,3,4]))", "24.0")]),
    kernel: |_, args| {
        let series = texts(&args[0])?;
        real_map(args, |row| reals_at(&series, row).map(|v| v.iter().product()))
    },
};

pub(crate) static MAGNITUDE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_magnitude",
        FunctionKind::Scalar,
        &["(series:array) -> real"],
        "The square root of the sum of the squared elements; null when one is no number. \
         <https://learn.microsoft.com/kusto/query/series-magnitude-function>",
    )
    .examples(&[example("series_magnitude(dynamic([3, 4]))", "5.0")]),
    kernel: |_, args| {
        let series = texts(&args[0])?;
        real_map(args, |row| reals_at(&series, row).map(|v| sum(v.iter().map(|x| x * x)).sqrt()))
    },
};

/// The pairs of numbers of two operands, up to the end of the shorter; pairs without two numbers are left out. `None` when
/// one is an empty array or none.
fn pairs(a: &Cells, b: &Cells, row: usize) -> Option<Vec<(f64, f64)>> {
    let (a, b) = (Operand::at(a, row)?, Operand::at(b, row)?);
    let length = match (&a, &b) {
        (Operand::Series(_), Operand::Series(_)) => a.length().min(b.length()),
        _ => a.length().max(b.length()),
    };
    let pairs = (0..length).filter_map(|at| Some((a.get(at)?.real(), b.get(at)?.real())));
    (length > 0).then(|| pairs.collect())
}

pub(crate) static DOT_PRODUCT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_dot_product",
        FunctionKind::Scalar,
        &[
            "(series1:array, series2:array) -> real",
            "(series1:array, series2:number) -> real",
            "(series1:number, series2:array) -> real",
        ],
        "The sum of the products of the elements of two series, or of a series and a number. The longer series is cut, \
         elements that are no numbers are left out; null when one is empty. \
         <https://learn.microsoft.com/kusto/query/series-dot-product-function>",
    )
    .examples(&[
        example("series_dot_product(dynamic([1,2,4]), dynamic([4,2,1]))", "12.0"),
        example("series_dot_product(dynamic([1,2,4]), 2)", "14.0"),
    ]),
    kernel: |call, args| {
        let (a, b) = (Cells::argument(call, args, 0)?, Cells::argument(call, args, 1)?);
        real_map(args, |row| pairs(&a, &b, row).map(|pairs| sum(pairs.iter().map(|(x, y)| x * y))))
    },
};

pub(crate) static COSINE_SIMILARITY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_cosine_similarity",
        FunctionKind::Scalar,
        &["(series1:array, series2:array, series1_magnitude?:real, series2_magnitude?:real) -> real"],
        "The cosine of the angle between two vectors, whose magnitudes may be given when they are known. The longer series \
         is cut, elements that are no numbers are left out; null when one is empty. \
         <https://learn.microsoft.com/kusto/query/series-cosine-similarity-function>",
    )
    .examples(&[example("series_cosine_similarity(dynamic([3,4]), dynamic([6,8]))", "1.0")]),
    kernel: |call, args| {
        let (a, b) = (Cells::argument(call, args, 0)?, Cells::argument(call, args, 1)?);
        let given = Cells::arguments(call, args, 2)?;
        real_map(args, |row| {
            let pairs = pairs(&a, &b, row)?;
            let magnitude = |at: usize, value: fn(&(f64, f64)) -> f64| {
                let given = given.get(at).and_then(|cells| cells.real(row));
                given.unwrap_or_else(|| sum(pairs.iter().map(|p| value(p) * value(p))).sqrt())
            };
            let product = sum(pairs.iter().map(|(x, y)| x * y));
            Some(product / (magnitude(0, |p| p.0) * magnitude(1, |p| p.1)))
        })
    },
};

pub(crate) static PEARSON_CORRELATION: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_pearson_correlation",
        FunctionKind::Scalar,
        &["(series1:array, series2:array) -> real"],
        "The Pearson correlation coefficient of two series; null when an element is no number or the lengths differ. \
         <https://learn.microsoft.com/kusto/query/series-pearson-correlation-function>",
    )
    .examples(&[example("series_pearson_correlation(dynamic([1,1,3,3]), dynamic([6,6,2,2]))", "-1.0")]),
    kernel: |_, args| {
        let (a, b) = (texts(&args[0])?, texts(&args[1])?);
        real_map(args, |row| {
            let (a, b) = (reals_at(&a, row)?, reals_at(&b, row)?);
            if a.len() != b.len() || a.is_empty() {
                return None;
            }
            let (mean_a, mean_b) = (mean(&a), mean(&b));
            let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
            for (x, y) in a.iter().zip(&b) {
                let (x, y) = (x - mean_a, y - mean_b);
                product += x * y;
                square_a += x * x;
                square_b += y * y;
            }
            Some(product / (square_a.sqrt() * square_b.sqrt()))
        })
    },
};

/// The median: the mean of the two in the middle of an even number. NaN of nothing.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// The numbers of a series that are, as reals.
pub(crate) fn present(numbers: &[Option<Number>]) -> Vec<f64> {
    numbers.iter().flatten().map(|n| n.real()).collect()
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d, l, r};
    use kql_types::Value;

    #[test]
    fn numbers_of_series() {
        #[rustfmt::skip]
        check(&[
            ("series_sum", &[d("[1.5,2.5,3.5]")], "7.5"),
            ("series_sum", &[d("[]")], "0.0"),
            ("series_sum", &[d("[1,null]")], "null"),
            ("array_sum", &[d("[1,true]")], "null"),
            ("array_sum", &[d("7")], "null"),
            ("series_product", &[d("[2,0.5,-3]")], "-3.0"),
            ("series_magnitude", &[d("[1,2,3,4]")], "5.477225575051661"),
            ("series_dot_product", &[d("[2,4,8]"), d("[8,4,2,99]")], "48.0"),
            ("series_dot_product", &[d("[1,null,\"x\",2]"), d("[1,1,1,5]")], "11.0"),
            ("series_dot_product", &[l(3), d("[3,6,12]")], "63.0"),
            ("series_dot_product", &[d("[]"), l(3)], "null"),
            ("series_dot_product", &[d("[1]"), d("{}")], "null"),
            ("series_cosine_similarity", &[d("[1,0]"), d("[0,1]")], "0.0"),
            ("series_cosine_similarity", &[d("[3,4]"), d("[3,4]"), r(10.0), r(5.0)], "0.5"),
            ("series_cosine_similarity", &[d("[3,4]"), d("[3,4]"), Value::Real(None)], "1.0"),
            ("series_pearson_correlation", &[d("[1,2,3,4]"), d("[1,2,3]")], "null"),
            ("series_pearson_correlation", &[d("[1,2,3]"), d("[1,null,3]")], "null"),
            ("series_pearson_correlation", &[d("[1,2,3,4]"), d("[2,4,6,8]")], "0.9999999999999998"),
        ]);
    }
}
