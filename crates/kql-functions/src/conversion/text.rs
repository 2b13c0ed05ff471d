//! `tostring`: the text form of every type.

use super::convert;
use crate::ScalarFunction;
use crate::kernel::finish;
use crate::text_form::text_form;
use arrow::array::{Array, StringViewArray};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static TOSTRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "tostring",
        FunctionKind::Scalar,
        &["(value:scalar) -> string"],
        "The text form of a value: `True`, `2020-01-02T03:04:05.6000000Z`, `1.00:00:00`, `6.0`; of a dynamic string its \
         content, of other dynamic values compact JSON. Null is `''`. <https://learn.microsoft.com/kusto/query/tostring-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("tostring(true)", "\"True\""),
        example("tostring(datetime(2020-01-02 03:04:05.6))", "\"2020-01-02T03:04:05.6000000Z\""),
        example("tostring(1.5s)", "\"00:00:01.5000000\""),
        example("tostring(6.0)", "\"6.0\""),
        example("tostring(0.1 + 0.2)", "\"0.30000000000000007\""),
        example("tostring(real(+inf))", "\"inf\""),
        example("tostring(dynamic(true))", "\"true\""),
        example("tostring(dynamic('x'))", "\"x\""),
        example("tostring(long(null))", "\"\""),
    ]),
    kernel: |call, args| convert(&args[0], call.arguments[0], ScalarType::String),
};

/// `tostring` of a value of any type: its text form, `''` for null.
pub(crate) fn tostring(value: &ColumnarValue, from: ScalarType) -> Result<ColumnarValue> {
    let rows = text_form(value, from)?;
    let texts = rows.array();
    if texts.null_count() == 0 {
        return finish(std::slice::from_ref(value), Arc::new(texts.clone()));
    }
    let texts: StringViewArray = texts.iter().map(|text| Some(text.unwrap_or(""))).collect();
    finish(std::slice::from_ref(value), Arc::new(texts))
}
