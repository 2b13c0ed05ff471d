//! Arrays as sets: `set_union`, `set_intersect`, `set_difference`, `set_equals`, `set_has_element`, `jaccard_index`.
//!
//! Elements are equal as [`super::element::identity`] says. Results keep the order in which elements are met first. A
//! value that is no array counts as an empty set.

use super::cells::Cells;
use super::element::{array, identity, write_array};
use crate::ScalarFunction;
use crate::kernel::{Rows, bool_map, dynamic_map, real_map, texts};
use arrow::array::StringViewArray;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

fn items(value: Option<&str>) -> impl Iterator<Item = &str> {
    value.and_then(array).into_iter().flatten()
}

fn identities(value: Option<&str>) -> HashSet<Cow<'_, str>> {
    items(value).map(identity).collect()
}

fn sets(args: &[ColumnarValue]) -> Result<Vec<Rows<StringViewArray>>> {
    args.iter().map(texts).collect()
}

pub(crate) static SET_UNION: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "set_union",
        FunctionKind::Scalar,
        &["(set...2..64:array) -> dynamic"],
        "The distinct elements of all arrays. <https://learn.microsoft.com/kusto/query/set-union-function>",
    )
    .examples(&[
        example("set_union(dynamic([1,2,1,4]), dynamic([1,2]), dynamic([8]))", "[1,2,4,8]"),
        example("set_union(dynamic([1]), dynamic(['1', 1.0]))", "[1,\"1\"]"),
    ]),
    kernel: |_, args| {
        let sets = sets(args)?;
        dynamic_map(args, |row, out| {
            let mut seen = HashSet::new();
            write_array(out, sets.iter().flat_map(|s| items(s.get(row))).filter(|item| seen.insert(identity(item))));
            true
        })
    },
};

pub(crate) static SET_INTERSECT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "set_intersect",
        FunctionKind::Scalar,
        &["(set...2..64:array) -> dynamic"],
        "The distinct elements that all arrays have. <https://learn.microsoft.com/kusto/query/set-intersect-function>",
    )
    .examples(&[
        example("set_intersect(dynamic([1,2,1,4]), dynamic([1,2]), dynamic([8,1]))", "[1]"),
        example("set_intersect(dynamic([1,2,3]), dynamic([4,5]))", "[]"),
    ]),
    kernel: |_, args| {
        let sets = sets(args)?;
        dynamic_map(args, |row, out| {
            let Some((first, others)) = sets.split_first() else { return false };
            // How many of the other arrays, one after the other, have the element.
            let mut counts: HashMap<Cow<str>, usize> = items(first.get(row)).map(|item| (identity(item), 0)).collect();
            for (at, other) in others.iter().enumerate() {
                for item in items(other.get(row)) {
                    if let Some(count) = counts.get_mut(&identity(item)).filter(|count| **count == at) {
                        *count += 1;
                    }
                }
            }
            let common = items(first.get(row)).filter(|item| {
                let count = counts.get_mut(&identity(item));
                count.is_some_and(|count| std::mem::take(count) == others.len())
            });
            write_array(out, common);
            true
        })
    },
};

pub(crate) static SET_DIFFERENCE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "set_difference",
        FunctionKind::Scalar,
        &["(set...2..64:array) -> dynamic"],
        "The distinct elements of the first array that no other has. \
         <https://learn.microsoft.com/kusto/query/set-difference-function>",
    )
    .examples(&[
        example("set_difference(dynamic([1,2,1,4]), dynamic([1,2]), dynamic([8]))", "[4]"),
        example("set_difference(dynamic([1,2,3]), dynamic([1,2,3]))", "[]"),
    ]),
    kernel: |_, args| {
        let sets = sets(args)?;
        dynamic_map(args, |row, out| {
            let Some((first, others)) = sets.split_first() else { return false };
            let mut gone: HashSet<_> = others.iter().flat_map(|s| items(s.get(row))).map(identity).collect();
            write_array(out, items(first.get(row)).filter(|item| gone.insert(identity(item))));
            true
        })
    },
};

pub(crate) static SET_EQUALS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "set_equals",
        FunctionKind::Scalar,
        &["(set1:array, set2:array) -> bool"],
        "Whether two arrays have the same distinct elements, in any order and number; null when one is no array.",
    )
    .examples(&[
        example("set_equals(dynamic([1,2,2]), dynamic([2,1]))", "true"),
        example("set_equals(dynamic([1]), dynamic([]))", "false"),
    ]),
    kernel: |_, args| {
        let sets = sets(args)?;
        bool_map(args, |row| {
            let (a, b) = (sets[0].get(row), sets[1].get(row));
            a.and_then(array).and(b.and_then(array)).map(|_| identities(a) == identities(b))
        })
    },
};

pub(crate) static SET_HAS_ELEMENT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "set_has_element",
        FunctionKind::Scalar,
        &["(set:array, value:scalar) -> bool"],
        "Whether an array has an element equal to a value; null when it is no array. \
         <https://learn.microsoft.com/kusto/query/set-has-element-function>",
    )
    .examples(&[
        example("set_has_element(dynamic(['this', 'is', 'an', 'example']), 'example')", "true"),
        example("set_has_element(dynamic([1, 2]), '2')", "false"),
    ]),
    kernel: |call, args| {
        let set = texts(&args[0])?;
        let value = Cells::argument(call, args, 1)?;
        let mut wanted = String::new();
        bool_map(args, |row| {
            let mut items = array(set.get(row)?)?;
            wanted.clear();
            value.write_or_null(row, &mut wanted);
            let wanted = identity(&wanted);
            Some(items.any(|item| identity(item) == wanted))
        })
    },
};

pub(crate) static JACCARD_INDEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "jaccard_index",
        FunctionKind::Scalar,
        &["(set1:array, set2:array) -> real"],
        "How much two arrays have in common: distinct elements in both divided by distinct elements in either; NaN for two \
         empty ones, null when one is no array. <https://learn.microsoft.com/kusto/query/jaccard-index-function>",
    )
    .examples(&[example("jaccard_index(dynamic([1,2,3]), dynamic([1,2,3,4]))", "0.75")]),
    kernel: |_, args| {
        let sets = sets(args)?;
        real_map(args, |row| {
            let (a, b) = (sets[0].get(row), sets[1].get(row));
            a.and_then(array).and(b.and_then(array))?;
            let (a, b) = (identities(a), identities(b));
            let common = a.intersection(&b).count();
            Some(common as f64 / (a.len() + b.len() - common) as f64)
        })
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{b, check, d, i, l, r, s};
    use kql_types::Value;

    #[test]
    fn sets() {
        #[rustfmt::skip]
        check(&[
            ("set_union", &[d("[3,1,3,\"a\"]"), d("[\"a\",3.0,{\"k\":1}]")], "[3,1,\"a\",{\"k\":1}]"),
            ("set_union", &[d("null"), d("[2,null,null]")], "[2,null]"),
            ("set_union", &[d("{}"), d("5")], "[]"),
            ("set_intersect", &[d("[3,1,3,2]"), d("[2,3,3]"), d("[3.0,2,7]")], "[3,2]"),
            ("set_intersect", &[d("[1,2]"), d("null")], "[]"),
            ("set_intersect", &[d("[1,2]"), d("[1,1]"), d("[2]")], "[]"),
            ("set_difference", &[d("[null,1,null,2,2,null]"), d("[null]")], "[1,2]"),
            ("set_difference", &[d("[1,1]"), d("null")], "[1]"),
            ("set_equals", &[d("[1,2,1]"), d("[2.0,1]")], "true"),
            ("set_equals", &[d("[1,2,1]"), d("[2]")], "false"),
            ("set_equals", &[d("1"), d("[2]")], "null"),
            ("set_has_element", &[d("[1,2,3]"), i(2)], "true"),
            ("set_has_element", &[d("[1,2,3]"), l(9)], "false"),
            ("set_has_element", &[d("[1,2,3]"), r(2.0)], "true"),
            ("set_has_element", &[d("[1,2,3]"), s("2")], "false"),
            ("set_has_element", &[d("[true]"), b(true)], "true"),
            ("set_has_element", &[d("[\"1.00:00:00\"]"), Value::Timespan(Some(864_000_000_000))], "true"),
            ("set_has_element", &[d("[null]"), Value::Long(None)], "true"),
            ("set_has_element", &[d("null"), l(1)], "null"),
            ("jaccard_index", &[d("[1,2,3,4]"), d("[3,4,5,6,6]")], "0.3333333333333333"),
            ("jaccard_index", &[d("[1]"), d("null")], "null"),
            ("jaccard_index", &[d("[]"), d("[]")], "\"NaN\""),
        ]);
    }
}
