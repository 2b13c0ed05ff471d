//! Calls of functions in tests: values in, JSON texts out, computed as constants and as columns.

use super::from_scalar;
use crate::{Call, function};
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::ColumnarValue;
use kql_types::signature::{ArgumentForm, ResultType};
use kql_types::{ScalarType, Value, decimal};
use std::sync::Arc;

/// A dynamic value; `null` is the null one.
pub(crate) fn d(json: &str) -> Value {
    Value::Dynamic((json != "null").then(|| kql_types::dynamic::canonical(json).unwrap()))
}

pub(crate) fn l(value: i64) -> Value {
    Value::Long(Some(value))
}

pub(crate) fn i(value: i32) -> Value {
    Value::Int(Some(value))
}

pub(crate) fn r(value: f64) -> Value {
    Value::Real(Some(value))
}

pub(crate) fn s(value: &str) -> Value {
    Value::String(value.to_owned())
}

pub(crate) fn b(value: bool) -> Value {
    Value::Bool(Some(value))
}

/// A constant argument.
pub(crate) fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Bool(v) => ScalarValue::Boolean(*v),
        Value::Int(v) => ScalarValue::Int32(*v),
        Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => ScalarValue::Int64(*v),
        Value::Real(v) => ScalarValue::Float64(*v),
        Value::Decimal(v) => ScalarValue::Decimal256(*v, decimal::PRECISION, decimal::SCALE),
        Value::String(v) => ScalarValue::Utf8View(Some(v.clone())),
        Value::Guid(v) => ScalarValue::FixedSizeBinary(16, v.map(|v| v.to_vec())),
        Value::Dynamic(v) => ScalarValue::Utf8View(v.clone()),
    }
}

/// The results of a call, one per column: JSON text, `null` for null.
///
/// The result type is `result` or, when that is `None`, the one the first signature names.
pub(crate) fn try_call(name: &str, args: &[Value], results: Option<&[(String, ScalarType)]>) -> Result<Vec<String>> {
    let function = function(name).unwrap_or_else(|| panic!("no function {name}"));
    let types: Vec<_> = args.iter().map(Value::scalar_type).collect();
    let results = results.map_or_else(
        || match &function.spec.overloads()[0].result {
            ResultType::Is(ty) => vec![(String::new(), *ty)],
            ResultType::Columns(columns) => columns.clone(),
            ResultType::Argument(n) => vec![(String::new(), types[*n])],
            other => panic!("{name} gives {other:?}: say which type"),
        },
        <[_]>::to_vec,
    );
    let call = Call { arguments: &types, result: results[0].1, results: &results, rows: 3 };
    let constants: Vec<_> = args.iter().map(|v| ColumnarValue::Scalar(scalar(v))).collect();
    // A parameter that must be a constant stays one among columns, as in a plan.
    let overload = function.spec.overloads().iter().find(|o| args.len() <= o.max_arguments());
    let constant = |at: usize| overload.and_then(|o| o.parameters.get(at)).is_some_and(|p| p.form != ArgumentForm::Any);
    let column = |(at, v): (usize, &Value)| {
        let value = scalar(v);
        if constant(at) {
            ColumnarValue::Scalar(value)
        } else {
            ColumnarValue::Array(value.to_array_of_size(3).unwrap())
        }
    };
    let columns: Vec<_> = args.iter().enumerate().map(column).collect();
    let of_constants = (function.kernel)(&call, &constants)?;
    assert!(args.is_empty() || matches!(of_constants, ColumnarValue::Scalar(_)), "{name}: constants give a column");
    let of_constants = texts(&of_constants.to_array(1)?, &results);
    let of_columns = texts(&(function.kernel)(&call, &columns)?.to_array(3)?, &results);
    for (constant, column) in of_constants.iter().zip(&of_columns) {
        assert_eq!(vec![constant[0].clone(); column.len()], *column, "{name}: constants and columns differ");
    }
    Ok(of_constants.into_iter().map(|mut column| column.remove(0)).collect())
}

fn texts(array: &ArrayRef, results: &[(String, ScalarType)]) -> Vec<Vec<String>> {
    let columns: Vec<ArrayRef> = match array.as_struct_opt() {
        Some(columns) => columns.columns().to_vec(),
        None => vec![Arc::clone(array)],
    };
    assert_eq!(columns.len(), results.len());
    let text = |(column, (_, ty)): (&ArrayRef, &(String, ScalarType))| {
        assert_eq!(column.data_type(), &crate::arrow_type(*ty));
        let json: StringViewArray = from_scalar(*ty, column).unwrap();
        json.iter().map(|v| v.unwrap_or("null").to_owned()).collect()
    };
    columns.iter().zip(results).map(text).collect()
}

/// The result of a call of a function with one column.
pub(crate) fn call(name: &str, args: &[Value]) -> String {
    try_call(name, args, None).unwrap().remove(0)
}

/// [`call`] with constants only: for results too large to compute often.
pub(crate) fn call_once(name: &str, args: &[Value]) -> String {
    let function = function(name).unwrap_or_else(|| panic!("no function {name}"));
    let types: Vec<_> = args.iter().map(Value::scalar_type).collect();
    let results = [(String::new(), ScalarType::Dynamic)];
    let call = Call { arguments: &types, result: ScalarType::Dynamic, results: &results, rows: 1 };
    let constants: Vec<_> = args.iter().map(|v| ColumnarValue::Scalar(scalar(v))).collect();
    let answer = (function.kernel)(&call, &constants).unwrap().to_array(1).unwrap();
    texts(&answer, &results).remove(0).remove(0)
}

/// Checks calls against their answers.
pub(crate) fn check(cases: &[(&str, &[Value], &str)]) {
    for (name, args, answer) in cases {
        assert_eq!(call(name, args), *answer, "{name}({args:?})");
    }
}
