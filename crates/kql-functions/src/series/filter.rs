//! Filters: `series_fir`, `series_iir`.

use super::number::{Number, all_numbers, sum, write_numbers, write_reals};
use crate::ScalarFunction;
use crate::kernel::{bools, dynamic_map, texts};
use datafusion_common::{DataFusionError, Result};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

/// The most products that one batch of rows may take: elements times coefficients, of all rows.
const MAX_PRODUCTS: usize = 1 << 32;

fn too_long(name: &str, series: usize, filter: usize) -> DataFusionError {
    DataFusionError::ResourcesExhausted(format!("{name}() of {series} elements with {filter} coefficients"))
}

pub(crate) static FIR: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fir",
        FunctionKind::Scalar,
        &["(series:array, filter:array, normalize?:bool, center?:bool) -> dynamic"],
        "A finite impulse response filter: each element becomes the sum of itself and those before it, weighted by the \
         coefficients; elements before the first count as 0. `normalize` divides by the sum of the coefficients and is the \
         default unless one of them is negative, with which it gives null. `center` puts the window around the element. \
         Whole numbers stay whole without normalization. <https://learn.microsoft.com/kusto/query/series-fir-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("series_fir(dynamic([0,0,2,2,3]), dynamic([1,-1]), false, false)", "[0,0,2,0,1]"),
        example("series_fir(dynamic([0,10,20,0]), dynamic([1,1]))", "[0.0,5.0,15.0,10.0]"),
        example("series_fir(dynamic([0,0,3,0,0]), dynamic([1,1,1]), true, true)", "[0.0,1.0,1.0,1.0,0.0]"),
    ]),
    kernel: |_, args| {
        let (series, filter) = (texts(&args[0])?, texts(&args[1])?);
        let normalize = args.get(2).map(bools).transpose()?;
        let center = args.get(3).map(bools).transpose()?;
        let (mut products, mut error) = (0usize, None);
        let result = dynamic_map(args, |row, out| {
            let numbers = series.get(row).and_then(all_numbers).zip(filter.get(row).and_then(all_numbers));
            let Some((series, filter)) = numbers.filter(|(_, filter)| !filter.is_empty()) else { return false };
            products = products.saturating_add(series.len().saturating_mul(filter.len()));
            if products > MAX_PRODUCTS {
                error = Some(too_long("series_fir", series.len(), filter.len()));
                return false;
            }
            let negative = filter.iter().any(|c| c.real() < 0.0);
            let normalize = normalize.as_ref().and_then(|n| n.get(row)).unwrap_or(!negative);
            let center = center.as_ref().and_then(|c| c.get(row)).unwrap_or(false);
            let shift = if center { (filter.len() - 1) / 2 } else { 0 };
            if !normalize && let (Some(series), Some(filter)) = (whole(&series), whole(&filter)) {
                let sums = convolve(&series, &filter, shift, 0i64, |sum, a, b| sum.wrapping_add(a.wrapping_mul(b)));
                write_numbers(out, sums.into_iter().map(|v| Some(Number::Long(v))));
                return true;
            }
            let reals = |numbers: Vec<Number>| numbers.into_iter().map(Number::real).collect::<Vec<_>>();
            let (series, filter) = (reals(series), reals(filter));
            let total = sum(filter.iter().copied());
            if normalize && (negative || total == 0.0) {
                return false;
            }
            let divisor = if normalize { total } else { 1.0 };
            let sums = convolve(&series, &filter, shift, 0.0, |sum, a, b| sum + a * b);
            write_reals(out, sums.into_iter().map(|v| v / divisor));
            true
        });
        error.map_or(result, Err)
    },
};

fn whole(numbers: &[Number]) -> Option<Vec<i64>> {
    let whole = numbers.iter().map(|n| match n {
        Number::Long(v) => Some(*v),
        Number::Real(_) => None,
    });
    whole.collect()
}

/// For each place the sum of `filter[k] * series[place + shift - k]` over the places that exist.
fn convolve<T: Copy>(series: &[T], filter: &[T], shift: usize, zero: T, add: fn(T, T, T) -> T) -> Vec<T> {
    let sum = |place: usize| {
        let newest = place + shift;
        let products = filter.iter().enumerate().filter_map(|(k, c)| Some((series.get(newest.checked_sub(k)?)?, c)));
        products.fold(zero, |sum, (value, c)| add(sum, *value, *c))
    };
    (0..series.len()).map(sum).collect()
}

pub(crate) static IIR: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_iir",
        FunctionKind::Scalar,
        &["(series:array, numerators:array, denominators:array) -> dynamic"],
        "An infinite impulse response filter: y[i] = (Σ numerators[k]·x[i-k] − Σ denominators[k]·y[i-k], k ≥ 1) / \
         denominators[0], as reals. Null when the first denominator is 0 or missing. \
         <https://learn.microsoft.com/kusto/query/series-iir-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("series_iir(dynamic([1,2,3,4]), dynamic([1]), dynamic([1,-1]))", "[1.0,3.0,6.0,10.0]")]),
    kernel: |_, args| {
        let [series, numerators, denominators] = [texts(&args[0])?, texts(&args[1])?, texts(&args[2])?];
        let (mut products, mut error) = (0usize, None);
        let result: Result<_> = dynamic_map(args, |row, out| {
            let reals = |rows: &crate::kernel::Rows<_>| super::number::reals_at(rows, row);
            let (Some(x), Some(b), Some(a)) = (reals(&series), reals(&numerators), reals(&denominators)) else {
                return false;
            };
            products = products.saturating_add(x.len().saturating_mul(a.len().max(b.len())));
            if products > MAX_PRODUCTS {
                error = Some(too_long("series_iir", x.len(), a.len().max(b.len())));
                return false;
            }
            let Some((first, others)) = a.split_first().filter(|(first, _)| **first != 0.0) else { return false };
            let mut y: Vec<f64> = Vec::with_capacity(x.len());
            for at in 0..x.len() {
                let past = |values: &[f64], k: usize| at.checked_sub(k).and_then(|i| values.get(i).copied());
                let forward = sum(b.iter().enumerate().filter_map(|(k, c)| Some(c * past(&x, k)?)));
                let back = sum(others.iter().enumerate().filter_map(|(k, c)| Some(c * past(&y, k + 1)?)));
                y.push((forward - back) / first);
            }
            write_reals(out, y);
            true
        });
        error.map_or(result, Err)
    },
};

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{b, check, d, try_call};

    #[test]
    fn filters() {
        #[rustfmt::skip]
        check(&[
            ("series_fir", &[d("[5,15,10,20]"), d("[1,-1]"), b(false), b(false)], "[5,10,-5,10]"),
            ("series_fir", &[d("[5,15]"), d("[1,-1]")], "[5,10]"),
            ("series_fir", &[d("[5,15]"), d("[1,-1]"), b(true)], "null"),
            ("series_fir", &[d("[5,15]"), d("[0,0]")], "null"),
            ("series_fir", &[d("[5,15]"), d("[]")], "null"),
            ("series_fir", &[d("[5,null]"), d("[1]")], "null"),
            ("series_fir", &[d("[5.5,1]"), d("[2]"), b(false)], "[11.0,2.0]"),
            ("series_fir", &[d("[0,0,10,20,40,100]"), d("[1,1,1,1,1]")], "[0.0,0.0,2.0,6.0,14.0,34.0]"),
            ("series_fir", &[d("[0,0,10,20,40,100]"), d("[1,1,1,1,1]"), b(true), b(true)], "[2.0,6.0,14.0,34.0,34.0,32.0]"),
            ("series_iir", &[d("[0,1,2,3,4]"), d("[1]"), d("[1,-1]")], "[0.0,1.0,3.0,6.0,10.0]"),
            ("series_iir", &[d("[2,2]"), d("[1,1]"), d("[2]")], "[1.0,2.0]"),
            ("series_iir", &[d("[2]"), d("[1]"), d("[0,1]")], "null"),
            ("series_iir", &[d("[2]"), d("[1]"), d("[]")], "null"),
        ]);
    }

    #[test]
    fn endless_work_is_refused() {
        let many = d(&format!("[{}1]", "1,".repeat(70_000)));
        let error = try_call("series_fir", &[many.clone(), many.clone()], None).unwrap_err();
        assert!(error.to_string().contains("series_fir() of 70001 elements"), "{error}");
        assert!(try_call("series_iir", &[many.clone(), many.clone(), many], None).is_err());
    }
}
