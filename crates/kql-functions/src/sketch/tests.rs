//! Calls of the functions that read sketches.

use crate::dynamic::testing::{check, d, i, l, r, s, try_call};
use kql_types::{ScalarType, Value};

const TEN: &str = r#"["long",[1,2,3,4,5,6,7,8,9,10],[]]"#;

#[test]
fn hll_sketches_are_read_and_merged() {
    let merged = [d("[1,[1,2]]"), d("[1,[2,3]]"), d("7"), d("null")];
    check(&[
        ("dcount_hll", &[d("[1,[5,-6]]")], "2"),
        ("dcount_hll", &[d("[1,[]]")], "0"),
        ("dcount_hll", &[d("{\"a\":1}")], "null"),
        ("dcount_hll", &[d("null")], "null"),
        ("hll_merge", &merged, "[1,[1,2,3]]"),
        ("hll_merge", &merged[2..], "null"),
    ]);
}

#[test]
fn tdigests_are_read_and_merged() {
    check(&[
        ("percentile_tdigest", &[d(TEN), r(25.0)], "3"),
        ("percentile_tdigest", &[d(r#"["real",[1.0,2.0],[1,2]]"#), r(50.0)], "2.0"),
        ("percentile_tdigest", &[d(r#"["datetime",[864000000000],[]]"#), r(50.0)], "\"0001-01-02T00:00:00.0000000Z\""),
        ("percentile_tdigest", &[d("[1]"), r(50.0)], "null"),
        ("percentile_tdigest", &[d(TEN), Value::Real(None)], "null"),
        ("percentiles_array_tdigest", &[d(TEN), r(0.0), r(100.0)], "[1,10]"),
        ("percentile_array_tdigest", &[d(TEN), d("[50,\"x\"]")], "[5,null]"),
        ("percentiles_array_tdigest", &[d("null"), r(50.0)], "null"),
        ("rank_tdigest", &[d(TEN), l(7)], "7.0"),
        ("rank_tdigest", &[d(TEN), r(7.9)], "7.0"),
        ("rank_tdigest", &[d(TEN), i(0)], "0.0"),
        ("rank_tdigest", &[d(TEN), d("8.0")], "8.0"),
        ("rank_tdigest", &[d(TEN), s("x")], "null"),
        ("percentrank_tdigest", &[d(TEN), l(7)], "70.0"),
        ("percentrank_tdigest", &[d("5"), l(7)], "null"),
        ("tdigest_merge", &[d(r#"["long",[1,3],[]]"#), d(r#"["long",[3],[]]"#)], r#"["long",[1,3,3],[]]"#),
        ("merge_tdigest", &[d("null"), d(r#"["timespan",[3],[2]]"#)], r#"["timespan",[3],[2]]"#),
        ("merge_tdigest", &[d("null"), d("null")], "null"),
    ]);
}

#[test]
fn a_percentile_has_the_type_asked_for() {
    let type_argument = s("");
    for (sketch, ty, answer) in [
        (TEN, ScalarType::Long, "9"),
        (TEN, ScalarType::Int, "9"),
        (TEN, ScalarType::Real, "9.0"),
        (TEN, ScalarType::Decimal, "\"9\""),
        (TEN, ScalarType::String, "\"9\""),
        (r#"["real",[9.5],[]]"#, ScalarType::Long, "9"),
        (r#"["real",[9.5],[]]"#, ScalarType::Decimal, "\"9.5\""),
        (r#"["timespan",[10000000],[]]"#, ScalarType::Timespan, "\"00:00:01\""),
        (r#"["datetime",[0],[]]"#, ScalarType::String, "\"0001-01-01T00:00:00.0000000Z\""),
    ] {
        let args = [d(sketch), r(90.0), type_argument.clone()];
        let result = try_call("percentile_tdigest", &args, Some(&[(String::new(), ty)])).unwrap();
        assert_eq!(result, [answer], "{sketch} as {ty}");
    }
}
