//! Calling a function in tests: every call is made with constants, with columns, and with a column among constants, and
//! all must give the expected value.

use crate::{arrow_type, function, scalar_udf};
use arrow::array::ArrayRef;
use arrow::datatypes::Field;
use datafusion_common::ScalarValue;
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs};
use kql_types::signature::ArgumentForm;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// A string value.
pub(crate) fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// A dynamic value from canonical JSON; `null` is the null.
pub(crate) fn dynamic(json: &str) -> Value {
    Value::Dynamic(if json == "null" { None } else { Some(json.to_owned()) })
}

/// A long value.
pub(crate) fn long(value: i64) -> Value {
    Value::Long(Some(value))
}

/// Checks one call in all its forms.
pub(crate) fn check(name: &str, args: &[Value], want: Value) {
    for columns in forms(name, args.len()) {
        let got = call(name, args, &columns, want.scalar_type());
        assert_eq!(got, want, "{name}({args:?}), columns {columns:?}");
    }
}

/// The error of a call with constants.
pub(crate) fn error(name: &str, args: &[Value], result: ScalarType) -> String {
    invoke(name, args, &vec![false; args.len()], result).unwrap_err().to_string()
}

/// Which arguments are columns: none, the last one that may be, the first, and all that may be.
fn forms(name: &str, n: usize) -> Vec<Vec<bool>> {
    let function = function(name).unwrap_or_else(|| panic!("no function {name}"));
    let overload = function.spec.overloads().iter().find(|s| (s.min_arguments()..=s.max_arguments()).contains(&n));
    let parameters = &overload.unwrap_or_else(|| panic!("{name} does not take {n} arguments")).parameters;
    let free: Vec<usize> =
        (0..n).filter(|i| parameters[(*i).min(parameters.len() - 1)].form == ArgumentForm::Any).collect();
    let mask = |on: &[usize]| (0..n).map(|i| on.contains(&i)).collect::<Vec<_>>();
    let mut forms = vec![mask(&[]), mask(&free)];
    forms.extend(free.first().map(|i| mask(&[*i])));
    forms.extend(free.last().map(|i| mask(&[*i])));
    forms.dedup();
    forms
}

fn call(name: &str, args: &[Value], columns: &[bool], result: ScalarType) -> Value {
    let got = invoke(name, args, columns, result).unwrap_or_else(|e| panic!("{name}({args:?}): {e}"));
    let is_column = columns.iter().any(|c| *c);
    let scalars: Vec<ScalarValue> = match &got {
        ColumnarValue::Scalar(s) => vec![s.clone()],
        ColumnarValue::Array(a) => {
            assert!(is_column, "{name}: constants gave a column");
            assert_eq!(a.len(), ROWS, "{name}: wrong number of rows");
            (0..a.len()).map(|i| ScalarValue::try_from_array(a, i).unwrap()).collect()
        }
    };
    assert!(scalars.iter().all(|s| *s == scalars[0]), "{name}({args:?}): rows differ: {scalars:?}");
    assert_eq!(scalars[0].data_type(), arrow_type(result), "{name}: type of the result");
    from_scalar(&scalars[0], result)
}

/// Rows of a column: more than one, and not a multiple of eight.
const ROWS: usize = 3;

fn invoke(
    name: &str,
    args: &[Value],
    columns: &[bool],
    result: ScalarType,
) -> datafusion_common::Result<ColumnarValue> {
    let function = function(name).unwrap_or_else(|| panic!("no function {name}"));
    let types: Vec<ScalarType> = args.iter().map(Value::scalar_type).collect();
    let udf = scalar_udf(function, &types, &[(String::new(), result)]);
    assert_eq!(crate::udf_by_name(udf.name()).map(|u| u.name().to_owned()), Some(udf.name().to_owned()));
    let values = args.iter().zip(columns).map(|(value, column)| {
        let scalar = to_scalar(value);
        if !*column {
            return ColumnarValue::Scalar(scalar);
        }
        let one: ArrayRef = scalar.to_array_of_size(ROWS).unwrap();
        ColumnarValue::Array(one)
    });
    udf.invoke_with_args(ScalarFunctionArgs {
        args: values.collect(),
        arg_fields: types.iter().map(|t| Arc::new(Field::new("", arrow_type(*t), true))).collect(),
        number_rows: if columns.contains(&true) { ROWS } else { 1 },
        return_field: Arc::new(Field::new("", arrow_type(result), true)),
        config_options: Arc::new(ConfigOptions::default()),
    })
}

fn to_scalar(value: &Value) -> ScalarValue {
    match value.clone() {
        Value::Bool(v) => ScalarValue::Boolean(v),
        Value::Int(v) => ScalarValue::Int32(v),
        Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => ScalarValue::Int64(v),
        Value::Real(v) => ScalarValue::Float64(v),
        Value::Decimal(v) => ScalarValue::Decimal256(v, kql_types::decimal::PRECISION, kql_types::decimal::SCALE),
        Value::String(v) => ScalarValue::Utf8View(Some(v)),
        Value::Guid(v) => ScalarValue::FixedSizeBinary(16, v.map(|g| g.to_vec())),
        Value::Dynamic(v) => ScalarValue::Utf8View(v),
    }
}

fn from_scalar(scalar: &ScalarValue, ty: ScalarType) -> Value {
    match (scalar, ty) {
        (ScalarValue::Boolean(v), ScalarType::Bool) => Value::Bool(*v),
        (ScalarValue::Int32(v), ScalarType::Int) => Value::Int(*v),
        (ScalarValue::Int64(v), ScalarType::Long) => Value::Long(*v),
        (ScalarValue::Int64(v), ScalarType::Datetime) => Value::Datetime(*v),
        (ScalarValue::Int64(v), ScalarType::Timespan) => Value::Timespan(*v),
        (ScalarValue::Float64(v), ScalarType::Real) => Value::Real(*v),
        (ScalarValue::Decimal256(v, ..), ScalarType::Decimal) => Value::Decimal(*v),
        (ScalarValue::Utf8View(v), ScalarType::Dynamic) => Value::Dynamic(v.clone()),
        (ScalarValue::Utf8View(v), ScalarType::String) => Value::String(v.clone().expect("a string is never null")),
        (ScalarValue::FixedSizeBinary(16, v), ScalarType::Guid) => {
            Value::Guid(v.as_ref().map(|b| b.as_slice().try_into().unwrap()))
        }
        (scalar, ty) => panic!("{scalar:?} is no {ty}"),
    }
}
