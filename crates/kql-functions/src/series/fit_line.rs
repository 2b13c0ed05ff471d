//! `series_fit_line`, `series_fit_line_dynamic`: the straight line of least squares.

use super::number::{mean, reals_at, reals_text, texts_column, variance};
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, finish_columns, rows, texts};
use arrow::array::{ArrayRef, Float64Array};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static FIT_LINE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fit_line",
        FunctionKind::Scalar,
        &["(series:array) -> \
           (rsquare:real, slope:real, variance:real, rvariance:real, interception:real, line_fit:dynamic)"],
        "The straight line that fits a series best, over the places 1, 2, 3, …: R², slope, variance of the series and of \
         the rest, value at place 0 (one before the first element), and the line. All null when an element is no number. \
         <https://learn.microsoft.com/kusto/query/series-fit-line-function>",
    )
    .examples(&[example(
        "print y = dynamic([2, 4, 6]) | project (r, slope, v, rv, start, fit) = series_fit_line(y)",
        r#"{"r":1.0,"slope":2.0,"v":4.0,"rv":0.0,"start":0.0,"fit":[2.0,4.0,6.0]}"#,
    )]),
    kernel: |call, args| {
        let series = texts(&args[0])?;
        let lines: Vec<_> = (0..rows(args)).map(|row| reals_at(&series, row).and_then(|y| Line::fit(&y))).collect();
        let real = |f: fn(&Line) -> f64| -> ArrayRef {
            Arc::new(lines.iter().map(|l| l.as_ref().map(f)).collect::<Float64Array>())
        };
        let columns = vec![
            real(|l| l.rsquare),
            real(|l| l.slope),
            real(|l| l.variance),
            real(|l| l.rvariance),
            real(|l| l.interception),
            texts_column(lines.iter().map(|l| l.as_ref().map(|l| reals_text(l.points()))).collect()),
        ];
        finish_columns(call, args, columns)
    },
};

pub(crate) static FIT_LINE_DYNAMIC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fit_line_dynamic",
        FunctionKind::Scalar,
        &["(series:array) -> dynamic"],
        "What `series_fit_line` gives, in a bag; null when an element is no number. \
         <https://learn.microsoft.com/kusto/query/series-fit-line-dynamic-function>",
    )
    .examples(&[example("series_fit_line_dynamic(dynamic([2, 4, 6])).slope", "2.0")]),
    kernel: |_, args| {
        let series = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(line) = reals_at(&series, row).and_then(|y| Line::fit(&y)) else { return false };
            write_bag(
                out,
                &[
                    ("rsquare", line.rsquare),
                    ("slope", line.slope),
                    ("variance", line.variance),
                    ("rvariance", line.rvariance),
                    ("interception", line.interception),
                ],
            );
            out.pop();
            out.extend([",\"line_fit\":", &reals_text(line.points()), "}"]);
            true
        })
    },
};

/// Appends a bag of reals.
pub(crate) fn write_bag(out: &mut String, entries: &[(&str, f64)]) {
    out.push('{');
    for (at, (key, value)) in entries.iter().enumerate() {
        out.extend([if at > 0 { ",\"" } else { "\"" }, key, "\":"]);
        dynamic::write_real(out, *value);
    }
    out.push('}');
}

/// A line fitted to values at the places 1, 2, 3, ….
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) rsquare: f64,
    pub(crate) slope: f64,
    pub(crate) variance: f64,
    pub(crate) rvariance: f64,
    pub(crate) interception: f64,
    length: usize,
}

impl Line {
    /// `None` of nothing. One value and equal values are fitted exactly: R² is 1.
    pub(crate) fn fit(y: &[f64]) -> Option<Line> {
        if y.is_empty() {
            return None;
        }
        let mean_x = (y.len() + 1) as f64 / 2.0;
        let mean_y = mean(y);
        let (mut product, mut square) = (0.0, 0.0);
        for (at, value) in y.iter().enumerate() {
            let x = (at + 1) as f64 - mean_x;
            product += x * (value - mean_y);
            square += x * x;
        }
        let slope = if square == 0.0 { 0.0 } else { product / square };
        let interception = mean_y - slope * mean_x;
        let mut line =
            Line { rsquare: 1.0, slope, variance: variance(y), rvariance: 0.0, interception, length: y.len() };
        let rest: Vec<f64> = y.iter().zip(line.points()).map(|(y, fit)| y - fit).collect();
        line.rvariance = variance(&rest);
        line.rsquare = rsquare(line.rvariance, line.variance);
        Some(line)
    }

    /// The line at an element, counted from 0.
    pub(crate) fn at(&self, element: usize) -> f64 {
        self.slope * (element + 1) as f64 + self.interception
    }

    /// The line at all elements.
    pub(crate) fn points(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.length).map(|element| self.at(element))
    }
}

/// R²: the share of the variance that a fit explains.
pub(crate) fn rsquare(rest: f64, all: f64) -> f64 {
    if rest == 0.0 { 1.0 } else { 1.0 - rest / all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::testing::{call, check, d, try_call};

    #[test]
    fn lines() {
        let fit = |y: &str| try_call("series_fit_line", &[d(y)], None).unwrap().join(" ");
        assert_eq!(fit("[1,3,5,7]"), "1.0 2.0 6.666666666666667 0.0 -1.0 [1.0,3.0,5.0,7.0]");
        assert_eq!(fit("[4]"), "1.0 0.0 0.0 0.0 4.0 [4.0]");
        assert_eq!(fit("[4,4,4]"), "1.0 0.0 0.0 0.0 4.0 [4.0,4.0,4.0]");
        assert_eq!(fit("[4,null]"), "null null null null null null");
        assert_eq!(fit("[]"), "null null null null null null");
        // y = 0, 1, 1: slope 1/2, mean 2/3, rest 1/6 of squares, all 2/3 of squares.
        let line = Line::fit(&[0.0, 1.0, 1.0]).unwrap();
        assert!((line.slope - 0.5).abs() < 1e-15 && (line.interception + 1.0 / 3.0).abs() < 1e-15);
        assert!((line.rsquare - 0.75).abs() < 1e-15 && (line.rvariance - 1.0 / 12.0).abs() < 1e-15);
        check(&[("series_fit_line_dynamic", &[d("\"x\"")], "null")]);
        let bag = call("series_fit_line_dynamic", &[d("[1,3]")]);
        assert_eq!(
            bag,
            r#"{"rsquare":1.0,"slope":2.0,"variance":2.0,"rvariance":0.0,"interception":-1.0,"line_fit":[1.0,3.0]}"#
        );
    }
}
