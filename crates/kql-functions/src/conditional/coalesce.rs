//! `coalesce`: the first value that is there.

use super::iff::choose;
use crate::conversion::convert;
use crate::kernel::{finish, texts};
use crate::{Call, ScalarFunction};
use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static COALESCE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "coalesce",
        FunctionKind::Scalar,
        &["(arg...2..64:common) -> common"],
        "The first argument that is not null, of strings the first that is not empty; null, or `''`, when there is none. \
         <https://learn.microsoft.com/kusto/query/coalesce-function>",
    )
    .examples(&[
        example("coalesce(tolong('not a number'), tolong('42'), 33)", "42"),
        example("coalesce('', 'fb')", "\"fb\""),
        example("coalesce(' ', 'fb')", "\" \""),
        example("coalesce(long(null), long(null))", "null"),
        example("coalesce(0, 1)", "0"),
    ]),
    kernel: coalesce,
};

fn coalesce(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let mut result: Option<ColumnarValue> = None;
    for (value, from) in args.iter().zip(call.arguments).rev() {
        let value = convert(value, *from, call.result)?;
        result = Some(match result {
            None => value,
            Some(rest) => choose(&present(&value, call.result)?, value, rest)?,
        });
    }
    Ok(result.unwrap_or(ColumnarValue::Scalar(ScalarValue::Null)))
}

/// Where a value is there.
fn present(value: &ColumnarValue, ty: ScalarType) -> Result<ColumnarValue> {
    if ty == ScalarType::String {
        let rows = texts(value)?;
        let array = BooleanBuffer::collect_bool(rows.array().len(), |row| !rows.text(row).is_empty());
        return finish(std::slice::from_ref(value), Arc::new(BooleanArray::new(array, None)));
    }
    Ok(match value {
        ColumnarValue::Scalar(value) => ColumnarValue::Scalar(ScalarValue::Boolean(Some(!value.is_null()))),
        ColumnarValue::Array(array) => {
            let valid = array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |n| n.inner().clone());
            ColumnarValue::Array(Arc::new(BooleanArray::new(valid, None)))
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::expressions::check;

    #[test]
    fn nulls_and_empty_strings_are_passed_over() {
        check(&[
            ("coalesce(int(null), 2)", "2"),
            ("coalesce('', '')", "\"\""),
            ("coalesce(0.0, 1.0)", "0.0"),
            ("coalesce(false, true)", "false"),
            ("coalesce(0s, 1d)", "\"00:00:00\""),
            ("coalesce(dynamic(null), dynamic([]))", "[]"),
            ("coalesce(decimal(null), decimal(1.5))", "\"1.5\""),
            ("coalesce(datetime(null), datetime(null), datetime(2020-01-01))", "\"2020-01-01T00:00:00Z\""),
        ]);
    }
}
