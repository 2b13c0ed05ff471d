//! Comparison of two series: `series_equals`, `series_not_equals`, `series_less`, `series_less_equals`, `series_greater`,
//! `series_greater_equals`.

use super::arithmetic::{Operand, TWO_SERIES};
use super::number::Number;
use crate::dynamic::cells::Cells;
use crate::kernel::dynamic_map;
use crate::{Call, Kernel, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::dynamic;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};
use std::cmp::Ordering;

fn compare(call: &Call, args: &[ColumnarValue], holds: fn(Option<Ordering>) -> bool) -> Result<ColumnarValue> {
    let (a, b) = (Cells::argument(call, args, 0)?, Cells::argument(call, args, 1)?);
    dynamic_map(args, |row, out| {
        let (Some(a), Some(b)) = (Operand::at(&a, row), Operand::at(&b, row)) else { return false };
        out.push('[');
        for at in 0..a.length().max(b.length()) {
            if at > 0 {
                out.push(',');
            }
            match a.get(at).zip(b.get(at)) {
                Some((a, b)) => dynamic::write_bool(out, holds(order(a, b))),
                None => out.push_str("null"),
            }
        }
        out.push(']');
        true
    })
}

fn order(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Long(a), Number::Long(b)) => Some(a.cmp(&b)),
        _ => a.real().partial_cmp(&b.real()),
    }
}

const fn function(
    name: &'static str,
    doc: &'static str,
    examples: &'static [Example],
    kernel: Kernel,
) -> ScalarFunction {
    ScalarFunction { spec: FunctionSpec::new(name, FunctionKind::Scalar, TWO_SERIES, doc).examples(examples), kernel }
}

pub(crate) static EQUALS: ScalarFunction = function(
    "series_equals",
    "Whether the elements of two series, or of a series and a number, are equal; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-equals-function>",
    &[example("series_equals(dynamic([1,2,4]), dynamic([4,2.0,1]))", "[false,true,false]")],
    |call, args| compare(call, args, |o| o == Some(Ordering::Equal)),
);

pub(crate) static NOT_EQUALS: ScalarFunction = function(
    "series_not_equals",
    "Whether the elements of two series, or of a series and a number, differ; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-not-equals-function>",
    &[example("series_not_equals(dynamic([1,2,4]), dynamic([4,2,1]))", "[true,false,true]")],
    |call, args| compare(call, args, |o| o != Some(Ordering::Equal)),
);

pub(crate) static LESS: ScalarFunction = function(
    "series_less",
    "Whether the elements of the first series are less than those of the second; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-less-function>",
    &[example("series_less(dynamic([1,2,4]), dynamic([4,2,1]))", "[true,false,false]")],
    |call, args| compare(call, args, |o| o == Some(Ordering::Less)),
);

pub(crate) static LESS_EQUALS: ScalarFunction = function(
    "series_less_equals",
    "Whether the elements of the first series are at most those of the second; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-less-equals-function>",
    &[example("series_less_equals(dynamic([1,2,4]), dynamic([4,2,1]))", "[true,true,false]")],
    |call, args| compare(call, args, |o| o.is_some_and(Ordering::is_le)),
);

pub(crate) static GREATER: ScalarFunction = function(
    "series_greater",
    "Whether the elements of the first series are greater than those of the second; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-greater-function>",
    &[example("series_greater(dynamic([1,2,4]), dynamic([4,2,1]))", "[false,false,true]")],
    |call, args| compare(call, args, |o| o == Some(Ordering::Greater)),
);

pub(crate) static GREATER_EQUALS: ScalarFunction = function(
    "series_greater_equals",
    "Whether the elements of the first series are at least those of the second; null where either has no number. \
     <https://learn.microsoft.com/kusto/query/series-greater-equals-function>",
    &[example("series_greater_equals(dynamic([1,2,4]), 2)", "[false,true,true]")],
    |call, args| compare(call, args, |o| o.is_some_and(Ordering::is_ge)),
);

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{check, d, l, r};

    #[test]
    fn two_series() {
        #[rustfmt::skip]
        check(&[
            ("series_equals", &[d("[1,null,2]"), d("[1.0,1]")], "[true,null,null]"),
            ("series_not_equals", &[d("[1,\"NaN\"]"), d("[1,\"NaN\"]")], "[false,true]"),
            ("series_less", &[d("[1,2,3]"), r(2.5)], "[true,true,false]"),
            ("series_less_equals", &[l(2), d("[1,2,3]")], "[false,true,true]"),
            ("series_greater", &[d("[9007199254740993]"), d("[9007199254740992]")], "[true]"),
            ("series_greater_equals", &[d("[\"NaN\",1]"), l(1)], "[false,true]"),
            ("series_greater_equals", &[d("{}"), l(1)], "null"),
        ]);
    }
}
