//! Calls and their answers. Each is made in all ways: at once, split at every row and merged, in groups, through states.

use crate::support::{Arg, Call, column, constant};
use kql_types::ScalarType::{self, Bool, Datetime, Decimal, Dynamic, Guid, Int, Long, Real, String, Timespan};

/// Name, arguments, types of the results, answer.
type Case = (&'static str, Vec<Arg>, Vec<ScalarType>, &'static str);

fn col(ty: ScalarType, text: &str) -> Arg {
    column(ty, text)
}

fn check(cases: Vec<Case>) {
    for (name, args, results, answer) in cases {
        let call = Call::new(name, args, results);
        let rows = call.rows();
        let what = format!("{} over {:?}", call.udaf.name(), call.args);
        assert_eq!(call.answer(), answer, "{what}");
        for at in 0..=rows {
            assert_eq!(call.merged(&[(0..at).collect(), (at..rows).collect()]), answer, "{what} split at {at}");
        }
        let mut nothing = call.single();
        let nothing = call.text(&mut *nothing);
        // All rows in group 1 of three; the others have none.
        let expected = [nothing.as_str(), answer, nothing.as_str()];
        assert_eq!(call.by_group(&vec![1; rows], 3), expected, "{what} in a group");
        assert_eq!(call.by_group_of_states(&vec![1; rows], 3), expected, "{what} through states");
    }
}

#[test]
fn counts_sums_and_means() {
    let (none, some) = (|ty| vec![col(ty, "")], |ty, text| vec![col(ty, text)]);
    let when = |ty, text, predicate| vec![col(ty, text), col(Bool, predicate)];
    check(vec![
        ("count", some(Long, "1 | null | 3"), vec![Long], "3"),
        ("count", none(Long), vec![Long], "0"),
        ("countif", some(Bool, "true | null | false | true"), vec![Long], "2"),
        ("sum", some(Int, "2147483647 | 1 | null"), vec![Long], "2147483648"),
        ("sum", some(Long, "9223372036854775807 | 1 | 2"), vec![Long], "-9223372036854775806"),
        ("sum", some(Real, "1.5 | null | 2.25"), vec![Real], "3.75"),
        ("sum", some(Decimal, "1.1 | 2.2 | 3.3"), vec![Decimal], "\"6.6\""),
        ("sum", some(Timespan, "1d | 90m | null"), vec![Timespan], "\"1.01:30:00\""),
        ("sum", none(Real), vec![Real], "0.0"),
        ("sum", some(Long, "null | null"), vec![Long], "0"),
        ("sumif", when(Long, "9 | 18 | 25 | 7", "false | false | true | true"), vec![Long], "32"),
        ("sumif", when(Long, "9 | 18", "null | false"), vec![Long], "0"),
        ("avg", some(Int, "1 | 2 | null | 4"), vec![Real], "2.3333333333333335"),
        ("avg", some(Long, "9223372036854775806 | 1 | 9223372036854775807"), vec![Real], "-0.6666666666666666"),
        ("avg", none(Long), vec![Real], "\"NaN\""),
        ("avg", some(Real, "null"), vec![Real], "\"NaN\""),
        ("avg", some(Decimal, "1.1 | 2.2 | 3.3"), vec![Decimal], "\"2.2\""),
        ("avg", none(Decimal), vec![Decimal], "null"),
        ("avg", some(Timespan, "1h | 2h | null"), vec![Timespan], "\"01:30:00\""),
        (
            "avg",
            some(Datetime, "9999-12-30 | 9999-12-31 | 9999-12-31 | 9999-12-30 | null"),
            vec![Datetime],
            "\"9999-12-30T12:00:00.0000000Z\"",
        ),
        ("avg", none(Datetime), vec![Datetime], "null"),
        ("avgif", when(Long, "1 | 2 | 3", "true | false | true"), vec![Real], "2.0"),
        ("avgif", when(Long, "1 | 2", "false | null"), vec![Real], "\"NaN\""),
    ]);
}

#[test]
fn variances_are_rounded_to_ten_decimals() {
    let some = |ty, text| vec![col(ty, text)];
    let one_to_five = "1 | 2 | 3 | 4 | 5";
    // The first sample of https://en.wikipedia.org/wiki/Welch%27s_t-test.
    let welch =
        "27.5 | 21.0 | 19.0 | 23.6 | 17.0 | 17.9 | 16.9 | 20.1 | 21.9 | 22.6 | 23.1 | 19.6 | 19.0 | 21.7 | 21.4";
    check(vec![
        ("variance", some(Real, welch), vec![Real], "7.8674285714"),
        ("variance", some(Long, one_to_five), vec![Real], "2.5"),
        ("variancep", some(Int, one_to_five), vec![Real], "2.0"),
        ("stdev", some(Long, one_to_five), vec![Real], "1.5811388300841898"),
        ("stdevp", some(Decimal, one_to_five), vec![Real], "1.4142135623730951"),
        ("stdev", some(Real, "1 | 2 | null | 3 | 4"), vec![Real], "1.2909944487487155"),
        ("variance", some(Long, "7"), vec![Real], "0.0"),
        ("stdevp", some(Long, ""), vec![Real], "0.0"),
        ("variance", some(Timespan, "0tick | 2tick"), vec![Real], "2.0"),
        (
            "varianceif",
            vec![col(Long, one_to_five), col(Bool, "false | false | true | true | true")],
            vec![Real],
            "1.0",
        ),
        ("covariance", vec![col(Real, one_to_five), col(Real, "14 | 10 | 17 | 20 | 50")], vec![Real], "20.5"),
        ("covariancep", vec![col(Real, one_to_five), col(Real, "14 | 10 | 17 | 20 | 50")], vec![Real], "16.4"),
        ("covariance", vec![col(Long, "1 | null | 3"), col(Long, "1 | 2 | null")], vec![Real], "0.0"),
        (
            "covarianceif",
            vec![col(Long, "1 | 2 | 3"), col(Long, "2 | 4 | 60"), col(Bool, "true | true | false")],
            vec![Real],
            "1.0",
        ),
    ]);
}

#[test]
fn extremes_and_rows_at_extremes() {
    let some = |ty, text| vec![col(ty, text)];
    check(vec![
        ("max", some(Long, "3 | null | -9223372036854775808 | 5"), vec![Long], "5"),
        ("min", some(Long, "3 | null | -9223372036854775808 | 5"), vec![Long], "-9223372036854775808"),
        ("max", some(Real, "NaN | 1.0 | inf"), vec![Real], "\"Infinity\""),
        ("min", some(Real, "NaN | 1.0 | -2.5"), vec![Real], "-2.5"),
        ("min", some(Real, "NaN | null"), vec![Real], "\"NaN\""),
        ("min", some(String, "b | A | a"), vec![String], "\"A\""),
        ("max", some(String, "b | é | a"), vec![String], "\"é\""),
        ("max", some(String, ""), vec![String], "\"\""),
        ("min", some(Int, "null"), vec![Int], "null"),
        ("max", some(Decimal, "-1.5 | 0.25 | -3"), vec![Decimal], "\"0.25\""),
        ("min", some(Decimal, "-1.5 | 0.25 | -3"), vec![Decimal], "\"-3\""),
        ("max", some(Bool, "false | null | true"), vec![Bool], "true"),
        ("max", some(Datetime, "2020-01-01 | 2021-05-05"), vec![Datetime], "\"2021-05-05T00:00:00.0000000Z\""),
        ("maxif", vec![col(Long, "1 | 9"), col(Bool, "true | false")], vec![Long], "1"),
        ("minif", vec![col(Long, "1 | 9"), col(Bool, "false | false")], vec![Long], "null"),
        (
            "arg_max",
            vec![col(Int, "1 | null | 2 | 2"), col(String, "a | b | c | d"), col(Dynamic, "1 | 2 | null | 4")],
            vec![Int, String, Dynamic],
            "2 | \"c\" | null",
        ),
        (
            "arg_max",
            vec![col(Int, "null | null"), col(String, "Yellow | Green")],
            vec![Int, String],
            "null | \"Yellow\"",
        ),
        ("arg_max", vec![col(Int, ""), col(String, "")], vec![Int, String], "null | \"\""),
        ("arg_min", vec![col(Int, "null | 2 | 1 | 1"), col(String, "a | b | c | d")], vec![Int, String], "1 | \"c\""),
        ("arg_min", vec![col(String, "b | a"), col(Long, "1 | 2")], vec![String, Long], "\"a\" | 2"),
        ("arg_max", vec![col(Long, "1 | 3 | 2")], vec![Long], "3"),
        (
            "arg_max",
            vec![
                col(Guid, "00000000-0000-0000-0000-000000000001 | 10000000-0000-0000-0000-000000000000"),
                col(Long, "1 | 2"),
            ],
            vec![Guid, Long],
            "\"10000000-0000-0000-0000-000000000000\" | 2",
        ),
        ("take_any", some(Long, "null | 7 | 8"), vec![Long], "7"),
        ("take_any", some(String, " | x"), vec![String], "\"\""),
        ("take_any", some(String, ""), vec![String], "\"\""),
        ("take_any", vec![col(Long, "null | 7"), col(String, "a | b")], vec![Long, String], "null | \"a\""),
        ("take_anyif", vec![col(Long, "1 | 2"), col(Bool, "false | true")], vec![Long], "2"),
        ("take_anyif", vec![col(Long, "1 | 2"), col(Bool, "false | null")], vec![Long], "null"),
        ("binary_all_and", some(Long, "6 | 3 | null"), vec![Long], "2"),
        ("binary_all_or", some(Int, "6 | -1"), vec![Int], "-1"),
        ("binary_all_xor", some(Long, "6 | 3"), vec![Long], "5"),
        ("binary_all_xor", some(Long, "null"), vec![Long], "null"),
    ]);
}

#[test]
fn distinct_counts() {
    let some = |ty, text| vec![col(ty, text)];
    let guids = "00000000-0000-0000-0000-000000000001 | 00000000-0000-0000-0000-000000000001 | null";
    check(vec![
        ("dcount", some(String, "a | b | a | "), vec![Long], "3"),
        ("dcount", some(Long, "1 | null | 1"), vec![Long], "1"),
        ("dcount", vec![col(Long, "1 | 2 | 1"), constant(Int, "4")], vec![Long], "2"),
        ("dcount", some(Real, "0.0 | -0.0 | NaN | NaN"), vec![Long], "2"),
        ("dcount", some(Bool, "true | true | null"), vec![Long], "1"),
        ("dcount", some(Dynamic, "{\"a\":1} | [1] | {\"a\":1}"), vec![Long], "2"),
        ("dcount", some(Guid, guids), vec![Long], "1"),
        ("dcount", some(Decimal, "1.5 | 1.50 | 2"), vec![Long], "2"),
        ("dcount", some(Long, ""), vec![Long], "0"),
        ("dcountif", vec![col(Long, "1 | 2 | 3"), col(Bool, "true | false | true")], vec![Long], "2"),
        ("count_distinct", some(String, "a | b | a"), vec![Long], "2"),
        ("count_distinct", some(Datetime, "2020-01-01 | 2020-01-01 | null"), vec![Long], "1"),
        ("count_distinct", some(Guid, guids), vec![Long], "1"),
        ("count_distinctif", vec![col(Long, "1 | 1 | 3"), col(Bool, "true | true | false")], vec![Long], "1"),
        ("hll", some(Long, "null"), vec![Dynamic], "null"),
        ("hll_merge", some(Dynamic, "null | 5 | [9]"), vec![Dynamic], "null"),
        ("hll_merge", some(Dynamic, "[1,[3]] | [1,[4,3]]"), vec![Dynamic], "[1,[3,4]]"),
        ("hll_merge", some(Dynamic, "[2,[3]] | [0,[4,3]]"), vec![Dynamic], "[0,[3,4]]"),
    ]);
}

#[test]
fn percentiles() {
    let p = |values, wanted| vec![col(Long, values), constant(Real, wanted)];
    let weighted = |wanted: &[Arg]| {
        let columns = [col(Long, "10 | 20 | 30 | 40 | 99"), col(Long, "8 | 6 | 3 | 1 | null")];
        columns.iter().chain(wanted).cloned().collect::<Vec<_>>()
    };
    check(vec![
        ("percentile", p("3 | 1 | null | 2", "50"), vec![Long], "2"),
        ("percentile", p("5 | 10 | 15", "0"), vec![Long], "5"),
        ("percentile", p("5 | 10 | 15", "100"), vec![Long], "15"),
        ("percentile", p("", "50"), vec![Long], "null"),
        ("percentile", vec![col(Real, "1.5 | 2.25"), constant(Long, "50")], vec![Real], "1.5"),
        ("percentile", vec![col(Decimal, "1.5 | 2.25"), constant(Decimal, "50.5")], vec![Decimal], "\"2.25\""),
        ("percentile", vec![col(Timespan, "1h | 2h"), constant(Int, "50")], vec![Timespan], "\"01:00:00\""),
        ("percentile", vec![col(Int, "7 | -7"), constant(Int, "1")], vec![Int], "-7"),
        (
            "percentiles",
            vec![col(Long, "1 | 2 | 3 | 4"), constant(Long, "25"), constant(Real, "99.9")],
            vec![Long, Long],
            "1 | 4",
        ),
        (
            "percentiles_array",
            vec![col(Real, "1 | 2"), constant(Long, "50"), constant(Long, "51")],
            vec![Dynamic],
            "[1.0,2.0]",
        ),
        ("percentiles_array", vec![col(Long, "1 | 2"), constant(Dynamic, "[50,99.9]")], vec![Dynamic], "[1,2]"),
        ("percentiles_array", vec![col(Long, ""), constant(Dynamic, "[50]")], vec![Dynamic], "null"),
        ("percentilew", weighted(&[constant(Long, "75")]), vec![Long], "20"),
        ("percentilesw", weighted(&[constant(Long, "50"), constant(Real, "99.9")]), vec![Long, Long], "20 | 40"),
        ("percentilesw_array", weighted(&[constant(Dynamic, "[50,75,99.9]")]), vec![Dynamic], "[20,20,40]"),
        ("tdigest", vec![col(Long, "3 | 1 | null")], vec![Dynamic], "[\"long\",[1,3],[]]"),
        ("tdigest", vec![col(Real, "1.0 | 2.0"), col(Long, "1 | 2")], vec![Dynamic], "[\"real\",[1.0,2.0],[1,2]]"),
        ("tdigest", vec![col(Decimal, "1.5")], vec![Dynamic], "[\"real\",[1.5],[]]"),
        ("tdigest", vec![col(Datetime, "0001-01-02")], vec![Dynamic], "[\"datetime\",[864000000000],[]]"),
        ("tdigest", vec![col(Long, "")], vec![Dynamic], "null"),
        (
            "tdigest_merge",
            vec![col(Dynamic, "[\"long\",[1,3],[]] | null | [\"long\",[2],[]]")],
            vec![Dynamic],
            "[\"long\",[1,2,3],[]]",
        ),
        ("merge_tdigest", vec![col(Dynamic, "5")], vec![Dynamic], "null"),
    ]);
}

#[test]
fn lists_sets_and_bags() {
    let some = |ty, text| vec![col(ty, text)];
    check(vec![
        ("make_list", some(String, "b | a |  | b"), vec![Dynamic], "[\"b\",\"a\",\"\",\"b\"]"),
        ("make_list", some(Long, "1 | null | 2"), vec![Dynamic], "[1,2]"),
        ("make_list", some(Long, ""), vec![Dynamic], "[]"),
        ("make_list", some(Real, "1 | NaN | 0.5"), vec![Dynamic], "[1.0,\"NaN\",0.5]"),
        ("make_list", some(Decimal, "1.5"), vec![Dynamic], "[\"1.5\"]"),
        ("make_list", some(Bool, "true | null | false"), vec![Dynamic], "[true,false]"),
        ("make_list", some(Datetime, "2020-01-05"), vec![Dynamic], "[\"2020-01-05T00:00:00.0000000Z\"]"),
        ("make_list", some(Timespan, "1d"), vec![Dynamic], "[\"1.00:00:00\"]"),
        (
            "make_list",
            some(Dynamic, "[1,2] | null | {\"a\":[3]} | [] | [[4]] | \"x\""),
            vec![Dynamic],
            "[1,2,null,{\"a\":[3]},[4],\"x\"]",
        ),
        ("make_list", vec![col(Dynamic, "[1,2] | [3,4]"), constant(Long, "3")], vec![Dynamic], "[1,2,3]"),
        ("make_list", vec![col(Long, "1 | 2 | 3"), constant(Long, "2")], vec![Dynamic], "[1,2]"),
        ("make_list", vec![col(Long, "1"), constant(Long, "-1")], vec![Dynamic], "[]"),
        ("make_list_with_nulls", some(Long, "1 | null"), vec![Dynamic], "[1,null]"),
        ("make_list_if", vec![col(Long, "1 | 2 | 3"), col(Bool, "true | null | true")], vec![Dynamic], "[1,3]"),
        (
            "make_list_if",
            vec![col(Long, "1 | 2 | 3"), col(Bool, "false | true | true"), constant(Long, "1")],
            vec![Dynamic],
            "[2]",
        ),
        ("make_set", some(Long, "5 | 3 | null | 5"), vec![Dynamic], "[5,3]"),
        ("make_set", some(String, "b | a | b | "), vec![Dynamic], "[\"b\",\"a\",\"\"]"),
        ("make_set", some(Real, "5 | 5"), vec![Dynamic], "[5.0]"),
        (
            "make_set",
            some(Dynamic, "[1,\"a\"] | 1.0 | [\"a\",2] | null | {\"k\":1}"),
            vec![Dynamic],
            "[1,\"a\",2,{\"k\":1}]",
        ),
        (
            "make_set",
            some(Guid, "00000000-0000-0000-0000-000000000001"),
            vec![Dynamic],
            "[\"00000000-0000-0000-0000-000000000001\"]",
        ),
        ("make_set", vec![col(Long, "3 | 2 | 3 | 1"), constant(Long, "2")], vec![Dynamic], "[3,2]"),
        ("make_set", some(Long, ""), vec![Dynamic], "[]"),
        ("make_set_if", vec![col(Long, "1 | 2 | 2"), col(Bool, "false | true | true")], vec![Dynamic], "[2]"),
        (
            "make_bag",
            some(Dynamic, "{\"a\":1} | null | 5 | {\"b\":{\"c\":[]},\"a\":2} | {\"q\\\"\":null}"),
            vec![Dynamic],
            "{\"a\":1,\"b\":{\"c\":[]},\"q\\\"\":null}",
        ),
        ("make_bag", some(Dynamic, ""), vec![Dynamic], "{}"),
        ("make_bag", vec![col(Dynamic, "{\"a\":1,\"b\":2}"), constant(Long, "1")], vec![Dynamic], "{\"a\":1}"),
        (
            "make_bag_if",
            vec![col(Dynamic, "{\"a\":1} | {\"b\":2}"), col(Bool, "false | true")],
            vec![Dynamic],
            "{\"b\":2}",
        ),
        ("make_dictionary", some(Dynamic, "{\"a\":1}"), vec![Dynamic], "{\"a\":1}"),
        (
            "buildschema",
            some(
                Dynamic,
                "{\"x\":1,\"y\":3.5} | {\"x\":\"a\",\"z\":[1,2]} | {\"y\":{\"w\":\"z\"},\"t\":[\"a\"],\"z\":[\"f\"]} | null | {\"n\":null}",
            ),
            vec![Dynamic],
            "{\"x\":[\"long\",\"string\"],\"y\":[\"double\",{\"w\":\"string\"}],\"z\":{\"`indexer`\":[\"long\",\"string\"]},\
             \"t\":{\"`indexer`\":\"string\"},\"n\":\"null\"}",
        ),
        ("buildschema", some(Dynamic, "true | 1"), vec![Dynamic], "[\"bool\",\"long\"]"),
        ("buildschema", some(Dynamic, "null"), vec![Dynamic], "null"),
    ]);
}

#[test]
fn old_spellings_stop_at_128_elements() {
    let values = (0..200).map(|i| i.to_string()).collect::<Vec<_>>().join(" | ");
    let expected = format!("[{}]", (0..128).map(|i| i.to_string()).collect::<Vec<_>>().join(","));
    for name in ["makelist", "makeset"] {
        assert_eq!(Call::new(name, vec![col(Long, &values)], vec![Dynamic]).answer(), expected);
    }
}

#[test]
fn series_have_a_value_for_every_bin() {
    let call = |bins, values, n, default| vec![col(Long, bins), values, constant(Long, n), default];
    check(vec![
        (
            "series_collect",
            call("2 | 0 | -1 | 9", col(Long, "5 | null | 7 | 8"), "4", constant(Long, "0")),
            vec![Dynamic],
            "[null,0,5,0]",
        ),
        ("series_collect", call("1", col(Real, "5"), "2", constant(Real, "null")), vec![Dynamic], "[null,5.0]"),
        (
            "series_collect",
            call("1", col(Datetime, "2020-01-01"), "2", constant(Long, "-1")),
            vec![Dynamic],
            "[-1,\"2020-01-01T00:00:00.0000000Z\"]",
        ),
        (
            "series_collect",
            call("0", col(Dynamic, "[1,\"]\"]"), "2", constant(String, "x")),
            vec![Dynamic],
            "[[1,\"]\"],\"x\"]",
        ),
    ]);
}

#[test]
fn mistakes_are_refused_with_a_sentence() {
    let refused = |name: &str, args: Vec<Arg>| {
        let function = kql_aggregates::aggregate(name).unwrap();
        let types: Vec<_> = args.iter().map(|a| a.ty).collect();
        let udaf = kql_aggregates::aggregate_udf(function, &types, &[Long]);
        match udaf {
            Err(e) => e.to_string(),
            Ok(_) => Call::new(name, args, vec![Long]).try_single().map(|_| ()).unwrap_err().to_string(),
        }
    };
    let message = refused("percentile", vec![col(Long, "1"), constant(Long, "101")]);
    assert!(message.contains("the percentage 101 is not between 0 and 100"), "{message}");
    let message = refused("percentile", vec![col(Long, "1"), col(Long, "50")]);
    assert!(message.contains("percentages must be constant numbers"), "{message}");
    let message = refused("percentile", vec![col(String, "a"), constant(Long, "50")]);
    assert!(message.contains("percentiles of string values have no meaning"), "{message}");
    let overflow = Call::new(
        "percentilesw",
        vec![col(Long, "1 | 2"), col(Long, "9223372036854775807 | 1"), constant(Long, "50")],
        vec![Long],
    );
    let message = overflow.single().update_batch(&overflow.take(0..2)).unwrap_err().to_string();
    assert!(message.contains("the sum of the weights of a percentile is beyond the range of long"), "{message}");
}
