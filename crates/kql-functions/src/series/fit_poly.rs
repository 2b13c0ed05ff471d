//! `series_fit_poly`: the polynomial of least squares.

use super::fit_line::rsquare;
use super::number::{reals_at, reals_text, texts_column, variance};
use crate::ScalarFunction;
use crate::dynamic::cells::Cells;
use crate::kernel::{finish_columns, rows, texts};
use arrow::array::{ArrayRef, Float64Array};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

/// The highest degree that is fitted: far above what doubles can tell apart.
const MAX_DEGREE: i64 = 64;

pub(crate) static FIT_POLY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fit_poly",
        FunctionKind::Scalar,
        &["(y_series:array, x_series?:array, degree?:integer) -> \
           (rsquare:real, coefficients:dynamic, variance:real, rvariance:real, poly_fit:dynamic)"],
        "The polynomial of a degree (1 when left out) that fits a series best over the places 1, 2, 3, … or over another \
         series: R², coefficients from the highest power down, variance of the series and of the rest, and the polynomial's \
         values. All null when an element is no number, the lengths differ, or the degree is negative, above 64 or not less \
         than the number of different places. <https://learn.microsoft.com/kusto/query/series-fit-poly-function>",
    )
    .examples(&[example(
        "print y = dynamic([2, 4, 6]) | project (r, c) = series_fit_poly(y) | project c = series_floor(series_add(c, 0.5))",
        r#"{"c":[2.0,0.0]}"#,
    )]),
    kernel: |call, args| {
        let y = texts(&args[0])?;
        let x = args.get(1).map(texts).transpose()?;
        let degree = if args.len() > 2 { Some(Cells::argument(call, args, 2)?) } else { None };
        let fit = |row: usize| {
            let y = reals_at(&y, row)?;
            let x = match &x {
                Some(x) => reals_at(x, row)?,
                None => (1..=y.len()).map(|place| place as f64).collect(),
            };
            let degree = degree.as_ref().map_or(Some(1), |cells| cells.long(row))?;
            Polynomial::fit(&x, &y, degree)
        };
        let fits: Vec<_> = (0..rows(args)).map(fit).collect();
        let real = |f: fn(&Polynomial) -> f64| -> ArrayRef {
            Arc::new(fits.iter().map(|fit| fit.as_ref().map(f)).collect::<Float64Array>())
        };
        let text = |f: fn(&Polynomial) -> &[f64]| {
            texts_column(fits.iter().map(|fit| fit.as_ref().map(|fit| reals_text(f(fit).iter().copied()))).collect())
        };
        let columns = vec![
            real(|fit| rsquare(fit.rvariance, fit.variance)),
            text(|fit| &fit.coefficients),
            real(|fit| fit.variance),
            real(|fit| fit.rvariance),
            text(|fit| &fit.points),
        ];
        finish_columns(call, args, columns)
    },
};

struct Polynomial {
    /// From the highest power down.
    coefficients: Vec<f64>,
    variance: f64,
    rvariance: f64,
    points: Vec<f64>,
}

impl Polynomial {
    fn fit(x: &[f64], y: &[f64], degree: i64) -> Option<Polynomial> {
        let degree = usize::try_from(degree).ok().filter(|_| degree <= MAX_DEGREE)?;
        if x.len() != y.len() || degree >= y.len() || x.iter().chain(y).any(|v| !v.is_finite()) {
            return None;
        }
        // The fit is made over places moved to [-1, 1], where the powers differ most, and moved back.
        let (least, most) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
        let (middle, half) = (f64::midpoint(least, most), (most - least) / 2.0);
        let half = if half > 0.0 { half } else { 1.0 };
        let scaled: Vec<f64> = x.iter().map(|v| (v - middle) / half).collect();
        let powers: Vec<Vec<f64>> = std::iter::successors(Some(vec![1.0; x.len()]), |last| {
            Some(last.iter().zip(&scaled).map(|(p, t)| p * t).collect())
        })
        .take(degree + 1)
        .collect();
        let solved = least_squares(powers, y.to_vec())?;
        let points: Vec<f64> = scaled.iter().map(|t| solved.iter().rev().fold(0.0, |sum, c| sum * t + c)).collect();
        let rest: Vec<f64> = y.iter().zip(&points).map(|(y, fit)| y - fit).collect();
        let mut coefficients = moved_back(&solved, middle, half);
        coefficients.reverse();
        Some(Polynomial { coefficients, variance: variance(y), rvariance: variance(&rest), points })
    }
}

/// The coefficients, from the lowest power up, of p((x - middle) / half) for the polynomial p.
fn moved_back(solved: &[f64], middle: f64, half: f64) -> Vec<f64> {
    // Horner's rule on polynomials: result = result · (x - middle) / half + c.
    let mut result = vec![0.0; solved.len()];
    for (round, c) in solved.iter().rev().enumerate() {
        for place in (0..=round.min(solved.len() - 1)).rev() {
            let below = if place > 0 { result[place - 1] } else { 0.0 };
            result[place] = (below - result[place] * middle) / half;
        }
        result[0] += c;
    }
    result
}

/// The weights of columns whose sum is nearest to `y`, by Householder reflections. `None` when a column depends on others.
fn least_squares(mut columns: Vec<Vec<f64>>, mut y: Vec<f64>) -> Option<Vec<f64>> {
    let count = columns.len();
    let mut diagonal = Vec::with_capacity(count);
    for k in 0..count {
        let before: f64 = columns[k].iter().map(|v| v * v).sum::<f64>().sqrt();
        let norm: f64 = columns[k][k..].iter().map(|v| v * v).sum::<f64>().sqrt();
        if norm <= before * 1e-13 {
            return None;
        }
        let alpha = if columns[k][k] > 0.0 { -norm } else { norm };
        diagonal.push(alpha);
        let mut v = columns[k][k..].to_vec();
        v[0] -= alpha;
        let square: f64 = v.iter().map(|v| v * v).sum();
        let reflect = |target: &mut [f64]| {
            let factor = 2.0 * v.iter().zip(target.iter()).map(|(a, b)| a * b).sum::<f64>() / square;
            target.iter_mut().zip(&v).for_each(|(t, v)| *t -= factor * v);
        };
        columns[k + 1..].iter_mut().for_each(|column| reflect(&mut column[k..]));
        reflect(&mut y[k..]);
    }
    let mut solved = vec![0.0; count];
    for k in (0..count).rev() {
        let known: f64 = (k + 1..count).map(|j| columns[j][k] * solved[j]).sum();
        solved[k] = (y[k] - known) / diagonal[k];
    }
    Some(solved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::testing::{d, l, try_call};
    use proptest::prelude::*;

    #[test]
    fn polynomials() {
        let fit = |args: &[_]| try_call("series_fit_poly", args, None).unwrap();
        for args in [&[d("[1,null]")][..], &[d("[1,2]"), d("[1]"), l(1)], &[d("[1,2]"), d("[1,2]"), l(2)]] {
            assert_eq!(fit(args), vec!["null"; 5], "{args:?}");
        }
        assert_eq!(fit(&[d("[1,2]"), d("[3,3]"), l(1)]), vec!["null"; 5]);
        assert_eq!(fit(&[d("[4]"), d("[9]"), l(0)]), ["1.0", "[4.0]", "0.0", "0.0", "[4.0]"]);
        let line = Polynomial::fit(&[1.0, 2.0, 3.0], &[0.0, 1.0, 1.0], 1).unwrap();
        assert!((line.coefficients[0] - 0.5).abs() < 1e-14 && (line.coefficients[1] + 1.0 / 3.0).abs() < 1e-14);
        assert!((rsquare(line.rvariance, line.variance) - 0.75).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn finds_the_polynomial_of_exact_values(c in prop::collection::vec(-5i32..5, 1..6), from in -3i32..3) {
            let value = |x: f64| c.iter().fold(0.0, |sum, c| sum * x + f64::from(*c));
            let x: Vec<f64> = (0..12).map(|at| f64::from(from) + f64::from(at) * 0.5).collect();
            let y: Vec<f64> = x.iter().map(|x| value(*x)).collect();
            let fit = Polynomial::fit(&x, &y, c.len() as i64 - 1).unwrap();
            for (found, c) in fit.coefficients.iter().zip(&c) {
                prop_assert!((found - f64::from(*c)).abs() < 1e-6, "{:?} {c:?}", fit.coefficients);
            }
        }
    }
}
