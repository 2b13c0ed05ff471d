//! However rows are divided over partitions, groups and partial states, the answer is that of all rows at once.

use crate::support::{Arg, Call, column, constant};
use kql_types::ScalarType::{self, Bool, Datetime, Decimal, Dynamic, Guid, Int, Long, Real, String, Timespan};
use proptest::prelude::*;

/// One row: a value (`None` is null), a second one, a predicate, a group, and whether a new partition begins here.
type Row = (Option<i8>, Option<i8>, Option<bool>, usize, bool);

fn text(ty: ScalarType, value: i8) -> std::string::String {
    match ty {
        Bool => (value % 2 == 0).to_string(),
        Real => (f64::from(value) / 4.0).to_string(),
        Decimal => format!("{value}.25"),
        Datetime => format!("2020-01-{:02}", value.rem_euclid(28) + 1),
        Timespan => format!("{value}tick"),
        Guid => format!("{:02x}000000-0000-0000-0000-000000000000", value as u8),
        String => format!("text \"{value}\""),
        Dynamic => match value.rem_euclid(5) {
            0 => value.to_string(),
            1 => format!("[{value},\"a\",[1]]"),
            2 => format!("{{\"k{}\":{value},\"l\":[{value}]}}", value % 4),
            3 => format!("{value}.0"),
            _ => format!("\"{value}\""),
        },
        _ => value.to_string(),
    }
}

fn argument(ty: ScalarType, rows: &[Row], value: impl Fn(&Row) -> Option<i8>) -> Arg {
    // Strings have no null.
    let cell = |row: &Row| match (ty, value(row)) {
        (String, v) => text(ty, v.unwrap_or(0)),
        (_, v) => v.map_or_else(|| "null".to_owned(), |v| text(ty, v)),
    };
    column(ty, &rows.iter().map(cell).collect::<Vec<_>>().join(" | "))
}

/// Calls over the given rows: all functions, most types.
fn calls(rows: &[Row]) -> Vec<(&'static str, Vec<Arg>, Vec<ScalarType>)> {
    let a = |ty| argument(ty, rows, |r| r.0);
    let b = |ty| argument(ty, rows, |r| r.1);
    let p = || argument(Bool, rows, |r| r.2.map(i8::from).map(|t| 1 - t));
    let mut calls = vec![
        ("countif", vec![p()], vec![Long]),
        ("covariance", vec![a(Long), b(Real)], vec![Real]),
        ("covariancepif", vec![a(Real), b(Int), p()], vec![Real]),
        ("percentiles", vec![a(Long), constant(Long, "30"), constant(Real, "99.5")], vec![Long, Long]),
        ("percentilew", vec![a(Real), b(Long), constant(Long, "40")], vec![Real]),
        ("percentilesw_array", vec![a(Timespan), b(Int), constant(Dynamic, "[1,50]")], vec![Dynamic]),
        ("tdigest", vec![a(Real), b(Long)], vec![Dynamic]),
        ("take_any", vec![a(Long), b(String), a(Dynamic)], vec![Long, String, Dynamic]),
        ("take_anyif", vec![a(Dynamic), p()], vec![Dynamic]),
        ("make_list", vec![a(String), constant(Long, "3")], vec![Dynamic]),
        ("make_list_with_nulls", vec![a(Long)], vec![Dynamic]),
        ("make_list_if", vec![a(Dynamic), p()], vec![Dynamic]),
        ("make_set", vec![a(Dynamic), constant(Int, "4")], vec![Dynamic]),
        ("make_set_if", vec![a(Long), p()], vec![Dynamic]),
        ("make_bag", vec![a(Dynamic)], vec![Dynamic]),
        ("buildschema", vec![a(Dynamic)], vec![Dynamic]),
        ("series_collect", vec![a(Long), b(Real), constant(Long, "9"), constant(Real, "0")], vec![Dynamic]),
    ];
    for ty in ScalarType::ALL {
        calls.extend(["count", "dcount"].map(|name| (name, vec![a(ty)], vec![Long])));
        calls.extend(["take_any"].map(|name| (name, vec![a(ty)], vec![ty])));
        calls.extend(["make_list", "make_set"].map(|name| (name, vec![a(ty)], vec![Dynamic])));
        calls.push(("dcountif", vec![a(ty), p()], vec![Long]));
        if ty != Dynamic {
            calls.push(("count_distinct", vec![a(ty)], vec![Long]));
            calls.extend(["min", "max"].map(|name| (name, vec![a(ty)], vec![ty])));
            calls.push(("maxif", vec![a(ty), p()], vec![ty]));
            calls.extend(
                ["arg_min", "arg_max"].map(|name| (name, vec![a(ty), b(Long), b(String)], vec![ty, Long, String])),
            );
        }
        if ty != Real && ty != Bool {
            calls.push(("hll", vec![a(ty), constant(Int, "0")], vec![Dynamic]));
        }
        if ty.is_summable() {
            let result = if ty == Int { Long } else { ty };
            calls.push(("sum", vec![a(ty)], vec![result]));
            calls.push(("avg", vec![a(ty)], vec![if ty == Int || ty == Long { Real } else { ty }]));
            calls.push(("binary_all_xor", vec![a(ty)], vec![ty]));
            calls.push(("percentile", vec![a(ty), constant(Long, "33")], vec![ty]));
            if ty != Datetime {
                // The variance of datetimes has more digits than a real.
                calls.extend(["stdev", "variancep"].map(|name| (name, vec![a(ty)], vec![Real])));
            }
        }
    }
    calls
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = || prop::option::weighted(0.8, -20i8..20);
    let row = (value(), value(), prop::option::weighted(0.9, any::<bool>()), 0usize..4, prop::bool::weighted(0.2));
    prop::collection::vec(row, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_and_groups_give_the_answer_of_the_whole(rows in rows()) {
        let mut parts = vec![Vec::new()];
        for (i, row) in rows.iter().enumerate() {
            if row.4 {
                parts.push(Vec::new());
            }
            parts.last_mut().unwrap().push(i);
        }
        let groups: Vec<usize> = rows.iter().map(|r| r.3).collect();
        let members: Vec<Vec<Row>> = (0..4).map(|g| rows.iter().filter(|r| r.3 == g).copied().collect()).collect();
        let by_group: Vec<_> = members.iter().map(|m| calls(m)).collect();
        for (i, (name, args, results)) in calls(&rows).into_iter().enumerate() {
            let call = Call::new(name, args, results);
            prop_assert_eq!(call.merged(&parts), call.answer(), "{} in parts", call.udaf.name());
            let alone: Vec<_> = by_group
                .iter()
                .map(|calls| Call::new(name, calls[i].1.clone(), calls[i].2.clone()).answer())
                .collect();
            prop_assert_eq!(&call.by_group(&groups, 4), &alone, "{} in groups", call.udaf.name());
            prop_assert_eq!(&call.by_group_of_states(&groups, 4), &alone, "{} through states", call.udaf.name());
        }
    }
}

#[test]
fn a_first_part_is_taken_as_it_is() {
    // The square of a mean overflows, and a mean times a count divided by it is not the mean.
    for (ty, value) in [(Real, "-1e300"), (Decimal, "12345678901234567890.123456789")] {
        let x = || column(ty, &[value; 7].join(" | "));
        let n = || column(Long, "0 | 1 | 2 | 3 | 4 | 5 | 6");
        for (name, args) in [("stdev", vec![x()]), ("covariance", vec![x(), n()]), ("covariancep", vec![n(), x()])] {
            let call = Call::new(name, args, vec![Real]);
            assert_eq!(call.answer(), "0.0");
            assert_eq!(call.merged(&[vec![0, 1, 2], vec![], vec![3, 4], vec![5, 6]]), "0.0", "{name} of {value}");
        }
    }
}
