//! `isnull`, `isempty` and their opposites, `gettype`.

use crate::ScalarFunction;
use crate::kernel::{bool_map, finish, string_map, texts};
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::ColumnarValue;
use kql_types::dynamic::Kind;
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, dynamic};
use std::sync::Arc;

const fn test(
    name: &'static str,
    aliases: &'static [&'static str],
    doc: &'static str,
    examples: &'static [Example],
    kernel: crate::Kernel,
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, &["(value:scalar) -> bool"], doc)
            .aliases(aliases)
            .examples(examples),
        kernel,
    }
}

pub(crate) static ISNULL: ScalarFunction = test(
    "isnull",
    &[],
    "Whether a value is null. A string never is. <https://learn.microsoft.com/kusto/query/isnull-function>",
    &[example("isnull(long(null))", "true"), example("isnull('')", "false"), example("isnull(dynamic([]))", "false")],
    |call, args| null_test(call.arguments[0], &args[0], true),
);

pub(crate) static ISNOTNULL: ScalarFunction = test(
    "isnotnull",
    &["notnull"],
    "Whether a value is not null. A string never is null. <https://learn.microsoft.com/kusto/query/isnotnull-function>",
    &[example("isnotnull(datetime(null))", "false"), example("isnotnull('')", "true")],
    |call, args| null_test(call.arguments[0], &args[0], false),
);

pub(crate) static ISEMPTY: ScalarFunction = test(
    "isempty",
    &[],
    "Whether a value is null or its text is empty. <https://learn.microsoft.com/kusto/query/isempty-function>",
    &[
        example("isempty('')", "true"),
        example("isempty(long(null))", "true"),
        example("isempty(dynamic(''))", "true"),
        example("isempty(dynamic([]))", "false"),
        example("isempty(0)", "false"),
    ],
    |call, args| empty_test(call.arguments[0], &args[0], true),
);

pub(crate) static ISNOTEMPTY: ScalarFunction = test(
    "isnotempty",
    &["notempty"],
    "Whether a value is neither null nor an empty text. <https://learn.microsoft.com/kusto/query/isnotempty-function>",
    &[example("isnotempty('')", "false"), example("isnotempty('a')", "true"), example("isnotempty(0s)", "true")],
    |call, args| empty_test(call.arguments[0], &args[0], false),
);

/// Nulls of an array as bools: `answer` for null, its opposite else.
fn nulls(array: &ArrayRef, answer: bool) -> BooleanArray {
    let valid = match array.nulls() {
        Some(nulls) => nulls.inner().clone(),
        None => BooleanBuffer::new_set(array.len()),
    };
    BooleanArray::new(if answer { !&valid } else { valid }, None)
}

fn null_test(ty: ScalarType, value: &ColumnarValue, answer: bool) -> Result<ColumnarValue> {
    Ok(match value {
        _ if ty == ScalarType::String => ColumnarValue::Scalar(ScalarValue::Boolean(Some(!answer))),
        ColumnarValue::Scalar(scalar) => ColumnarValue::Scalar(ScalarValue::Boolean(Some(scalar.is_null() == answer))),
        ColumnarValue::Array(array) => ColumnarValue::Array(Arc::new(nulls(array, answer))),
    })
}

fn empty_test(ty: ScalarType, value: &ColumnarValue, answer: bool) -> Result<ColumnarValue> {
    if !matches!(ty, ScalarType::String | ScalarType::Dynamic) {
        return null_test(ty, value, answer);
    }
    let empty_json = if ty == ScalarType::Dynamic { "\"\"" } else { "" };
    let rows = texts(value)?;
    let values = rows.array();
    if ty == ScalarType::String && values.null_count() == 0 {
        // The length is the low half of a view.
        let views = values.views();
        let array = BooleanBuffer::collect_bool(views.len(), |row| (views[row] as u32 == 0) == answer);
        return finish(std::slice::from_ref(value), Arc::new(BooleanArray::new(array, None)));
    }
    bool_map(std::slice::from_ref(value), |row| {
        Some(rows.get(row).is_none_or(|text| text.is_empty() || text == empty_json) == answer)
    })
}

pub(crate) static GETTYPE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "gettype",
        FunctionKind::Scalar,
        &["(value:scalar) -> string"],
        "The name of the type of a value; of dynamic values what they hold: `array`, `dictionary`, `long`, `double`, \
         `string`, `bool`, `null`. A datetime, timespan or guid inside a dynamic value is a `string` here, where Kusto \
         remembers its type in literals. <https://learn.microsoft.com/kusto/query/gettype-function>",
    )
    .named(ResultName::Prefix("type"))
    .examples(&[
        example("gettype(1)", "\"long\""),
        example("gettype(long(null))", "\"long\""),
        example("gettype(1s)", "\"timespan\""),
        example("gettype(dynamic([1]))", "\"array\""),
        example("gettype(dynamic({'a':1}))", "\"dictionary\""),
        example("gettype(dynamic(1.5))", "\"double\""),
        example("gettype(dynamic(null))", "\"null\""),
    ]),
    kernel: |call, args| {
        let ty = call.arguments[0];
        if ty != ScalarType::Dynamic {
            return Ok(ColumnarValue::Scalar(ScalarValue::Utf8View(Some(ty.name().to_owned()))));
        }
        let values = texts(&args[0])?;
        string_map(args, |row, out| {
            out.push_str(match values.get(row).map_or(Kind::Null, dynamic::kind) {
                Kind::Null => "null",
                Kind::Bool => "bool",
                Kind::Long => "long",
                Kind::Real => "double",
                Kind::String => "string",
                Kind::Array => "array",
                Kind::Bag => "dictionary",
            });
        })
    },
};
