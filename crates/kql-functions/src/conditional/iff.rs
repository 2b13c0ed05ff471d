//! `iff` (`iif`), `case`, `not`: one value or another.

use crate::conversion::{convert, null_of};
use crate::kernel::{bools, finish};
use crate::{Call, ScalarFunction};
use arrow::array::{Array, ArrayRef, BooleanArray, Scalar};
use arrow::compute;
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static IFF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "iff",
        FunctionKind::Scalar,
        &["(if:bool, then:common, else:common) -> common"],
        "The second argument where the first is true, the third where it is false or null. \
         <https://learn.microsoft.com/kusto/query/iff-function>",
    )
    .aliases(&["iif"])
    .examples(&[
        example("iff(true, 'a', 'b')", "\"a\""),
        example("iff(bool(null), 1, 2)", "2"),
        example("iff(true, long(null), 2)", "null"),
    ]),
    kernel: |call, args| {
        let [condition, then, otherwise] = args else { return internal_err!("iff takes three arguments") };
        let then = convert(then, call.arguments[1], call.result)?;
        let otherwise = convert(otherwise, call.arguments[2], call.result)?;
        choose(condition, then, otherwise)
    },
};

pub(crate) static CASE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "case",
        FunctionKind::Scalar,
        &["(predicate...1..:bool, then...1..:common, else:common) -> common"],
        "The value after the first predicate that is true, the last argument when none is. \
         <https://learn.microsoft.com/kusto/query/case-function>",
    )
    .examples(&[
        example("case(false, 'small', true, 'medium', 'large')", "\"medium\""),
        example("case(bool(null), 1, 2)", "2"),
    ]),
    kernel: case,
};

fn case(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let branch = |index: usize| convert(&args[index], call.arguments[index], call.result);
    if args.len() < 3 || args.len().is_multiple_of(2) {
        return internal_err!("case takes pairs and one more argument");
    }
    let mut result = branch(args.len() - 1)?;
    for predicate in (0..args.len() - 1).step_by(2).rev() {
        result = choose(&args[predicate], branch(predicate + 1)?, result)?;
    }
    Ok(result)
}

/// One of two values of one type by a condition; null counts as false.
pub(crate) fn choose(
    condition: &ColumnarValue,
    then: ColumnarValue,
    otherwise: ColumnarValue,
) -> Result<ColumnarValue> {
    let mask = match condition {
        ColumnarValue::Scalar(_) => {
            return Ok(if bools(condition)?.get(0) == Some(true) { then } else { otherwise });
        }
        ColumnarValue::Array(mask) => match mask.as_any().downcast_ref::<BooleanArray>() {
            Some(mask) => mask,
            None => return internal_err!("a condition is {}", mask.data_type()),
        },
    };
    let zipped = match (then, otherwise) {
        (ColumnarValue::Array(a), ColumnarValue::Array(b)) => compute::kernels::zip::zip(mask, &a, &b)?,
        (ColumnarValue::Array(a), ColumnarValue::Scalar(b)) => {
            compute::kernels::zip::zip(mask, &a, &Scalar::new(b.to_array()?))?
        }
        (ColumnarValue::Scalar(a), ColumnarValue::Array(b)) => {
            compute::kernels::zip::zip(mask, &Scalar::new(a.to_array()?), &b)?
        }
        (ColumnarValue::Scalar(a), ColumnarValue::Scalar(b)) => {
            compute::kernels::zip::zip(mask, &Scalar::new(a.to_array()?), &Scalar::new(b.to_array()?))?
        }
    };
    Ok(ColumnarValue::Array(zipped))
}

pub(crate) static NOT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "not",
        FunctionKind::Scalar,
        &["(expression:bool) -> bool"],
        "The opposite of a bool; null of null. <https://learn.microsoft.com/kusto/query/not-function>",
    )
    .examples(&[example("not(true)", "false"), example("not(bool(null))", "null")]),
    kernel: |call, args| {
        let value = convert(&args[0], call.arguments[0], ScalarType::Bool)?;
        let array = value.to_array(if matches!(value, ColumnarValue::Scalar(_)) { 1 } else { call.rows })?;
        match array.as_any().downcast_ref::<BooleanArray>() {
            Some(values) => finish(args, Arc::new(compute::not(values)?) as ArrayRef),
            None => null_of(ScalarType::Bool),
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn every_type_can_be_chosen() {
        check(&[
            ("iff(false, int(1), 2)", "2"),
            ("iff(true, dynamic(1), 2)", "1"),
            ("iff(true, decimal(1.5), decimal(2))", "\"1.5\""),
            ("iff(false, 1d, 2h)", "\"02:00:00\""),
            (
                "iff(true, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), guid(null))",
                "\"74be27de-1e4e-49d9-b579-fe0b331d3642\"",
            ),
            ("iff(true, dynamic([1]), dynamic(null))", "[1]"),
            ("iif(false, 'a text that is not held in the view', 'b')", "\"b\""),
            ("case(false, 1, false, 2, 3)", "3"),
            ("case(true, 1.5, false, 2.5, 3.5)", "1.5"),
        ]);
    }
}
