//! The elements of arrays in other places: `array_length`, `array_concat`, `array_reverse`, `array_slice`, `array_split`,
//! `array_rotate_left`, `array_rotate_right`, `array_shift_left`, `array_shift_right`, `zip`.

use super::super::budget::Budget;
use super::super::cells::Cells;
use super::super::element::write_array;
use super::{cut, element, items, place};
use crate::kernel::{dynamic_map, long_map, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static ARRAY_LENGTH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_length",
        FunctionKind::Scalar,
        &["(array:array) -> long"],
        "Number of elements; null for what is no array. <https://learn.microsoft.com/kusto/query/array-length-function>",
    )
    .aliases(&["arraylength"])
    .examples(&[example("array_length(dynamic([1, 2, 3, 'four']))", "4"), example("array_length(dynamic({}))", "null")]),
    kernel: |_, args| {
        let array = texts(&args[0])?;
        long_map(args, |row| {
            super::super::element::array(array.get(row)?).and_then(|items| i64::try_from(items.count()).ok())
        })
    },
};

pub(crate) static ARRAY_CONCAT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_concat",
        FunctionKind::Scalar,
        &["(array...1..64:array) -> dynamic"],
        "The elements of all arrays, one array after the other. What is no array adds nothing. \
         <https://learn.microsoft.com/kusto/query/array-concat-function>",
    )
    .examples(&[example("array_concat(dynamic([1,2,4]), dynamic([1,2]))", "[1,2,4,1,2]")]),
    kernel: |_, args| {
        let arrays = args.iter().map(texts).collect::<Result<Vec<_>>>()?;
        dynamic_map(args, |row, out| {
            write_array(out, arrays.iter().filter_map(|a| items(a, row)).flatten());
            true
        })
    },
};

pub(crate) static ARRAY_REVERSE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_reverse",
        FunctionKind::Scalar,
        &["(value:array) -> arg0"],
        "The elements from the last to the first; null for what is no array. \
         <https://learn.microsoft.com/kusto/query/array-reverse-function>",
    )
    .examples(&[example("array_reverse(dynamic(['this', 'is', 'an', 'example']))", r#"["example","an","is","this"]"#)]),
    kernel: |_, args| {
        let array = texts(&args[0])?;
        dynamic_map(args, |row, out| match items(&array, row) {
            Some(items) => {
                write_array(out, items.into_iter().rev());
                true
            }
            None => false,
        })
    },
};

pub(crate) static ARRAY_SLICE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_slice",
        FunctionKind::Scalar,
        &["(array:array, start:integer, end:integer) -> arg0"],
        "The elements from one place to another, both included; negative places count from the end, places outside the \
         array are cut to it. <https://learn.microsoft.com/kusto/query/array-slice-function>",
    )
    .examples(&[
        example("array_slice(dynamic([1,2,3]), 1, 2)", "[2,3]"),
        example("array_slice(dynamic([1,2,3,4,5]), -3, -2)", "[3,4]"),
    ]),
    kernel: |call, args| {
        let array = texts(&args[0])?;
        let (start, end) = (Cells::argument(call, args, 1)?, Cells::argument(call, args, 2)?);
        dynamic_map(args, |row, out| {
            let (Some(items), Some(start), Some(end)) = (items(&array, row), start.long(row), end.long(row)) else {
                return false;
            };
            let from = cut(place(start, items.len()), items.len());
            let to = cut(place(end, items.len()).saturating_add(1), items.len());
            write_array(out, items.get(from..to).unwrap_or_default().iter().copied());
            true
        })
    },
};

pub(crate) static ARRAY_SPLIT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_split",
        FunctionKind::Scalar,
        &["(array:array, index:integer) -> arg0", "(array:array, indices:array) -> arg0"],
        "The array cut before one or several places, as an array of arrays. Negative places count from the end. \
         <https://learn.microsoft.com/kusto/query/array-split-function>",
    )
    .examples(&[
        example("array_split(dynamic([1,2,3,4,5]), 2)", "[[1,2],[3,4,5]]"),
        example("array_split(dynamic([1,2,3,4,5]), dynamic([1,3]))", "[[1],[2,3],[4,5]]"),
    ]),
    kernel: |call, args| {
        let array = texts(&args[0])?;
        let places = Cells::argument(call, args, 1)?;
        dynamic_map(args, |row, out| {
            let (Some(items), Some(places)) = (items(&array, row), split_places(&places, row)) else { return false };
            out.push('[');
            let mut from = 0;
            for index in places {
                let to = cut(place(index, items.len()), items.len()).max(from);
                write_array(out, items[from..to].iter().copied());
                out.push(',');
                from = to;
            }
            write_array(out, items[from..].iter().copied());
            out.push(']');
            true
        })
    },
};

fn split_places(cells: &Cells, row: usize) -> Option<Vec<i64>> {
    match cells {
        Cells::Dynamic(rows) => match items(rows, row) {
            Some(items) => items.into_iter().map(|item| item.parse().ok()).collect(),
            None => cells.long(row).map(|place| vec![place]),
        },
        _ => cells.long(row).map(|place| vec![place]),
    }
}

fn rotate(call: &Call, args: &[ColumnarValue], left: bool) -> Result<ColumnarValue> {
    let array = texts(&args[0])?;
    let count = Cells::argument(call, args, 1)?;
    dynamic_map(args, |row, out| {
        let (Some(mut items), Some(count)) = (items(&array, row), count.long(row)) else { return false };
        if let Ok(length @ 1..) = i64::try_from(items.len()) {
            let by = if left { count.rem_euclid(length) } else { (length - count.rem_euclid(length)) % length };
            let by = cut(by, items.len());
            items.rotate_left(by);
        }
        write_array(out, items);
        true
    })
}

pub(crate) static ARRAY_ROTATE_LEFT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_rotate_left",
        FunctionKind::Scalar,
        &["(array:array, rotate_count:integer) -> arg0"],
        "The elements moved to the front by some places, those in front to the end; to the end when the number is negative. \
         <https://learn.microsoft.com/kusto/query/array-rotate-left-function>",
    )
    .examples(&[
        example("array_rotate_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,1,2]"),
        example("array_rotate_left(dynamic([1,2,3,4,5]), -2)", "[4,5,1,2,3]"),
    ]),
    kernel: |call, args| rotate(call, args, true),
};

pub(crate) static ARRAY_ROTATE_RIGHT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_rotate_right",
        FunctionKind::Scalar,
        &["(array:array, rotate_count:integer) -> arg0"],
        "The elements moved to the end by some places, those at the end to the front; to the front when the number is \
         negative. <https://learn.microsoft.com/kusto/query/array-rotate-right-function>",
    )
    .examples(&[
        example("array_rotate_right(dynamic([1,2,3,4,5]), 2)", "[4,5,1,2,3]"),
        example("array_rotate_right(dynamic([1,2,3,4,5]), -2)", "[3,4,5,1,2]"),
    ]),
    kernel: |call, args| rotate(call, args, false),
};

fn shift(call: &Call, args: &[ColumnarValue], left: bool) -> Result<ColumnarValue> {
    let array = texts(&args[0])?;
    let count = Cells::argument(call, args, 1)?;
    let fill = if args.len() > 2 { Some(Cells::argument(call, args, 2)?) } else { None };
    let mut budget = Budget::default();
    let result = dynamic_map(args, |row, out| {
        let (Some(items), Some(count)) = (items(&array, row), count.long(row)) else { return false };
        let fill = fill.as_ref().map_or_else(|| "null".to_owned(), |cells| element(cells, row));
        let count = if left { count } else { count.saturating_neg() };
        let kept = cut(i64::try_from(count.unsigned_abs()).unwrap_or(i64::MAX), items.len());
        if !budget.spend(kept, fill.len()) {
            return false;
        }
        let filled = std::iter::repeat_n(fill.as_str(), kept);
        if count >= 0 {
            write_array(out, items[kept..].iter().copied().chain(filled));
        } else {
            write_array(out, filled.chain(items[..items.len() - kept].iter().copied()));
        }
        true
    });
    budget.finish(if left { "array_shift_left" } else { "array_shift_right" }, result)
}

pub(crate) static ARRAY_SHIFT_LEFT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_shift_left",
        FunctionKind::Scalar,
        &["(array:array, shift_count:integer, default_value?:scalar) -> arg0"],
        "The elements moved to the front by some places; those in front are dropped and the end is filled with null or the \
         given value. A negative number moves to the end. \
         <https://learn.microsoft.com/kusto/query/array-shift-left-function>",
    )
    .examples(&[
        example("array_shift_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,null,null]"),
        example("array_shift_left(dynamic([1,2,3,4,5]), -2, -1)", "[-1,-1,1,2,3]"),
    ]),
    kernel: |call, args| shift(call, args, true),
};

pub(crate) static ARRAY_SHIFT_RIGHT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_shift_right",
        FunctionKind::Scalar,
        &["(array:array, shift_count:integer, default_value?:scalar) -> arg0"],
        "The elements moved to the end by some places; those at the end are dropped and the front is filled with null or the \
         given value. A negative number moves to the front. \
         <https://learn.microsoft.com/kusto/query/array-shift-right-function>",
    )
    .examples(&[
        example("array_shift_right(dynamic([1,2,3,4,5]), 2)", "[null,null,1,2,3]"),
        example("array_shift_right(dynamic([1,2,3,4,5]), -2, -1)", "[3,4,5,-1,-1]"),
    ]),
    kernel: |call, args| shift(call, args, false),
};

pub(crate) static ZIP: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "zip",
        FunctionKind::Scalar,
        &["(array...2..64:array) -> dynamic"],
        "The elements of several arrays, place by place, as an array of arrays; shorter arrays are filled with null. What is \
         no array counts as an empty one; null when none is an array. \
         <https://learn.microsoft.com/kusto/query/zip-function>",
    )
    .examples(&[
        example("zip(dynamic([1,3,5]), dynamic([2,4,6]))", "[[1,2],[3,4],[5,6]]"),
        example("zip(dynamic(['A', 1, 1.5]), dynamic([{}, 'B']))", r#"[["A",{}],[1,"B"],[1.5,null]]"#),
    ]),
    kernel: |_, args| {
        let arrays = args.iter().map(texts).collect::<Result<Vec<_>>>()?;
        dynamic_map(args, |row, out| {
            let columns: Vec<_> = arrays.iter().map(|a| items(a, row)).collect();
            if columns.iter().all(Option::is_none) {
                return false;
            }
            let columns: Vec<_> = columns.into_iter().map(Option::unwrap_or_default).collect();
            out.push('[');
            for at in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
                if at > 0 {
                    out.push(',');
                }
                write_array(out, columns.iter().map(|c| c.get(at).copied().unwrap_or("null")));
            }
            out.push(']');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, d, i, l, s};
    use kql_types::Value;

    #[test]
    fn arrays_in_other_shapes() {
        #[rustfmt::skip]
        check(&[
            ("array_length", &[d("[[1,2],{\"a\":[3]},\",\"]")], "3"),
            ("array_length", &[d("[]")], "0"),
            ("array_length", &[d("\"ab\"")], "null"),
            ("arraylength", &[d("null")], "null"),
            ("array_concat", &[d("[1,[2]]"), d("{\"a\":1}"), d("null"), d("[3]")], "[1,[2],3]"),
            ("array_concat", &[d("5")], "[]"),
            ("array_reverse", &[d("[1,\"a,b\",null]")], "[null,\"a,b\",1]"),
            ("array_reverse", &[d("{}")], "null"),
            ("array_slice", &[d("[1,2,3,4,5]"), i(2), i(-1)], "[3,4,5]"),
            ("array_slice", &[d("[1,2,3]"), l(0), l(99)], "[1,2,3]"),
            ("array_slice", &[d("[1,2,3]"), l(-99), l(0)], "[1]"),
            ("array_slice", &[d("[1,2,3]"), l(2), l(1)], "[]"),
            ("array_slice", &[d("[1,2,3]"), l(7), l(9)], "[]"),
            ("array_slice", &[d("[1,2,3]"), l(0), l(-9)], "[]"),
            ("array_slice", &[d("[1,2,3]"), l(0), l(i64::MAX)], "[1,2,3]"),
            ("array_slice", &[d("[1,2,3]"), Value::Long(None), l(1)], "null"),
            ("array_slice", &[d("1"), l(0), l(1)], "null"),
            ("array_split", &[d("[1,2,3,4,5]"), l(-1)], "[[1,2,3,4],[5]]"),
            ("array_split", &[d("[1,2]"), l(9)], "[[1,2],[]]"),
            ("array_split", &[d("[1,2,3]"), d("[2,1]")], "[[1,2],[],[3]]"),
            ("array_split", &[d("[1,2,3]"), d("[\"a\"]")], "null"),
            ("array_split", &[d("[1,2,3]"), d("[]")], "[[1,2,3]]"),
            ("array_rotate_left", &[d("[1,2,3]"), l(7)], "[2,3,1]"),
            ("array_rotate_left", &[d("[]"), l(7)], "[]"),
            ("array_rotate_left", &[d("[1,2,3]"), l(i64::MIN)], "[2,3,1]"),
            ("array_rotate_right", &[d("[1,2,3]"), l(0)], "[1,2,3]"),
            ("array_rotate_right", &[d("null"), l(0)], "null"),
            ("array_shift_left", &[d("[1,2,3,4,5]"), l(2), l(-1)], "[3,4,5,-1,-1]"),
            ("array_shift_left", &[d("[1,2]"), l(9), s("x")], "[\"x\",\"x\"]"),
            ("array_shift_left", &[d("[1,2]"), l(i64::MIN)], "[null,null]"),
            ("array_shift_right", &[d("[1,2,3]"), l(1)], "[null,1,2]"),
            ("array_shift_right", &[d("[1,2,3]"), l(-1), d("[0]")], "[2,3,[0]]"),
            ("array_shift_right", &[d("[1,2,3]"), Value::Long(None)], "null"),
            ("zip", &[d("[1,2]"), d("[\"a\"]"), d("null")], "[[1,\"a\",null],[2,null,null]]"),
            ("zip", &[d("1"), d("null")], "null"),
            ("zip", &[d("[]"), d("[]")], "[]"),
        ]);
    }
}
