//! `series_periods_detect`, `series_periods_validate`: the periods of a series.
//!
//! The score of a period is the circular autocorrelation of the series at that lag, scaled so that its smallest value over
//! all lags is 0 and that of lag 0 is 1: this agrees with the recorded score of the engine to the last digit. Candidates are
//! found as the documentation's words and the recorded answers allow: a frequency whose power is a peak above the mean power
//! points to a range of lags (half way to the neighbouring frequencies, and one), and the largest autocorrelation in the
//! range is a period when it is a peak and not at an edge of the range. Periods have at least [`MIN_PERIOD`] elements and
//! are shorter than half of the series.

use super::fourier::{Complex, forward, inverse};
use super::number::{reals_at, reals_text, texts_column};
use crate::ScalarFunction;
use crate::dynamic::array::make::MAX_ELEMENTS;
use crate::dynamic::budget::Budget;
use crate::dynamic::cells::Cells;
use crate::kernel::{finish_columns, rows, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The shortest period.
const MIN_PERIOD: usize = 4;

pub(crate) static DETECT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_periods_detect",
        FunctionKind::Scalar,
        &["(series:array, min_period:number, max_period:number, num_periods:integer) -> (periods:dynamic, scores:dynamic)"],
        "The most significant periods of a series between two lengths and their scores from 0 to 1, best first, filled with \
         0.0 to the wanted number. A period has at least 4 elements and is shorter than half of the series. Null when an \
         element is no number. <https://learn.microsoft.com/kusto/query/series-periods-detect-function>",
    )
    .examples(&[example(
        "print y = dynamic([1,2,4,2,1,2,4,2,1,2,4,2]) | extend (periods, scores) = series_periods_detect(y, 0, 20, 2) \
         | project periods",
        r#"{"periods":[4.0,0.0]}"#,
    )]),
    kernel: |call, args| {
        let series = texts(&args[0])?;
        let limits = Cells::arguments(call, args, 1)?;
        let (mut periods, mut scores) = (Vec::new(), Vec::new());
        let mut budget = Budget::default();
        for row in 0..rows(args) {
            let count = limits[2].long(row).map(|n| usize::try_from(n).unwrap_or(0).min(MAX_ELEMENTS));
            let limits = limits[0].real(row).zip(limits[1].real(row)).zip(count);
            let found = reals_at(&series, row).zip(limits).map(|(y, ((min, max), count))| {
                let mut found = Correlation::new(&y).map_or_else(Vec::new, |c| c.periods());
                found.retain(|p| (min..=max).contains(&(p.length as f64)));
                let count = if budget.spend(count, 64) { count } else { 0 };
                found.resize(count, Period { length: 0, score: 0.0 });
                found
            });
            periods.push(found.as_ref().map(|f| reals_text(f.iter().map(|p| p.length as f64))));
            scores.push(found.as_ref().map(|f| reals_text(f.iter().map(|p| p.score))));
        }
        budget.finish("series_periods_detect", finish_columns(call, args, vec![texts_column(periods), texts_column(scores)]))
    },
};

pub(crate) static VALIDATE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_periods_validate",
        FunctionKind::Scalar,
        &["(series:array, period...1..16:number) -> (periods:dynamic, scores:dynamic)"],
        "The given periods and their scores from 0 to 1; 0 for what is no period of the series, and for lengths below 4 or \
         above half of the series. Null when an element is no number. \
         <https://learn.microsoft.com/kusto/query/series-periods-validate-function>",
    )
    .examples(&[example(
        "print y = dynamic([1,2,4,2,1,2,4,2,1,2,4,2]) | extend (periods, scores) = series_periods_validate(y, 4, 5) \
         | project found = series_greater(scores, 0.9)",
        r#"{"found":[true,false]}"#,
    )]),
    kernel: |call, args| {
        let series = texts(&args[0])?;
        let given = Cells::arguments(call, args, 1)?;
        let (mut periods, mut scores) = (Vec::new(), Vec::new());
        for row in 0..rows(args) {
            let y = reals_at(&series, row);
            let correlation = y.as_deref().and_then(Correlation::new);
            let lengths: Vec<f64> = given.iter().map(|cells| cells.real(row).unwrap_or(f64::NAN)).collect();
            let score = |length: &f64| correlation.as_ref().map_or(0.0, |c| c.validate(*length));
            periods.push(y.as_ref().map(|_| reals_text(lengths.iter().copied())));
            scores.push(y.as_ref().map(|_| reals_text(lengths.iter().map(score))));
        }
        finish_columns(call, args, vec![texts_column(periods), texts_column(scores)])
    },
};

/// A period and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Period {
    pub(crate) length: usize,
    pub(crate) score: f64,
}

/// The best period of a series, if there is one with at least this score.
pub(crate) fn best_period(y: &[f64], threshold: f64) -> Option<usize> {
    let best = Correlation::new(y)?.periods().into_iter().next()?;
    (best.score >= threshold).then_some(best.length)
}

/// Power of the frequencies and scores of the lags of a series.
struct Correlation {
    /// For each frequency up to the half; 0 for frequency 0.
    power: Vec<f64>,
    /// For each lag.
    score: Vec<f64>,
}

impl Correlation {
    /// `None` for series too short to have a period, with equal elements only, or with elements that are not finite.
    fn new(y: &[f64]) -> Option<Self> {
        let length = y.len();
        if length <= 2 * MIN_PERIOD || y.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let mean = super::number::mean(y);
        let spectrum = forward(y.iter().map(|v| Complex { re: v - mean, im: 0.0 }).collect());
        let mut squares: Vec<Complex> = spectrum.iter().map(|c| Complex { re: c.square(), im: 0.0 }).collect();
        squares[0].re = 0.0;
        let power = squares[..=length / 2].iter().map(|c| c.re).collect();
        let correlation: Vec<f64> = inverse(squares).into_iter().map(|c| c.re).collect();
        let least = correlation.iter().copied().fold(f64::INFINITY, f64::min);
        let spread = correlation[0] - least;
        // What is left of equal elements is rounding.
        let size = y.iter().fold(0.0f64, |size, v| size.max(v.abs()));
        if spread <= size * size * length as f64 * 1e-14 {
            return None;
        }
        Some(Correlation { power, score: correlation.into_iter().map(|c| (c - least) / spread).collect() })
    }

    fn length(&self) -> usize {
        self.score.len()
    }

    /// The periods, best first; of equal ones the shorter first.
    fn periods(&self) -> Vec<Period> {
        let mean = self.power.iter().sum::<f64>() / (self.power.len() - 1) as f64;
        let power = |k: usize| self.power.get(k).copied().unwrap_or(0.0);
        let is_peak = |k: &usize| power(*k) > mean && power(*k) >= power(k - 1) && power(*k) >= power(k + 1);
        let mut found: Vec<Period> = Vec::new();
        for frequency in (2..self.power.len()).filter(is_peak) {
            if let Some(length) = self.peak_near(self.length() as f64 / frequency as f64)
                && length >= MIN_PERIOD
                && 2 * length < self.length()
                && found.iter().all(|p| p.length != length)
            {
                found.push(Period { length, score: self.score[length] });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.length.cmp(&b.length)));
        found
    }

    /// The lag with the largest autocorrelation in the range of a period, when it is not at an edge of the range.
    fn peak_near(&self, period: f64) -> Option<usize> {
        let length = self.length() as f64;
        let frequency = length / period;
        let from = f64::midpoint(length / (frequency + 1.0), period) - 1.0;
        let to = if frequency > 1.0 { f64::midpoint(period, length / (frequency - 1.0)) + 1.0 } else { length };
        let from = (from.ceil().max(1.0)) as usize;
        let to = (to.floor() as usize).min(self.length() / 2);
        let best = (from..=to).max_by(|a, b| self.score[*a].total_cmp(&self.score[*b]).then(b.cmp(a)))?;
        (best > from && best < to).then_some(best)
    }

    /// The score of a length, 0 when it is no period.
    fn validate(&self, length: f64) -> f64 {
        let lag = length.round() as usize;
        let possible = length >= MIN_PERIOD as f64 && length <= self.length() as f64 / 2.0;
        if possible && self.peak_near(length) == Some(lag) { self.score[lag] } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::testing::{d, l, r, try_call};
    use proptest::prelude::*;

    /// Weekly traffic in half days, from the documentation of both functions.
    const TRAFFIC: &str = "[80,139,87,110,68,54,50,51,53,133,86,141,97,156,94,149,95,140,77,61,50,54,47,133,72,152,94,148,105,\
        162,101,160,87,63,53,55,54,151,103,189,108,183,113,175,113,178,90,71,62,62,65,165,109,181,115,182,121,178,114,170]";

    #[test]
    fn weekly_traffic() {
        let found = try_call("series_periods_detect", &[d(TRAFFIC), r(0.0), r(50.0), l(2)], None).unwrap();
        assert_eq!(found[0], "[14.0,0.0]");
        let score: f64 = found[1].trim_start_matches('[').split(',').next().unwrap().parse().unwrap();
        assert!((score - 0.84).abs() < 0.005, "{score}");
        let checked = try_call("series_periods_validate", &[d(TRAFFIC), r(14.0), r(10.0), l(3), l(99)], None).unwrap();
        assert_eq!(checked[0], "[14.0,10.0,3.0,99.0]");
        assert!(checked[1].starts_with("[0.84") && checked[1].ends_with(",0.0,0.0,0.0]"), "{}", checked[1]);
        let none = try_call("series_periods_detect", &[d(TRAFFIC), r(0.0), r(10.0), l(1)], None).unwrap();
        assert_eq!(none, ["[0.0]", "[0.0]"]);
    }

    #[test]
    fn series_without_periods() {
        let found = |y: &str| try_call("series_periods_detect", &[d(y), l(0), l(100), l(1)], None).unwrap();
        assert_eq!(found("[1,2,null]"), ["null", "null"]);
        for y in [
            "[]",
            "[1,2,3]",
            "[5,5,5,5,5,5,5,5,5,5]",
            "[0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1]",
            "[1,2,3,4,5,6,7,8,9,10,11,12]",
            "[1,3,5,2,4,6,1,3,5,2,4,6]",
            "[\"NaN\",2,3,4,1,2,3,4,1,2,3,4]",
        ] {
            assert_eq!(found(y), ["[0.0]", "[0.0]"], "{y}");
        }
        let none = try_call("series_periods_detect", &[d("[1,2]"), l(0), l(9), l(-1)], None).unwrap();
        assert_eq!(none, ["[]", "[]"]);
    }

    proptest! {
        #[test]
        fn a_repeated_pattern_has_its_period(
            pattern in prop::collection::vec(0i32..100, 5..12).prop_filter("flat", |p| p.iter().max() != p.iter().min()),
            times in 3usize..9,
        ) {
            let y: Vec<f64> = pattern.iter().cycle().take(pattern.len() * times).map(|v| f64::from(*v)).collect();
            // A pattern may itself repeat a shorter one, and its strongest frequency may be one of its overtones.
            if let Some(length) = best_period(&y, 0.9999999) {
                prop_assert!(length % pattern.len() == 0 || pattern.len() % length == 0);
            }
        }

        #[test]
        fn scores_are_between_0_and_1(y in prop::collection::vec(-50.0f64..50.0, 9..80)) {
            for period in Correlation::new(&y).map_or_else(Vec::new, |c| c.periods()) {
                prop_assert!((0.0..=1.0).contains(&period.score));
            }
        }
    }
}
