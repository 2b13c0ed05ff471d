//! One scalar value with its type.

use crate::ScalarType;

/// A scalar value. `None` is the null of the type; strings have none.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`.
    Bool(Option<bool>),
    /// `int`.
    Int(Option<i32>),
    /// `long`.
    Long(Option<i64>),
    /// `real`.
    Real(Option<f64>),
    /// `decimal`, unscaled with [`crate::decimal::SCALE`] fraction digits.
    Decimal(Option<arrow_buffer::i256>),
    /// `string`.
    String(String),
    /// `datetime`, ticks since 0001-01-01.
    Datetime(Option<i64>),
    /// `timespan`, ticks.
    Timespan(Option<i64>),
    /// `guid`, in text order (the order of the hex digits).
    Guid(Option<[u8; 16]>),
    /// `dynamic`: canonical compact JSON text (see [`crate::dynamic`]).
    Dynamic(Option<String>),
}

impl Value {
    /// The type.
    pub fn scalar_type(&self) -> ScalarType {
        match self {
            Value::Bool(_) => ScalarType::Bool,
            Value::Int(_) => ScalarType::Int,
            Value::Long(_) => ScalarType::Long,
            Value::Real(_) => ScalarType::Real,
            Value::Decimal(_) => ScalarType::Decimal,
            Value::String(_) => ScalarType::String,
            Value::Datetime(_) => ScalarType::Datetime,
            Value::Timespan(_) => ScalarType::Timespan,
            Value::Guid(_) => ScalarType::Guid,
            Value::Dynamic(_) => ScalarType::Dynamic,
        }
    }

    /// The null of a type; `''` for `string`, and the dynamic null for [`ScalarType::Unknown`].
    pub fn null(of: ScalarType) -> Value {
        match of {
            ScalarType::Bool => Value::Bool(None),
            ScalarType::Int => Value::Int(None),
            ScalarType::Long => Value::Long(None),
            ScalarType::Real => Value::Real(None),
            ScalarType::Decimal => Value::Decimal(None),
            ScalarType::String => Value::String(String::new()),
            ScalarType::Datetime => Value::Datetime(None),
            ScalarType::Timespan => Value::Timespan(None),
            ScalarType::Guid => Value::Guid(None),
            ScalarType::Dynamic | ScalarType::Unknown => Value::Dynamic(None),
        }
    }

    /// True for the null of a type; never for a string.
    pub fn is_null(&self) -> bool {
        match self {
            Value::Bool(v) => v.is_none(),
            Value::Int(v) => v.is_none(),
            Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => v.is_none(),
            Value::Real(v) => v.is_none(),
            Value::Decimal(v) => v.is_none(),
            Value::String(_) => false,
            Value::Guid(v) => v.is_none(),
            Value::Dynamic(v) => v.is_none(),
        }
    }
}
