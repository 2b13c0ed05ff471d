//! Which Arrow type holds which Kusto type.

use arrow::datatypes::DataType;
use kql_types::{ScalarType, decimal};

/// The Arrow type that holds values of a Kusto type inside the engine.
///
/// `datetime` and `timespan` are `Int64` ticks: `Timestamp(ns)` cannot hold year 9999 and `Timestamp(µs)` loses the
/// seventh digit. `dynamic` is canonical compact JSON text. Types that share an Arrow type are told apart by the binder,
/// which carries the Kusto type of every expression; Arrow field metadata marks them only in sources and final results.
///
/// # Panics
/// Never; [`ScalarType::Unknown`] is held as `dynamic`.
pub fn arrow_type(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DataType::Decimal256(decimal::PRECISION, decimal::SCALE),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8View,
        ScalarType::Guid => DataType::FixedSizeBinary(16),
    }
}
