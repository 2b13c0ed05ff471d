//! `series_seasonal`: the part of a series that repeats.

use super::number::{reals_at, write_reals};
use super::periods::best_period;
use super::reduce::median;
use crate::ScalarFunction;
use crate::dynamic::cells::Cells;
use crate::kernel::{dynamic_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

/// The least score of a period that is found.
const THRESHOLD: f64 = 0.7;

pub(crate) static SEASONAL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_seasonal",
        FunctionKind::Scalar,
        &["(series:array, period?:integer, test_points?:integer) -> dynamic"],
        "For each element the median of the elements in the same place of the period, as reals. The period is given, or \
         found by `series_periods_detect` with a score of at least 0.7 (-1, the default); without a period zeros. The last \
         `test_points` elements do not count for the medians. Null when an element is no number. \
         <https://learn.microsoft.com/kusto/query/series-seasonal-function>",
    )
    .named(ResultName::Default)
    .examples(&[
        example("series_seasonal(dynamic([1,3,5,1,3,5,2,4,6]), 3)", "[1.0,3.0,5.0,1.0,3.0,5.0,1.0,3.0,5.0]"),
        example("series_seasonal(dynamic([8,12,14,12,10,10,12,14,12,10,10,12,14,12,10]))",
            "[10.0,12.0,14.0,12.0,10.0,10.0,12.0,14.0,12.0,10.0,10.0,12.0,14.0,12.0,10.0]"),
    ]),
    kernel: |call, args| {
        let series = texts(&args[0])?;
        let others = Cells::arguments(call, args, 1)?;
        dynamic_map(args, |row, out| {
            let other = |at: usize, default| others.get(at).map_or(Some(default), |cells| cells.long(row));
            let Some((y, (period, tested))) = reals_at(&series, row).zip(other(0, -1).zip(other(1, 0))) else {
                return false;
            };
            let Some(learned) = usize::try_from(tested).ok().and_then(|tested| y.len().checked_sub(tested)) else {
                return false;
            };
            write_reals(out, seasonal(&y, learned, find_period(&y[..learned], period, THRESHOLD)));
            true
        })
    },
};

/// The period that is meant: found for -1, given when positive, else none.
pub(crate) fn find_period(learned: &[f64], period: i64, threshold: f64) -> Option<usize> {
    match period {
        -1 => best_period(learned, threshold),
        period => usize::try_from(period).ok().filter(|p| *p > 0),
    }
}

/// For each place of a series the median of the first `learned` elements in the same place of the period; 0 where there is
/// none, and without a period.
pub(crate) fn seasonal(y: &[f64], learned: usize, period: Option<usize>) -> Vec<f64> {
    let Some(period) = period else { return vec![0.0; y.len()] };
    let phase = |phase: usize| {
        let mut values: Vec<f64> = y[..learned].iter().copied().skip(phase).step_by(period).collect();
        if values.is_empty() { 0.0 } else { median(&mut values) }
    };
    let phases: Vec<f64> = (0..period.min(y.len())).map(phase).collect();
    phases.iter().copied().cycle().take(y.len()).collect()
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d, l};

    #[test]
    fn seasons() {
        #[rustfmt::skip]
        check(&[
            ("series_seasonal", &[d("[1,3,5,2,4,6,1,3,5,2,4,6]"), l(3)], "[1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5]"),
            ("series_seasonal", &[d("[2,5,3,4,3,2,1,2,3,4,3,2,1,2,3,4,3,2,1,2,3,4,3,2,1]")],
                "[1.0,2.0,3.0,4.0,3.0,2.0,1.0,2.0,3.0,4.0,3.0,2.0,1.0,2.0,3.0,4.0,3.0,2.0,1.0,2.0,3.0,4.0,3.0,2.0,1.0]"),
            ("series_seasonal", &[d("[1,3,5,2,4,6,1,3,5,2,4,6]")], "[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0]"),
            ("series_seasonal", &[d("[1,2]"), l(0)], "[0.0,0.0]"),
            ("series_seasonal", &[d("[1,2]"), l(-7)], "[0.0,0.0]"),
            ("series_seasonal", &[d("[1,2,7]"), l(9)], "[1.0,2.0,7.0]"),
            ("series_seasonal", &[d("[1,2,3,4,9]"), l(2), l(1)], "[2.0,3.0,2.0,3.0,2.0]"),
            ("series_seasonal", &[d("[1,2]"), l(2), l(9)], "null"),
            ("series_seasonal", &[d("[1,null]"), l(2)], "null"),
            ("series_seasonal", &[d("[]"), l(2)], "[]"),
        ]);
    }
}
