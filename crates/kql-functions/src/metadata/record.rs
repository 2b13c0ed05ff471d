//! `new_guid`, `column_ifexists`, `estimate_data_size`, `assert`.

use crate::ScalarFunction;
use crate::kernel::{bools, long_map, refuse, texts};
use arrow::array::FixedSizeBinaryBuilder;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::function::{ConstantError, FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

pub(crate) static NEW_GUID: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "new_guid",
        FunctionKind::Scalar,
        &["() -> guid"],
        "A random guid (version 4); every row and every call has its own. \
         <https://learn.microsoft.com/kusto/query/new-guid-function>",
    )
    .volatile(),
    kernel: |call, _| {
        let mut out = FixedSizeBinaryBuilder::with_capacity(call.rows, 16);
        for _ in 0..call.rows {
            out.append_value(uuid::Uuid::new_v4().as_bytes())?;
        }
        Ok(ColumnarValue::Array(Arc::new(out.finish())))
    },
};

pub(crate) static COLUMN_IFEXISTS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "column_ifexists",
        FunctionKind::Scalar,
        &["(column_name:const string, defaultValue:scalar) -> arg1"],
        "The column of a name where there is one, else the second argument. The binder decides: what is computed here is \
         the second case. <https://learn.microsoft.com/kusto/query/column-ifexists-function>",
    )
    .aliases(&["columnifexists"])
    .named(ResultName::FirstArgumentValue)
    .examples(&[example("column_ifexists('missing', 5)", "5")]),
    kernel: |_, args| Ok(args[1].clone()),
};

pub(crate) static ESTIMATE_DATA_SIZE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "estimate_data_size",
        FunctionKind::Scalar,
        &["(column*...1..:scalar) -> long"],
        "An estimate of the bytes of some columns of a record, or of all (`*`): the UTF-8 length of texts and dynamic \
         values, 1 for a bool, 4 for an int, 16 for a guid or decimal, 8 for the other types. \
         <https://learn.microsoft.com/kusto/query/estimate-data-size-function>",
    )
    .examples(&[example("estimate_data_size(1, 'abc')", "11")]),
    kernel: |call, args| {
        let fixed: i64 = call.arguments.iter().map(|ty| size(*ty)).sum();
        let is_text = |ty: &ScalarType| matches!(ty, ScalarType::String | ScalarType::Dynamic);
        let texts = args.iter().zip(call.arguments).filter(|(_, ty)| is_text(ty)).map(|(arg, _)| texts(arg));
        let texts = texts.collect::<Result<Vec<_>>>()?;
        long_map(args, |row| Some(fixed + texts.iter().map(|t| t.text(row).len() as i64).sum::<i64>()))
    },
};

/// Bytes of a value beside its text.
fn size(ty: ScalarType) -> i64 {
    match ty {
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => 0,
        ScalarType::Bool => 1,
        ScalarType::Int => 4,
        ScalarType::Guid | ScalarType::Decimal => 16,
        ScalarType::Long | ScalarType::Real | ScalarType::Datetime | ScalarType::Timespan => 8,
    }
}

pub(crate) static ASSERT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "assert",
        FunctionKind::Scalar,
        &["(predicate:const bool, message:const string) -> bool"],
        "True, or the failure of the query with a message when the predicate is not true. \
         <https://learn.microsoft.com/kusto/query/assert-function>",
    )
    .checked(|arguments| match arguments {
        [Some(Value::Bool(holds)), Some(Value::String(message)), ..] if *holds != Some(true) => {
            let message = format!("assert() has failed with message: '{message}'");
            Err(ConstantError { argument: 0, code: code::OPERAND, message })
        }
        _ => Ok(()),
    })
    .examples(&[example("assert(true, 'never')", "true")]),
    kernel: |_, args| {
        if bools(&args[0])?.get(0) == Some(true) {
            return Ok(args[0].clone());
        }
        let message = texts(&args[1])?;
        Err(refuse(code::OPERAND, format!("assert() has failed with message: '{}'", message.text(0))))
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn sizes_and_assertions() {
        check(&[
            ("estimate_data_size(int(1), true, 1d, guid(null), dynamic([1,2]), 'é')", "36"),
            ("gettype(column_ifexists('x', 1.5))", "\"real\""),
        ]);
        assert!(run("assert(false, 'no')").unwrap_err().contains("'no'"));
        assert_ne!(run("new_guid()"), run("new_guid()"));
    }
}
