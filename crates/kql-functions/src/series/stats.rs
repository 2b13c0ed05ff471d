//! `series_stats`, `series_stats_dynamic`.

use super::number::{Number, mean, numbers, sum, variance};
use crate::ScalarFunction;
use crate::kernel::{Rows, bools, dynamic_map, finish_columns, rows, texts};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringViewArray};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static STATS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_stats",
        FunctionKind::Scalar,
        &["(series:array, ignore_nonfinite?:const bool) -> \
           (min:real, min_idx:long, max:real, max_idx:long, avg:real, stdev:real, variance:real)"],
        "Smallest and largest element with their first places, mean, sample standard deviation and variance. All null when \
         an element is no finite number; with `ignore_nonfinite` such elements are left out. \
         <https://learn.microsoft.com/kusto/query/series-stats-function>",
    )
    .examples(&[example(
        "print x = dynamic([23, 46, 2, 87]) | extend (least, at) = series_stats(x) | project least, at",
        r#"{"least":2.0,"at":2}"#,
    )]),
    kernel: |call, args| {
        let arguments = Arguments::new(args)?;
        let all: Vec<_> = (0..rows(args)).map(|row| arguments.stats(row)).collect();
        let real = |f: fn(&Stats) -> f64| -> ArrayRef {
            Arc::new(all.iter().map(|s| s.as_ref().map(f)).collect::<Float64Array>())
        };
        let place = |f: fn(&Stats) -> usize| -> ArrayRef {
            let places = all.iter().map(|s| s.as_ref().and_then(|s| i64::try_from(f(s)).ok()));
            Arc::new(places.collect::<Int64Array>())
        };
        let columns = vec![
            real(|s| s.min),
            place(|s| s.min_place),
            real(|s| s.max),
            place(|s| s.max_place),
            real(|s| s.avg),
            real(|s| s.variance.sqrt()),
            real(|s| s.variance),
        ];
        finish_columns(call, args, columns)
    },
};

pub(crate) static STATS_DYNAMIC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_stats_dynamic",
        FunctionKind::Scalar,
        &["(series:array, ignore_nonfinite?:const bool) -> dynamic"],
        "What `series_stats` gives, and sum and length of the series, in a bag; null where `series_stats` gives nulls. \
         <https://learn.microsoft.com/kusto/query/series-stats-dynamic-function>",
    )
    .examples(&[example("series_stats_dynamic(dynamic([1, 2, 6])).avg", "3.0")]),
    kernel: |_, args| {
        let arguments = Arguments::new(args)?;
        dynamic_map(args, |row, out| {
            let Some(stats) = arguments.stats(row) else { return false };
            let reals = |out: &mut String, name: &str, value: f64| {
                out.extend([if out.ends_with('{') { "\"" } else { ",\"" }, name, "\":"]);
                dynamic::write_real(out, value);
            };
            let wholes = |out: &mut String, name: &str, value: usize| {
                out.extend([",\"", name, "\":", &value.to_string()]);
            };
            out.push('{');
            reals(out, "min", stats.min);
            wholes(out, "min_idx", stats.min_place);
            reals(out, "max", stats.max);
            wholes(out, "max_idx", stats.max_place);
            reals(out, "avg", stats.avg);
            reals(out, "stdev", stats.variance.sqrt());
            reals(out, "variance", stats.variance);
            reals(out, "sum", stats.sum);
            wholes(out, "len", stats.length);
            out.push('}');
            true
        })
    },
};

struct Arguments {
    series: Rows<StringViewArray>,
    ignore_nonfinite: Option<Rows<BooleanArray>>,
}

struct Stats {
    min: f64,
    min_place: usize,
    max: f64,
    max_place: usize,
    avg: f64,
    variance: f64,
    sum: f64,
    length: usize,
}

impl Arguments {
    fn new(args: &[ColumnarValue]) -> Result<Self> {
        Ok(Arguments { series: texts(&args[0])?, ignore_nonfinite: args.get(1).map(bools).transpose()? })
    }

    /// `None` when there is nothing to count.
    fn stats(&self, row: usize) -> Option<Stats> {
        let numbers = self.series.get(row).and_then(numbers)?;
        let ignore = self.ignore_nonfinite.as_ref().is_some_and(|flag| flag.get(row) == Some(true));
        let finite = |n: &Option<Number>| n.map(Number::real).filter(|v| v.is_finite());
        let places: Vec<(usize, f64)> =
            numbers.iter().enumerate().filter_map(|(at, n)| finite(n).map(|v| (at, v))).collect();
        if places.len() < numbers.len() && !ignore {
            return None;
        }
        let (mut min, mut max) = (*places.first()?, *places.first()?);
        for (at, value) in &places {
            if *value < min.1 {
                min = (*at, *value);
            }
            if *value > max.1 {
                max = (*at, *value);
            }
        }
        let values: Vec<f64> = places.iter().map(|(_, value)| *value).collect();
        Some(Stats {
            min: min.1,
            min_place: min.0,
            max: max.1,
            max_place: max.0,
            avg: mean(&values),
            variance: variance(&values),
            sum: sum(values.iter().copied()),
            length: numbers.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{b, check, d, try_call};

    #[test]
    fn statistics() {
        let stats = |args: &[_]| try_call("series_stats", args, None).unwrap().join(" ");
        let series = d("[23,46,23,87,4,8,3,75,2,56,13,75,32,16,29]");
        assert_eq!(stats(&[series]), "2.0 8 87.0 3 32.8 28.50363385354827 812.4571428571429");
        assert_eq!(stats(&[d("[1,null,4.5,1]")]), "null null null null null null null");
        assert_eq!(
            stats(&[d("[null,3,\"Infinity\",1,3]"), b(true)]),
            "1.0 3 3.0 1 2.3333333333333337 1.1547005383792515 1.3333333333333333"
        );
        assert_eq!(stats(&[d("[7]")]), "7.0 0 7.0 0 7.0 0.0 0.0");
        assert_eq!(stats(&[d("[]")]), "null null null null null null null");
        #[rustfmt::skip]
        check(&[
            ("series_stats_dynamic", &[d("[10,20]")],
                r#"{"min":10.0,"min_idx":0,"max":20.0,"max_idx":1,"avg":15.0,"stdev":7.0710678118654759,"variance":50.0,"sum":30.0,"len":2}"#),
            ("series_stats_dynamic", &[d("[10,null]"), b(false)], "null"),
            ("series_stats_dynamic", &[d("5")], "null"),
        ]);
    }
}
