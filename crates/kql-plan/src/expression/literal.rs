//! Literals.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use kql_functions::arrow_type;
use kql_types::{ScalarType, Value, decimal};

/// A value as an Arrow scalar of the type's representation.
pub(crate) fn scalar_value(value: &Value) -> ScalarValue {
    match value {
        Value::Bool(v) => ScalarValue::Boolean(*v),
        Value::Int(v) => ScalarValue::Int32(*v),
        Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => ScalarValue::Int64(*v),
        Value::Real(v) => ScalarValue::Float64(*v),
        Value::Decimal(v) => ScalarValue::Decimal256(*v, decimal::PRECISION, decimal::SCALE),
        Value::String(v) => ScalarValue::Utf8View(Some(v.clone())),
        Value::Guid(v) => ScalarValue::FixedSizeBinary(16, v.map(|b| b.to_vec())),
        Value::Dynamic(v) => ScalarValue::Utf8View(v.clone()),
    }
}

/// A value as a literal expression.
pub(crate) fn literal(value: &Value) -> DfExpr {
    DfExpr::Literal(scalar_value(value), None)
}

/// The null of a type, `''` for string.
pub(crate) fn typed_null(ty: ScalarType) -> DfExpr {
    literal(&Value::null(ty))
}

/// The scalar of a type that is null; a string's is `''`.
pub(crate) fn null_scalar(ty: ScalarType) -> ScalarValue {
    scalar_value(&Value::null(ty))
}

/// True when a scalar has the Arrow type that holds this Kusto type.
pub(crate) fn is_of(value: &ScalarValue, ty: ScalarType) -> bool {
    value.data_type() == arrow_type(ty)
}
