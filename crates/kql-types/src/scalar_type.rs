//! The scalar types.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A scalar type of Kusto (<https://learn.microsoft.com/kusto/query/scalar-data-types/>).
///
/// The Arrow type each is held in is in `kql-functions::arrow_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScalarType {
    /// `bool`.
    Bool,
    /// `int`, 32 bits.
    Int,
    /// `long`, 64 bits.
    Long,
    /// `real`, IEEE 754 double.
    Real,
    /// `decimal`, 128 bits.
    Decimal,
    /// `string`, never null.
    String,
    /// `datetime`, ticks of 100 ns since 0001-01-01, always UTC.
    Datetime,
    /// `timespan`, ticks of 100 ns.
    Timespan,
    /// `guid`.
    Guid,
    /// `dynamic`: any JSON value.
    Dynamic,
    /// Not known before the data is read: columns after `bag_unpack` or `pivot` in `kql check`. Agrees with every type;
    /// never reaches a plan.
    Unknown,
}

impl ScalarType {
    /// The ten types that values have.
    pub const ALL: [ScalarType; 10] = [
        ScalarType::Bool,
        ScalarType::Int,
        ScalarType::Long,
        ScalarType::Real,
        ScalarType::Decimal,
        ScalarType::String,
        ScalarType::Datetime,
        ScalarType::Timespan,
        ScalarType::Guid,
        ScalarType::Dynamic,
    ];

    /// Kusto's name: `long`.
    pub fn name(self) -> &'static str {
        match self {
            ScalarType::Bool => "bool",
            ScalarType::Int => "int",
            ScalarType::Long => "long",
            ScalarType::Real => "real",
            ScalarType::Decimal => "decimal",
            ScalarType::String => "string",
            ScalarType::Datetime => "datetime",
            ScalarType::Timespan => "timespan",
            ScalarType::Guid => "guid",
            ScalarType::Dynamic => "dynamic",
            ScalarType::Unknown => "unknown",
        }
    }

    /// The label of the v1 protocol and of `getschema`: `Int64`. `getschema` puts `System.` in front (decimal:
    /// `System.Data.SqlTypes.`).
    pub fn wire_label(self) -> &'static str {
        match self {
            ScalarType::Bool => "SByte",
            ScalarType::Int => "Int32",
            ScalarType::Long => "Int64",
            ScalarType::Real => "Double",
            ScalarType::Decimal => "SqlDecimal",
            ScalarType::String => "String",
            ScalarType::Datetime => "DateTime",
            ScalarType::Timespan => "TimeSpan",
            ScalarType::Guid => "Guid",
            ScalarType::Dynamic | ScalarType::Unknown => "Object",
        }
    }

    /// The type of a name or synonym (`int64`, `boolean`, `date`, …); `None` for other words.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => ScalarType::Bool,
            "int" | "int32" | "int16" | "int8" | "uint8" | "uint16" => ScalarType::Int,
            "long" | "int64" | "uint" | "uint32" | "uint64" | "ulong" => ScalarType::Long,
            "real" | "double" | "float" => ScalarType::Real,
            "decimal" => ScalarType::Decimal,
            "string" => ScalarType::String,
            "datetime" | "date" => ScalarType::Datetime,
            "timespan" | "time" => ScalarType::Timespan,
            "guid" | "uuid" | "uniqueid" => ScalarType::Guid,
            "dynamic" | "object" => ScalarType::Dynamic,
            _ => return None,
        })
    }

    /// `int` and `long`.
    pub fn is_integer(self) -> bool {
        matches!(self, ScalarType::Int | ScalarType::Long)
    }

    /// `int`, `long`, `real` and `decimal`.
    pub fn is_number(self) -> bool {
        matches!(self, ScalarType::Int | ScalarType::Long | ScalarType::Real | ScalarType::Decimal)
    }

    /// Numbers, `datetime` and `timespan`: what can be summed or put on an axis.
    pub fn is_summable(self) -> bool {
        self.is_number() || matches!(self, ScalarType::Datetime | ScalarType::Timespan)
    }

    /// False only for `string`, which has no null.
    pub fn has_null(self) -> bool {
        self != ScalarType::String
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ScalarType {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        ScalarType::from_name(s).ok_or(())
    }
}
