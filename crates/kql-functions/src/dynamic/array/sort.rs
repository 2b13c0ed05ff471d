//! `array_sort_asc`, `array_sort_desc`: one array sorted, others put in the same order.

use super::super::element::{SortKey, sort_keys, write_array};
use super::items;
use crate::kernel::{bools, finish, finish_columns, rows, texts};
use crate::{Call, ScalarFunction};
use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static ARRAY_SORT_ASC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_sort_asc",
        FunctionKind::Scalar,
        &["(arrays...1..64:array, nulls_last?:const bool) -> custom"],
        "The first array sorted upward, and the others in the same order, one column each. Numbers, datetimes and timespans \
         come first, then strings, then all else; nulls last, or first when `nulls_last` is false. An array that is not as \
         long as the first gives null. <https://learn.microsoft.com/kusto/query/array-sort-asc-function>",
    )
    .examples(&[
        example("array_sort_asc(dynamic([null,'blue','yellow','green',null]))", r#"["blue","green","yellow",null,null]"#),
        example("array_sort_asc(dynamic([null,2,1]), false)", "[null,1,2]"),
    ]),
    kernel: |call, args| sort(call, args, false),
};

pub(crate) static ARRAY_SORT_DESC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_sort_desc",
        FunctionKind::Scalar,
        &["(arrays...1..64:array, nulls_last?:const bool) -> custom"],
        "The first array sorted downward, and the others in the same order, one column each. Numbers, datetimes and \
         timespans come first, then strings, then all else; nulls last, or first when `nulls_last` is false. An array that \
         is not as long as the first gives null. <https://learn.microsoft.com/kusto/query/array-sort-desc-function>",
    )
    .examples(&[
        example("array_sort_desc(dynamic([1,3,4,5,2]))", "[5,4,3,2,1]"),
        example("array_sort_desc(dynamic([null,2,1]), false)", "[null,2,1]"),
    ]),
    kernel: |call, args| sort(call, args, true),
};

/// One column per array when the call has as many result columns; one column with an array of all sorted arrays when it
/// has only one, which is what an index after the call takes from.
fn sort(call: &Call, args: &[ColumnarValue], descending: bool) -> Result<ColumnarValue> {
    let nulls_last = match (call.arguments.last(), args.last()) {
        (Some(ScalarType::Bool), Some(last)) => Some(bools(last)?),
        _ => None,
    };
    let count = args.len() - usize::from(nulls_last.is_some());
    let arrays = args[..count].iter().map(texts).collect::<Result<Vec<_>>>()?;
    let several = call.results.len() > 1 || count == 1;
    let mut columns: Vec<_> = (0..if several { count } else { 1 }).map(|_| StringViewBuilder::new()).collect();
    let mut text = String::new();
    for row in 0..rows(args) {
        let nulls_last = nulls_last.as_ref().is_none_or(|flag| flag.get(row).unwrap_or(true));
        let first = items(&arrays[0], row);
        let order = first.as_deref().map(|items| order(items, descending, nulls_last));
        let mut all = String::from("[");
        for (at, array) in arrays.iter().enumerate() {
            let sorted = order.as_deref().zip(items(array, row)).filter(|(order, items)| order.len() == items.len());
            text.clear();
            if let Some((order, items)) = &sorted {
                write_array(&mut text, order.iter().filter_map(|place| items.get(*place).copied()));
            }
            if several {
                columns[at].append_option(sorted.is_some().then_some(&text));
            } else {
                all.push_str(if at > 0 { "," } else { "" });
                all.push_str(if sorted.is_some() { &text } else { "null" });
            }
        }
        if !several {
            all.push(']');
            columns[0].append_option(first.is_some().then_some(&all));
        }
    }
    let columns: Vec<ArrayRef> = columns.into_iter().map(|mut c| Arc::new(c.finish()) as ArrayRef).collect();
    if several { finish_columns(call, args, columns) } else { finish(args, Arc::clone(&columns[0])) }
}

/// The places of the elements in sorted order.
fn order(items: &[&str], descending: bool, nulls_last: bool) -> Vec<usize> {
    let keys = sort_keys(items);
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| keys[*a].compare(&keys[*b], descending));
    if !nulls_last {
        let nulls = keys.iter().filter(|key| matches!(key, SortKey::Null)).count();
        order.rotate_right(nulls);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{b, d, try_call};
    use kql_types::{ScalarType, Value};

    fn sorted(name: &str, args: &[Value], columns: usize) -> Vec<String> {
        let results: Vec<_> = (0..columns).map(|n| (format!("c{n}"), ScalarType::Dynamic)).collect();
        try_call(name, args, Some(&results)).unwrap()
    }

    #[test]
    fn one_array() {
        #[rustfmt::skip]
        let cases: &[(&str, &str, &str)] = &[
            ("[3,1.5,-2,10]", "[-2,1.5,3,10]", "[10,3,1.5,-2]"),
            ("[\"b\",\"a\",\"B\",\"é\"]", "[\"B\",\"a\",\"b\",\"é\"]", "[\"é\",\"b\",\"a\",\"B\"]"),
            ("[{\"a\":1},\"x\",null,2,true,false,1]", "[1,2,\"x\",{\"a\":1},false,true,null]", "[2,1,\"x\",{\"a\":1},true,false,null]"),
            ("[\"1.00:00:00\",\"02:00:00\"]", "[\"02:00:00\",\"1.00:00:00\"]", "[\"1.00:00:00\",\"02:00:00\"]"),
            ("[9007199254740993,9007199254740992]", "[9007199254740992,9007199254740993]", "[9007199254740993,9007199254740992]"),
            ("[]", "[]", "[]"),
            ("{\"a\":1}", "null", "null"),
            ("null", "null", "null"),
        ];
        for (array, up, down) in cases {
            assert_eq!(sorted("array_sort_asc", &[d(array)], 1), [*up], "{array}");
            assert_eq!(sorted("array_sort_desc", &[d(array)], 1), [*down], "{array}");
        }
        assert_eq!(sorted("array_sort_asc", &[d("[2,null,1,null]"), b(false)], 1), ["[null,null,1,2]"]);
        assert_eq!(sorted("array_sort_asc", &[d("[2,null,1,null]"), b(true)], 1), ["[1,2,null,null]"]);
    }

    #[test]
    fn several_arrays() {
        let (a, names) = (d("[1,3,4,5,2]"), d("[\"a\",\"b\",\"c\",\"d\",\"e\"]"));
        let down = ["[5,4,3,2,1]", "[\"d\",\"c\",\"b\",\"e\",\"a\"]", "null"];
        assert_eq!(sorted("array_sort_desc", &[a.clone(), names.clone(), d("[1]")], 3), down);
        let one = format!("[{},{},null]", down[0], down[1]);
        assert_eq!(sorted("array_sort_desc", &[a.clone(), names, d("null")], 1), [one]);
        assert_eq!(sorted("array_sort_asc", &[d("null"), a], 2), ["null", "null"]);
    }
}
