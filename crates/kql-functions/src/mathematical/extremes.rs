//! `max_of`, `min_of`: the largest and smallest of several values.

use crate::conversion::{convert, null_of};
use crate::kernel::{
    Rows, bool_map, bools, decimal_map, decimals, guid_map, guids, int_map, ints, long_map, longs, real_map, reals,
    string_map, texts,
};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::cmp::Ordering;

pub(crate) static MAX_OF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "max_of",
        FunctionKind::Scalar,
        &["(arg...2..64:common) -> common"],
        "The largest of the values that are not null; null when all are. Strings compare by code points. \
         <https://learn.microsoft.com/kusto/query/max-of-function>",
    )
    .examples(&[example("max_of(10, 1, -3, 17)", "17"), example("max_of(long(null), 2)", "2")]),
    kernel: |call, args| extreme(call, args, Ordering::Greater),
};

pub(crate) static MIN_OF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "min_of",
        FunctionKind::Scalar,
        &["(arg...2..64:common) -> common"],
        "The smallest of the values that are not null; null when all are. Strings compare by code points. \
         <https://learn.microsoft.com/kusto/query/min-of-function>",
    )
    .examples(&[example("min_of(10, 1, -3, 17)", "-3"), example("min_of('b', 'a')", "\"a\"")]),
    kernel: |call, args| extreme(call, args, Ordering::Less),
};

/// The first value that none of the others is `wanted` than.
fn best<T>(
    values: impl Iterator<Item = Option<T>>,
    wanted: Ordering,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Option<T> {
    values.flatten().reduce(|best, value| if compare(&value, &best) == wanted { value } else { best })
}

fn extreme(call: &Call, args: &[ColumnarValue], wanted: Ordering) -> Result<ColumnarValue> {
    let values = args.iter().zip(call.arguments).map(|(value, from)| convert(value, *from, call.result));
    let values = values.collect::<Result<Vec<_>>>()?;
    fn all<A>(values: &[ColumnarValue], read: fn(&ColumnarValue) -> Result<Rows<A>>) -> Result<Vec<Rows<A>>> {
        values.iter().map(read).collect()
    }
    match call.result {
        ScalarType::Bool => {
            let rows = all(&values, bools)?;
            bool_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, bool::cmp))
        }
        ScalarType::Int => {
            let rows = all(&values, ints)?;
            int_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, i32::cmp))
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            let rows = all(&values, longs)?;
            long_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, i64::cmp))
        }
        ScalarType::Real => {
            let rows = all(&values, reals)?;
            let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(Ordering::Equal);
            real_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, order))
        }
        ScalarType::Decimal => {
            let rows = all(&values, decimals)?;
            decimal_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, Ord::cmp))
        }
        ScalarType::Guid => {
            let rows = all(&values, guids)?;
            guid_map(args, |row| best(rows.iter().map(|r| r.get(row)), wanted, Ord::cmp)?.try_into().ok())
        }
        ScalarType::String => {
            let rows = all(&values, texts)?;
            string_map(args, |row, out| {
                out.push_str(best(rows.iter().map(|r| r.get(row)), wanted, Ord::cmp).unwrap_or(""));
            })
        }
        ScalarType::Dynamic | ScalarType::Unknown => null_of(call.result),
    }
}

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn nulls_are_skipped() {
        check(&[
            ("max_of(1, long(null), 3)", "3"),
            ("min_of(int(null), 5)", "5"),
            ("max_of(int(1), int(2))", "2"),
            ("max_of(real(null), real(nan))", "\"NaN\""),
            ("max_of(1, 2.5)", "2.5"),
            ("min_of(long(null), long(null))", "null"),
            ("max_of(datetime(2020-01-01), datetime(2021-01-01))", "\"2021-01-01T00:00:00Z\""),
            ("min_of(1d, 2h)", "\"02:00:00\""),
            ("max_of(decimal(1.5), decimal(1.25))", "\"1.5\""),
            ("max_of('a', 'B')", "\"a\""),
            ("max_of(false, true)", "true"),
        ]);
    }
}
