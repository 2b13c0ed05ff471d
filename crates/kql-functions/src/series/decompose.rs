//! `series_decompose`, `series_decompose_anomalies`, `series_decompose_forecast`: a series as season, trend and rest.
//!
//! The season is the median of the elements in the same place of the period ([`super::seasonal`]); the trend is the mean, or
//! the fitted line, of the series without the season; baseline = season + trend, residual = series − baseline. Elements at
//! the end that are to be forecast count for none of them. All of this agrees with recorded answers of the engine.

use super::fit_line::Line;
use super::number::{Number, mean, reals_at, reals_text, texts_column};
use super::outliers::{self, scores};
use super::seasonal::{find_period, seasonal};
use crate::dynamic::cells::Cells;
use crate::kernel::{Rows, finish_columns, rows, texts};
use crate::{Call, ScalarFunction};
use arrow::array::StringViewArray;
use datafusion_common::{DataFusionError, Result};
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The least score of a period that is found.
const SEASONALITY_THRESHOLD: f64 = 0.6;

/// The least score of an anomaly.
const ANOMALY_THRESHOLD: f64 = 1.5;

pub(crate) static DECOMPOSE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_decompose",
        FunctionKind::Scalar,
        &["(series:array, period?:integer, trend?:string, test_points?:integer, seasonality_threshold?:number) -> \
           (baseline:dynamic, seasonal:dynamic, trend:dynamic, residual:dynamic)"],
        "A series as baseline (season and trend together), season, trend and rest. The period is given, found by \
         `series_periods_detect` (-1, the default) or 0 for no season; the trend is `avg` (the default), `linefit` or \
         `none`; the last `test_points` elements are left out of both. All null when an element is no number. \
         <https://learn.microsoft.com/kusto/query/series-decompose-function>",
    )
    .examples(&[example(
        "print y = dynamic([1, 3, 2, 4]) | project (b, s, t, r) = series_decompose(y, 2)",
        r#"{"b":[1.5,3.5,1.5,3.5],"s":[1.5,3.5,1.5,3.5],"t":[0.0,0.0,0.0,0.0],"r":[-0.5,-0.5,0.5,0.5]}"#,
    )]),
    kernel: |call, args| {
        let arguments = Arguments::new(call, args, [Some(1), Some(2), Some(3), Some(4)])?;
        decompose(call, args, &arguments, "avg")
    },
};

pub(crate) static FORECAST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_decompose_forecast",
        FunctionKind::Scalar,
        &["(series:array, test_points:integer, period?:integer, trend?:string, seasonality_threshold?:number) -> \
           (baseline:dynamic, seasonal:dynamic, trend:dynamic, residual:dynamic)"],
        "A series decomposed without its last `test_points` elements, for which the baseline is the forecast. As \
         `series_decompose`, but the trend is `linefit` when it is left out. \
         <https://learn.microsoft.com/kusto/query/series-decompose-forecast-function>",
    )
    .examples(&[example(
        "print y = dynamic([1, 2, 3, 0, 0]) | extend forecast = series_decompose_forecast(y, 2, 0) \
         | project forecast = array_slice(forecast, 3, 4)",
        r#"{"forecast":[4.0,5.0]}"#,
    )]),
    kernel: |call, args| {
        let arguments = Arguments::new(call, args, [Some(2), Some(3), Some(1), Some(4)])?;
        decompose(call, args, &arguments, "linefit")
    },
};

fn decompose(call: &Call, args: &[ColumnarValue], arguments: &Arguments, default_trend: &str) -> Result<ColumnarValue> {
    let mut columns = [const { Vec::new() }; 4];
    for row in 0..rows(args) {
        let parts = arguments.decompose(row, default_trend)?;
        let series = parts.map(|p| [p.baseline, p.seasonal, p.trend, p.residual]);
        for (at, column) in columns.iter_mut().enumerate() {
            column.push(series.as_ref().map(|s| reals_text(s[at].iter().copied())));
        }
    }
    finish_columns(call, args, columns.map(texts_column).to_vec())
}

pub(crate) static ANOMALIES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_decompose_anomalies",
        FunctionKind::Scalar,
        &["(series:array, threshold?:number, period?:integer, trend?:string, test_points?:integer, method?:string, \
           seasonality_threshold?:number) -> (ad_flag:dynamic, ad_score:dynamic, baseline:dynamic)"],
        "The anomalies of a series: its rest by `series_decompose`, scored by `series_outliers` (method `ctukey`, the \
         default, or `tukey`), and 1, -1 or 0 for a score above the threshold (1.5 when left out), below its negative, or \
         neither. <https://learn.microsoft.com/kusto/query/series-decompose-anomalies-function>",
    )
    .examples(&[example(
        "print y = dynamic([1,2,3,4,5,6,7,8,20]) \
         | extend (flag, score) = series_decompose_anomalies(y, 1.5, 0, 'none', 0, 'tukey') | project flag",
        r#"{"flag":[0,0,0,0,0,0,0,0,1]}"#,
    )]),
    kernel: |call, args| {
        let arguments = Arguments::new(call, args, [Some(2), Some(3), Some(4), Some(6)])?;
        let threshold = if args.len() > 1 { Some(Cells::argument(call, args, 1)?) } else { None };
        let method = args.get(5).map(texts).transpose()?;
        let mut columns = [const { Vec::new() }; 3];
        for row in 0..rows(args) {
            let method = method.as_ref().map_or("", |m| m.text(row));
            let Some(kind) = outliers::Kind::named(method) else { return Err(unknown("method", method, "ctukey, tukey")) };
            let threshold = threshold.as_ref().map_or(Some(ANOMALY_THRESHOLD), |cells| cells.real(row));
            let found = arguments.decompose(row, "avg")?.zip(threshold).map(|(parts, threshold)| {
                let rest: Vec<_> = parts.residual.iter().map(|v| Some(Number::Real(*v))).collect();
                let scores = scores(&rest, kind, parts.tested);
                let flags: Vec<&str> = scores.iter().map(|score| flag(*score, threshold)).collect();
                [format!("[{}]", flags.join(",")), reals_text(scores), reals_text(parts.baseline)]
            });
            let mut found = found.map(Vec::from).unwrap_or_default().into_iter();
            columns.iter_mut().for_each(|column| column.push(found.next()));
        }
        finish_columns(call, args, columns.map(texts_column).to_vec())
    },
};

/// The flags (1, -1 or 0) that `series_decompose_anomalies(series)` gives, for clients that call it themselves, as those that
/// draw an `anomalychart` do. A series with an element that is no number has none.
pub fn anomalies(series: &[f64]) -> Vec<f64> {
    if series.iter().any(|v| !v.is_finite()) {
        return vec![0.0; series.len()];
    }
    let Ok(parts) = Parts::of(series, -1, SEASONALITY_THRESHOLD, "avg", 0) else { return vec![0.0; series.len()] };
    let rest: Vec<_> = parts.residual.iter().map(|v| Some(Number::Real(*v))).collect();
    let scores = scores(&rest, outliers::Kind::Custom, 0);
    scores.iter().map(|score| flag(*score, ANOMALY_THRESHOLD).parse().unwrap_or(0.0)).collect()
}

fn flag(score: f64, threshold: f64) -> &'static str {
    if score > threshold {
        "1"
    } else if score < -threshold {
        "-1"
    } else {
        "0"
    }
}

fn unknown(what: &str, given: &str, known: &str) -> DataFusionError {
    DataFusionError::Execution(format!("unknown {what} '{given}' of a series decomposition; known are {known}"))
}

/// The arguments that the three functions share.
struct Arguments {
    series: Rows<StringViewArray>,
    period: Option<Cells>,
    trend: Option<Rows<StringViewArray>>,
    test_points: Option<Cells>,
    seasonality_threshold: Option<Cells>,
}

/// The parts of a series, each as long as the series.
struct Parts {
    baseline: Vec<f64>,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
    tested: usize,
}

impl Arguments {
    /// `places` are those of period, trend, test points and threshold.
    fn new(call: &Call, args: &[ColumnarValue], places: [Option<usize>; 4]) -> Result<Self> {
        let cells =
            |place: usize| if place < args.len() { Cells::argument(call, args, place).map(Some) } else { Ok(None) };
        let [period, trend, test_points, threshold] = places.map(|place| place.unwrap_or(usize::MAX));
        Ok(Arguments {
            series: texts(&args[0])?,
            period: cells(period)?,
            trend: args.get(trend).map(texts).transpose()?,
            test_points: cells(test_points)?,
            seasonality_threshold: cells(threshold)?,
        })
    }

    /// `None` when the series is none, an argument is null, or there are more test points than elements.
    fn decompose(&self, row: usize, default_trend: &str) -> Result<Option<Parts>> {
        let long = |cells: &Option<Cells>, default| cells.as_ref().map_or(Some(default), |c| c.long(row));
        let trend = self.trend.as_ref().map_or(default_trend, |t| t.text(row));
        let threshold = self.seasonality_threshold.as_ref().map_or(Some(SEASONALITY_THRESHOLD), |c| c.real(row));
        let (Some(y), Some(period), Some(tested), Some(threshold)) =
            (reals_at(&self.series, row), long(&self.period, -1), long(&self.test_points, 0), threshold)
        else {
            return Ok(None);
        };
        let Some(tested) = usize::try_from(tested).ok().filter(|tested| *tested <= y.len()) else { return Ok(None) };
        Parts::of(&y, period, threshold, trend, tested).map(Some)
    }
}

impl Parts {
    /// The last `tested` elements, which are no more than there are, count for neither season nor trend.
    fn of(y: &[f64], period: i64, threshold: f64, trend: &str, tested: usize) -> Result<Parts> {
        let learned = y.len().saturating_sub(tested);
        let seasonal = seasonal(y, learned, find_period(&y[..learned], period, threshold));
        let rest: Vec<f64> = y[..learned].iter().zip(&seasonal).map(|(y, s)| y - s).collect();
        let trend: Vec<f64> = match trend {
            "none" => vec![0.0; y.len()],
            "" | "avg" => vec![mean(&rest); y.len()],
            "linefit" => match Line::fit(&rest) {
                Some(line) => (0..y.len()).map(|place| line.at(place)).collect(),
                None => vec![f64::NAN; y.len()],
            },
            other => return Err(unknown("trend", other, "avg, linefit, none")),
        };
        let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(s, t)| s + t).collect();
        let residual = y.iter().zip(&baseline).map(|(y, b)| y - b).collect();
        Ok(Parts { baseline, seasonal, trend, residual, tested })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::testing::{d, l, r, s, try_call};
    use kql_types::{Value, dynamic};

    fn run(name: &str, args: &[Value]) -> Vec<String> {
        try_call(name, args, None).unwrap()
    }

    fn reals(text: &str) -> Vec<f64> {
        dynamic::array_items(text).map(|v| v.parse().unwrap()).collect()
    }

    /// Four weeks of hours: a day shape, low weekends, a small rise, two wounds.
    fn traffic() -> Vec<f64> {
        let hour = |t: u32| {
            let day = [0.0, 0.5, 1.0, 2.0, 3.5, 5.0, 6.0, 5.5, 4.0, 3.0, 1.5, 1.0][(t % 24 / 2) as usize];
            let weekend = if t / 24 % 7 >= 5 { 5.0 } else { 15.0 };
            let noise = f64::from((t * 7919) % 101) / 101.0 - 0.5;
            let wound = match t {
                150 => -8.0,
                300 => 8.0,
                _ => 0.0,
            };
            day + weekend + noise + f64::from(t) * 0.001 + wound
        };
        (0..24 * 7 * 4).map(hour).collect()
    }

    #[test]
    fn parts_add_up() {
        let y = traffic();
        let parts = run("series_decompose", &[d(&reals_text(y.iter().copied())), l(-1), s("linefit")]);
        let [baseline, seasonal, trend, residual] = [0, 1, 2, 3].map(|at| reals(&parts[at]));
        for at in 0..y.len() {
            assert!((baseline[at] - seasonal[at] - trend[at]).abs() < 1e-12);
            assert!((y[at] - baseline[at] - residual[at]).abs() < 1e-12);
            assert_eq!(seasonal[at], seasonal[at % 168], "a period of a week");
        }
        let mut phase: Vec<f64> = y.iter().copied().skip(5).step_by(168).collect();
        assert_eq!(seasonal[5], super::super::reduce::median(&mut phase));
    }

    #[test]
    fn clients_get_the_flags_of_the_function() {
        let y = traffic();
        let flags = run("series_decompose_anomalies", &[d(&reals_text(y.iter().copied()))]);
        assert_eq!(anomalies(&y), reals(&flags[0]));
        assert!(anomalies(&y).iter().any(|flag| *flag != 0.0));
        assert_eq!(anomalies(&[1.0, f64::NAN, 50.0]), [0.0; 3]);
        assert_eq!(anomalies(&[]), [0.0; 0]);
    }

    #[test]
    fn wounds_are_anomalies() {
        let y = d(&reals_text(traffic()));
        let found = run("series_decompose_anomalies", &[y, r(2.5), l(-1), s("linefit")]);
        let flags: Vec<&str> = dynamic::array_items(&found[0]).collect();
        let marked: Vec<_> = flags.iter().enumerate().filter(|(_, f)| **f != "0").map(|(at, f)| (at, *f)).collect();
        assert_eq!(marked, [(150, "-1"), (300, "1")]);
        let scores = reals(&found[1]);
        assert!(scores[150] < -2.5 && scores[300] > 2.5);
    }

    #[test]
    fn forecasts_go_on() {
        let mut y = traffic();
        let truth = y.clone();
        y[24 * 21..].fill(0.0);
        let forecast = run("series_decompose_forecast", &[d(&reals_text(y)), l(24 * 7)]);
        let forecast = reals(&forecast[0]);
        let worst = (24 * 21..truth.len()).map(|at| (forecast[at] - truth[at]).abs()).fold(0.0, f64::max);
        assert!(worst < 1.5, "{worst}");
    }

    #[test]
    fn small_series() {
        let none = |columns| vec!["null".to_owned(); columns];
        assert_eq!(run("series_decompose", &[d("[1,null]")]), none(4));
        assert_eq!(run("series_decompose", &[d("5")]), none(4));
        assert_eq!(run("series_decompose", &[d("[1,2]"), l(0), s("avg"), l(3)]), none(4));
        assert_eq!(run("series_decompose", &[d("[1,2]"), Value::Long(None)]), none(4));
        assert_eq!(run("series_decompose_anomalies", &[d("{}")]), none(3));
        assert_eq!(run("series_decompose", &[d("[]")]), ["[]", "[]", "[]", "[]"]);
        assert_eq!(run("series_decompose", &[d("[1,3]"), l(0)]), ["[2.0,2.0]", "[0.0,0.0]", "[2.0,2.0]", "[-1.0,1.0]"]);
        assert_eq!(run("series_decompose", &[d("[1,3]"), l(0), s("none")])[3], "[1.0,3.0]");
        let error = try_call("series_decompose", &[d("[1]"), l(0), s("curve")], None).unwrap_err();
        assert!(error.to_string().contains("'curve'"), "{error}");
        assert!(
            try_call("series_decompose_anomalies", &[d("[1]"), r(1.5), l(0), s("avg"), l(0), s("x")], None).is_err()
        );
    }
}
