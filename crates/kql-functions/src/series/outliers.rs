//! `series_outliers`: how far elements lie outside the middle of a series, by Tukey's fences.
//!
//! An element above the upper percentile q₂ scores (x − q₂) / (q₂ − q₁) · n, one below the lower percentile q₁ scores
//! (x − q₁) / (q₂ − q₁) · n, all between score 0. Percentiles are interpolated between the two nearest elements. The factor
//! n makes a score of 1.5 mean the same as in Tukey's test, whose percentiles are 25 and 75, when values are normally
//! distributed: 1 for those, and [`FACTOR_10_90`] for 10 and 90. How the engine computes it for other percentiles is not
//! known (its factor for 10 and 90 is 2 % off the formula that its authors give), so others are refused.

use super::number::{Number, numbers, write_reals};
use super::reduce::present;
use crate::dynamic::cells::Cells;
use crate::kernel::{Rows, dynamic_map, refuse, texts};
use crate::{Call, ScalarFunction};
use arrow::array::StringViewArray;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

/// The factor of scores over the percentiles 10 and 90, as measured: the same to 15 digits in three recorded series.
const FACTOR_10_90: f64 = 2.772_605_605_507_915;

pub(crate) static OUTLIERS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_outliers",
        FunctionKind::Scalar,
        &[
            "(series:array, kind?:string, ignore_val?:number) -> arg0",
            "(series:array, kind:string, ignore_val:number, min_percentile:number, max_percentile?:number, \
             test_points?:integer) -> arg0",
        ],
        "The score of each element in Tukey's test: above 1.5 an outlier upward, below -1.5 one downward. `kind` is \
         `ctukey` (percentiles 10 and 90, the default) or `tukey` (25 and 75). Nulls and elements equal to `ignore_val` \
         score 0. `test_points` elements at the end are scored but do not count for the percentiles. Other percentiles than \
         10/90 and 25/75 are not supported. Null for an unknown kind and when an element is neither a number nor null. \
         <https://learn.microsoft.com/kusto/query/series-outliers-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("series_outliers(dynamic([1,2,3,4,5,6,7,8,20]), 'tukey')", "[-0.5,-0.25,0.0,0.0,0.0,0.0,0.0,0.25,3.25]"),
    ]),
    kernel: |call, args| {
        let arguments = Arguments::new(call, args)?;
        let mut refused = None;
        let result = dynamic_map(args, |row, out| match arguments.scores(row) {
            Ok(Some(scores)) => {
                write_reals(out, scores);
                true
            }
            Ok(None) => false,
            Err(error) => {
                refused = Some(error);
                false
            }
        });
        refused.map_or(result, Err)
    },
};

struct Arguments {
    series: Rows<StringViewArray>,
    kind: Option<Rows<StringViewArray>>,
    /// Value to ignore, percentiles, number of test points.
    others: Vec<Cells>,
}

impl Arguments {
    fn new(call: &Call, args: &[ColumnarValue]) -> Result<Self> {
        Ok(Arguments {
            series: texts(&args[0])?,
            kind: args.get(1).map(texts).transpose()?,
            others: Cells::arguments(call, args, 2)?,
        })
    }

    fn scores(&self, row: usize) -> Result<Option<Vec<f64>>> {
        let Some(text) = self.series.get(row) else { return Ok(None) };
        let Some(numbers) = numbers(text) else { return Ok(None) };
        let nulls = crate::dynamic::element::array(text).into_iter().flatten().filter(|item| *item == "null").count();
        if numbers.iter().filter(|n| n.is_none()).count() > nulls {
            return Ok(None);
        }
        let Some(kind) = Kind::named(self.kind.as_ref().map_or("ctukey", |kind| kind.text(row))) else {
            return Ok(None);
        };
        let other = |at: usize| self.others.get(at).and_then(|cells| cells.real(row));
        let ignored = other(0);
        let kept = |n: Option<Number>| n.filter(|n| ignored != Some(n.real()));
        let numbers: Vec<Option<Number>> = numbers.into_iter().map(kept).collect();
        let tested = self.others.get(3).and_then(|cells| cells.long(row)).and_then(|n| usize::try_from(n).ok());
        let kind = match kind {
            Kind::Tukey => Kind::Tukey,
            Kind::Custom => Kind::of_percentiles(other(1).unwrap_or(10.0), other(2).unwrap_or(90.0))?,
        };
        Ok(Some(scores(&numbers, kind, tested.unwrap_or(0))))
    }
}

/// Which percentiles make the fences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 25 and 75.
    Tukey,
    /// 10 and 90.
    Custom,
}

impl Kind {
    /// The kind of a name; empty is the default.
    pub(crate) fn named(name: &str) -> Option<Kind> {
        match name {
            "" | "ctukey" => Some(Kind::Custom),
            "tukey" => Some(Kind::Tukey),
            _ => None,
        }
    }

    fn of_percentiles(low: f64, high: f64) -> Result<Kind> {
        match (low, high) {
            (10.0, 90.0) => Ok(Kind::Custom),
            (25.0, 75.0) => Ok(Kind::Tukey),
            _ => Err(refuse(
                code::UNSUPPORTED,
                format!(
                    "series_outliers() with the percentiles {low} and {high}: how scores are scaled is known for 10 and 90 and \
                 for 25 and 75 only; use one of these"
                ),
            )),
        }
    }
}

/// The scores of elements, 0 where there is none. The last `tested` elements do not count for the percentiles.
pub(crate) fn scores(numbers: &[Option<Number>], kind: Kind, tested: usize) -> Vec<f64> {
    let (low, high, factor) = match kind {
        Kind::Tukey => (0.25, 0.75, 1.0),
        Kind::Custom => (0.1, 0.9, FACTOR_10_90),
    };
    let mut learned = present(&numbers[..numbers.len().saturating_sub(tested)]);
    learned.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&learned, low), percentile(&learned, high));
    let score = |number: &Option<Number>| match number.map(Number::real) {
        Some(x) if x > high => (x - high) / (high - low) * factor,
        Some(x) if x < low => (x - low) / (high - low) * factor,
        Some(x) if x.is_nan() => x,
        _ => 0.0,
    };
    numbers.iter().map(score).collect()
}

/// The percentile of sorted values, interpolated between the two nearest; NaN of nothing.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let (below, part) = (place.floor(), place.fract());
    let at = |place: f64| sorted.get(place as usize).or(sorted.last()).copied().unwrap_or(f64::NAN);
    if part == 0.0 { at(below) } else { at(below) + (at(below + 1.0) - at(below)) * part }
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d, l, r, s, try_call};

    #[test]
    fn scores_of_elements() {
        #[rustfmt::skip]
        check(&[
            // Percentiles 25 and 75 of 1..9 are 3 and 7.
            ("series_outliers", &[d("[1,2,3,4,5,6,7,8,9]"), s("tukey")], "[-0.5,-0.25,0.0,0.0,0.0,0.0,0.0,0.25,0.5]"),
            ("series_outliers", &[d("[1,2,3,4,5,6,7,8,9,-99,null]"), s("tukey"), l(-99)], "[-0.5,-0.25,0.0,0.0,0.0,0.0,0.0,0.25,0.5,0.0,0.0]"),
            ("series_outliers", &[d("[1,2,3,4,5,6,7,8,9]"), s("ctukey"), l(0), r(25.0), r(75.0)], "[-0.5,-0.25,0.0,0.0,0.0,0.0,0.0,0.25,0.5]"),
            ("series_outliers", &[d("[1,2,3,4,5,6,7,8,9,11]"), s("ctukey"), l(0), l(25), l(75), l(1)], "[-0.5,-0.25,0.0,0.0,0.0,0.0,0.0,0.25,0.5,1.0]"),
            ("series_outliers", &[d("[0,0,0,0,0,0,0,0,0,0,0,0,5]")], "[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,\"Infinity\"]"),
            ("series_outliers", &[d("[]")], "[]"),
            ("series_outliers", &[d("[null]")], "[0.0]"),
            ("series_outliers", &[d("[1,\"a\"]")], "null"),
            ("series_outliers", &[d("[1,2]"), s("other")], "null"),
            ("series_outliers", &[d("5")], "null"),
        ]);
        let error = try_call("series_outliers", &[d("[1]"), s("ctukey"), l(0), l(5)], None).unwrap_err();
        assert!(error.to_string().contains("5 and 90"), "{error}");
    }

    /// A sample that Microsoft's own people explained: 10 and 90 % are 2.7 and 11, the factor is "2.772".
    #[test]
    fn factor_of_the_default() {
        let series = d("[-3,2.4,15,3.9,5,6,4.5,5.2,3,4,5,16,7,5,5,4]");
        let text = crate::dynamic::testing::call("series_outliers", &[series]);
        let scores: Vec<f64> = kql_types::dynamic::array_items(&text).map(|v| v.parse().unwrap()).collect();
        for (place, score) in
            [(0, -1.904078548360857), (1, -0.10021466044004519), (2, 1.3361954725339347), (11, 1.6702443406674186)]
        {
            assert!((scores[place] - score).abs() < 1e-12, "{place} {}", scores[place]);
        }
        assert_eq!(scores.iter().filter(|s| **s == 0.0).count(), 12);
    }
}
