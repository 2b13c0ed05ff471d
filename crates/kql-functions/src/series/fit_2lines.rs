//! `series_fit_2lines`, `series_fit_2lines_dynamic`: two straight lines, one up to a place and one from it on.

use super::fit_line::{Line, rsquare, write_bag};
use super::number::{mean, reals_at, reals_text, texts_column, variance};
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, finish_columns, rows, texts};
use arrow::array::{ArrayRef, Float64Array, Int64Array};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static FIT_2LINES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fit_2lines",
        FunctionKind::Scalar,
        &["(array:array) -> (rsquare:real, split_idx:long, variance:real, rvariance:real, line_fit:dynamic, \
           right_rsquare:real, right_slope:real, right_interception:real, right_variance:real, right_rvariance:real, \
           left_rsquare:real, left_slope:real, left_interception:real, left_variance:real, left_rvariance:real)"],
        "The two straight lines that fit a series best, split at the place where R² of both together is largest: R², the \
         first place of the right part, variance of the series and of the rest, the lines, and what `series_fit_line` gives \
         for each part, whose places count from 1. A part has at least two elements. All null for less than four elements \
         and when an element is no number. <https://learn.microsoft.com/kusto/query/series-fit-2lines-function>",
    )
    .examples(&[example(
        "print y = dynamic([0, 1, 2, 9, 8, 7]) | project (r, split, v, rv, fit) = series_fit_2lines(y) | project r, split, rv",
        r#"{"r":1.0,"split":3,"rv":0.0}"#,
    )]),
    kernel: |call, args| {
        let series = texts(&args[0])?;
        let fits: Vec<_> = (0..rows(args)).map(|row| reals_at(&series, row).and_then(|y| TwoLines::fit(&y))).collect();
        let real = |f: fn(&TwoLines) -> f64| -> ArrayRef {
            Arc::new(fits.iter().map(|fit| fit.as_ref().map(f)).collect::<Float64Array>())
        };
        let split = fits.iter().map(|fit| fit.as_ref().and_then(|fit| i64::try_from(fit.split).ok()));
        let columns = vec![
            real(|fit| fit.rsquare),
            Arc::new(split.collect::<Int64Array>()),
            real(|fit| fit.variance),
            real(|fit| fit.rvariance),
            texts_column(fits.iter().map(|fit| fit.as_ref().map(|fit| reals_text(fit.points()))).collect()),
            real(|fit| fit.right.rsquare),
            real(|fit| fit.right.slope),
            real(|fit| fit.right.interception),
            real(|fit| fit.right.variance),
            real(|fit| fit.right.rvariance),
            real(|fit| fit.left.rsquare),
            real(|fit| fit.left.slope),
            real(|fit| fit.left.interception),
            real(|fit| fit.left.variance),
            real(|fit| fit.left.rvariance),
        ];
        finish_columns(call, args, columns)
    },
};

pub(crate) static FIT_2LINES_DYNAMIC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fit_2lines_dynamic",
        FunctionKind::Scalar,
        &["(series:array) -> dynamic"],
        "What `series_fit_2lines` gives, in a bag with a bag for each part under `right` and `left`. \
         <https://learn.microsoft.com/kusto/query/series-fit-2lines-dynamic-function>",
    )
    .examples(&[example("series_fit_2lines_dynamic(dynamic([0, 1, 2, 9, 8, 7])).right.slope", "-1.0")]),
    kernel: |_, args| {
        let series = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(fit) = reals_at(&series, row).and_then(|y| TwoLines::fit(&y)) else { return false };
            write_bag(out, &[("rsquare", fit.rsquare)]);
            out.pop();
            out.extend([",\"split_idx\":", &fit.split.to_string(), ","]);
            let mut rest = String::new();
            write_bag(&mut rest, &[("variance", fit.variance), ("rvariance", fit.rvariance)]);
            out.push_str(rest.trim_matches(['{', '}']));
            out.extend([",\"line_fit\":", &reals_text(fit.points())]);
            for (name, line) in [("right", fit.right), ("left", fit.left)] {
                out.extend([",\"", name, "\":"]);
                write_bag(
                    out,
                    &[
                        ("rsquare", line.rsquare),
                        ("slope", line.slope),
                        ("interception", line.interception),
                        ("variance", line.variance),
                        ("rvariance", line.rvariance),
                    ],
                );
            }
            out.push('}');
            true
        })
    },
};

struct TwoLines {
    rsquare: f64,
    /// Elements of the left part.
    split: usize,
    variance: f64,
    rvariance: f64,
    right: Line,
    left: Line,
}

impl TwoLines {
    fn fit(y: &[f64]) -> Option<TwoLines> {
        let split = best_split(y)?;
        let (left, right) = (Line::fit(&y[..split])?, Line::fit(&y[split..])?);
        let fit = TwoLines { rsquare: 1.0, split, variance: variance(y), rvariance: 0.0, right, left };
        let rest: Vec<f64> = y.iter().zip(fit.points()).map(|(y, fit)| y - fit).collect();
        let rvariance = variance(&rest);
        Some(TwoLines { rsquare: rsquare(rvariance, fit.variance), rvariance, ..fit })
    }

    fn points(&self) -> impl Iterator<Item = f64> + '_ {
        self.left.points().chain(self.right.points())
    }
}

/// The split with the smallest sum of squared distances from both lines, the first of several; found with running sums of
/// the values from which the mean is taken off, so that large values lose no digits.
fn best_split(y: &[f64]) -> Option<usize> {
    if y.len() < 4 || y.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mean = mean(y);
    let ahead = running_rests(y.iter().map(|v| v - mean));
    let mut behind = running_rests(y.iter().rev().map(|v| v - mean));
    behind.reverse();
    let mut best = (2, f64::INFINITY);
    for split in 2..=y.len() - 2 {
        let rest = ahead[split - 1] + behind[split];
        if rest < best.1 {
            best = (split, rest);
        }
    }
    Some(best.0)
}

/// For each number of leading values the sum of their squared distances from their line.
fn running_rests(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let (mut sum, mut square, mut product) = (0.0, 0.0, 0.0);
    let rest = |(place, value): (usize, f64)| {
        let n = (place + 1) as f64;
        sum += value;
        square += value * value;
        product += place as f64 * value;
        // Σ(x-x̄)² of 0..n-1 is n(n²-1)/12.
        let spread = n * (n * n - 1.0) / 12.0;
        let covariance = product - (n - 1.0) / 2.0 * sum;
        let all = square - sum * sum / n;
        let explained = if spread == 0.0 { 0.0 } else { covariance * covariance / spread };
        (all - explained).max(0.0)
    };
    values.enumerate().map(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::super::number::squares;
    use super::*;
    use crate::dynamic::testing::{call, check, d, try_call};
    use proptest::prelude::*;

    fn rest_squares(y: &[f64]) -> f64 {
        let line = Line::fit(y).unwrap();
        let rest: Vec<f64> = y.iter().zip(line.points()).map(|(y, fit)| y - fit).collect();
        squares(&rest)
    }

    #[test]
    fn two_lines() {
        let fit = |y: &str| try_call("series_fit_2lines", &[d(y)], None).unwrap();
        let [rsquare, split, _, rvariance, points, right_rsquare, right_slope, right_start, ..] =
            &fit("[0,1,2,9,8,7]")[..]
        else {
            panic!("columns")
        };
        assert_eq!([rsquare, split, rvariance, points], ["1.0", "3", "0.0", "[0.0,1.0,2.0,9.0,8.0,7.0]"]);
        assert_eq!([right_rsquare, right_slope, right_start], ["1.0", "-1.0", "10.0"]);
        assert_eq!(fit("[1,2,3]"), vec!["null"; 15]);
        assert_eq!(fit("[1,2,3,null]"), vec!["null"; 15]);
        assert_eq!(fit("[5,5,5,5]")[1], "2");
        check(&[("series_fit_2lines_dynamic", &[d("[1]")], "null")]);
        let bag = call("series_fit_2lines_dynamic", &[d("[0,0,4,4]")]);
        let part =
            |start| format!(r#"{{"rsquare":1.0,"slope":0.0,"interception":{start},"variance":0.0,"rvariance":0.0}}"#);
        let head =
            r#"{"rsquare":1.0,"split_idx":2,"variance":5.333333333333333,"rvariance":0.0,"line_fit":[0.0,0.0,4.0,4.0]"#;
        assert_eq!(bag, format!(r#"{head},"right":{},"left":{}}}"#, part("4.0"), part("0.0")));
    }

    proptest! {
        #[test]
        fn no_other_split_is_better(y in prop::collection::vec(-1000i32..1000, 4..40)) {
            let y: Vec<f64> = y.into_iter().map(f64::from).collect();
            let rest = |split: usize| rest_squares(&y[..split]) + rest_squares(&y[split..]);
            let found = rest(best_split(&y).unwrap());
            for split in 2..=y.len() - 2 {
                prop_assert!(found <= rest(split) + 1e-6, "{found} {split} {}", rest(split));
            }
        }
    }
}
