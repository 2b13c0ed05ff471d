//! Captured texts as typed columns.

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
    StringViewBuilder,
};
use datafusion::error::Result;
use kql_types::{ScalarType, Value, datetime, decimal, dynamic, guid, number, timespan};
use std::sync::Arc;

/// The text as a value of the type; `None` when it is no such value. An empty text is a string only.
pub(super) fn value_of(text: &str, ty: ScalarType) -> Option<Value> {
    Some(match ty {
        ScalarType::String => Value::String(text.to_owned()),
        ScalarType::Bool => Value::Bool(Some(bool_of(text)?)),
        ScalarType::Int => Value::Int(Some(number::parse_int(text)?)),
        ScalarType::Long => Value::Long(Some(number::parse_long(text)?)),
        ScalarType::Real => Value::Real(Some(number::parse_real(text)?)),
        ScalarType::Decimal => Value::Decimal(Some(decimal::parse(text.trim())?)),
        ScalarType::Datetime => Value::Datetime(Some(datetime::parse(text)?)),
        ScalarType::Timespan => Value::Timespan(Some(timespan::parse(text)?)),
        ScalarType::Guid => Value::Guid(Some(guid::parse(text)?)),
        ScalarType::Dynamic | ScalarType::Unknown if text.is_empty() => return None,
        ScalarType::Dynamic | ScalarType::Unknown => {
            Value::Dynamic(Some(dynamic::canonical(text).unwrap_or_else(|| dynamic::quote(text))))
        }
    })
}

fn bool_of(text: &str) -> Option<bool> {
    number::parse_bool(text)
}

/// Values of one type as a column.
pub(super) fn column_of(values: Vec<Option<Value>>, ty: ScalarType) -> Result<ArrayRef> {
    macro_rules! column {
        ($builder:expr, $variant:ident) => {{
            let mut builder = $builder;
            for value in &values {
                match value {
                    Some(Value::$variant(v)) => builder.append_option(*v),
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish()) as ArrayRef
        }};
    }
    Ok(match ty {
        ScalarType::Bool => column!(BooleanBuilder::new(), Bool),
        ScalarType::Int => column!(Int32Builder::new(), Int),
        ScalarType::Long => column!(Int64Builder::new(), Long),
        ScalarType::Datetime => column!(Int64Builder::new(), Datetime),
        ScalarType::Timespan => column!(Int64Builder::new(), Timespan),
        ScalarType::Real => column!(Float64Builder::new(), Real),
        ScalarType::Decimal => {
            let builder = Decimal256Builder::new().with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?;
            column!(builder, Decimal)
        }
        ScalarType::Guid => {
            let mut builder = FixedSizeBinaryBuilder::new(16);
            for value in &values {
                match value {
                    Some(Value::Guid(Some(bytes))) => builder.append_value(bytes)?,
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        ScalarType::String => {
            let mut builder = StringViewBuilder::new();
            for value in &values {
                match value {
                    Some(Value::String(text)) => builder.append_value(text),
                    _ => builder.append_value(""),
                }
            }
            Arc::new(builder.finish())
        }
        ScalarType::Dynamic | ScalarType::Unknown => {
            let mut builder = StringViewBuilder::new();
            for value in &values {
                match value {
                    Some(Value::Dynamic(text)) => builder.append_option(text.as_deref()),
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
    })
}
