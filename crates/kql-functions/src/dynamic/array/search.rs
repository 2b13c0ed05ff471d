//! `array_index_of`: where a value stands in an array.

use super::super::cells::Cells;
use super::super::element::identity;
use super::{cut, element, items, place};
use crate::ScalarFunction;
use crate::kernel::{long_map, texts};
use datafusion_common::Result;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static ARRAY_INDEX_OF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_index_of",
        FunctionKind::Scalar,
        &["(array:array, value:scalar, start?:integer, length?:integer, occurrence?:const integer) -> long"],
        "The place of the first element, or of a later occurrence, that equals a value; -1 when there is none. The search \
         goes over `length` elements (-1: all) from `start` (negative: from the end). Null for a negative occurrence, a \
         length below -1, and what is no array. <https://learn.microsoft.com/kusto/query/array-index-of-function>",
    )
    .examples(&[
        example("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an')", "2"),
        example("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an', 1, -1, 2)", "4"),
        example("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'example', 1, 2)", "-1"),
        example("array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an', -3)", "4"),
    ]),
    kernel: |call, args| {
        let array = texts(&args[0])?;
        let value = Cells::argument(call, args, 1)?;
        let limits = Cells::arguments(call, args, 2)?;
        let limit = |at: usize, row, default| match limits.get(at) {
            Some(cells) => cells.long(row),
            None => Some(default),
        };
        let result: Result<_> = long_map(args, |row| {
            let items = items(&array, row)?;
            let (start, length, occurrence) = (limit(0, row, 0)?, limit(1, row, -1)?, limit(2, row, 1)?);
            if length < -1 || occurrence < 0 {
                return None;
            }
            let from = cut(place(start, items.len()), items.len());
            let count = usize::try_from(length).unwrap_or(usize::MAX);
            let wanted = element(&value, row);
            let wanted = identity(&wanted);
            let mut found = items.iter().enumerate().skip(from).take(count).filter(|(_, item)| identity(item) == wanted);
            let nth = usize::try_from(occurrence).ok()?.checked_sub(1);
            Some(nth.and_then(|n| found.nth(n)).map_or(-1, |(at, _)| i64::try_from(at).unwrap_or(-1)))
        });
        result
    },
};

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, d, l, r, s};
    use kql_types::Value;

    #[test]
    fn places_of_values() {
        let words = d(r#"["this","is","an","example","an","example"]"#);
        #[rustfmt::skip]
        check(&[
            ("array_index_of", &[words.clone(), s("example"), l(1), l(3)], "3"),
            ("array_index_of", &[words.clone(), s("is"), l(2), l(4)], "-1"),
            ("array_index_of", &[words.clone(), s("example"), l(2), l(-1)], "3"),
            ("array_index_of", &[words.clone(), s("an"), l(1), l(-1), l(3)], "-1"),
            ("array_index_of", &[words.clone(), s("is"), l(-4)], "-1"),
            ("array_index_of", &[words.clone(), s("this"), l(-99)], "0"),
            ("array_index_of", &[words.clone(), s("this"), l(0), l(-2)], "null"),
            ("array_index_of", &[words.clone(), s("this"), l(0), l(-1), l(-1)], "null"),
            ("array_index_of", &[words.clone(), s("this"), l(0), l(-1), l(0)], "-1"),
            ("array_index_of", &[d("[5,15]"), r(15.0)], "1"),
            ("array_index_of", &[d("[5,\"15\"]"), l(15)], "-1"),
            ("array_index_of", &[d("[5,[1]]"), d("[1]")], "1"),
            ("array_index_of", &[d("[]"), l(15)], "-1"),
            ("array_index_of", &[d("null"), l(15)], "null"),
            ("array_index_of", &[words, s("this"), Value::Long(None)], "null"),
        ]);
    }
}
