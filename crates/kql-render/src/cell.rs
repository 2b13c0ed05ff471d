//! Typed access to the cells of a column, and their text forms.

use crate::RenderError;
use arrow::array::{
    Array, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array,
    StringViewArray,
};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use arrow::record_batch::RecordBatch;
use kql_types::{Column, RowSchema, ScalarType, datetime, decimal, dynamic, guid, number, timespan};
use std::fmt::Write;

/// A column of a batch, by Kusto type.
#[derive(Debug)]
pub enum Cells<'a> {
    /// `bool`
    Bool(&'a BooleanArray),
    /// `int`
    Int(&'a Int32Array),
    /// `long`
    Long(&'a Int64Array),
    /// `real`
    Real(&'a Float64Array),
    /// `decimal`
    Decimal(&'a Decimal256Array),
    /// `string`
    String(&'a StringViewArray),
    /// `datetime`, ticks
    Datetime(&'a Int64Array),
    /// `timespan`, ticks
    Timespan(&'a Int64Array),
    /// `guid`
    Guid(&'a FixedSizeBinaryArray),
    /// `dynamic`, JSON text
    Dynamic(&'a StringViewArray),
}

impl<'a> Cells<'a> {
    /// The cells of a column.
    ///
    /// # Errors
    /// [`RenderError::Representation`] when the array does not hold the Kusto type.
    pub fn new(column: &Column, array: &'a dyn Array) -> Result<Self, RenderError> {
        let cells = match column.ty {
            ScalarType::Bool => array.as_boolean_opt().map(Cells::Bool),
            ScalarType::Int => array.as_primitive_opt::<Int32Type>().map(Cells::Int),
            ScalarType::Long => array.as_primitive_opt::<Int64Type>().map(Cells::Long),
            ScalarType::Real => array.as_primitive_opt::<Float64Type>().map(Cells::Real),
            ScalarType::Decimal => array.as_primitive_opt::<Decimal256Type>().map(Cells::Decimal),
            ScalarType::String => array.as_string_view_opt().map(Cells::String),
            ScalarType::Datetime => array.as_primitive_opt::<Int64Type>().map(Cells::Datetime),
            ScalarType::Timespan => array.as_primitive_opt::<Int64Type>().map(Cells::Timespan),
            ScalarType::Guid => array.as_fixed_size_binary_opt().map(Cells::Guid),
            ScalarType::Dynamic | ScalarType::Unknown => array.as_string_view_opt().map(Cells::Dynamic),
        };
        cells.ok_or_else(|| RenderError::Representation {
            column: column.name.to_string(),
            ty: column.ty,
            found: array.data_type().to_string(),
        })
    }

    /// The cells of all columns of a batch.
    ///
    /// # Errors
    /// As [`Cells::new`].
    pub fn of_batch(schema: &RowSchema, batch: &'a RecordBatch) -> Result<Vec<Cells<'a>>, RenderError> {
        schema.columns.iter().zip(batch.columns()).map(|(column, array)| Cells::new(column, array.as_ref())).collect()
    }

    fn array(&self) -> &dyn Array {
        match self {
            Cells::Bool(a) => *a,
            Cells::Int(a) => *a,
            Cells::Long(a) | Cells::Datetime(a) | Cells::Timespan(a) => *a,
            Cells::Real(a) => *a,
            Cells::Decimal(a) => *a,
            Cells::String(a) | Cells::Dynamic(a) => *a,
            Cells::Guid(a) => *a,
        }
    }

    /// True for a null; strings have none.
    pub fn is_null(&self, row: usize) -> bool {
        !matches!(self, Cells::String(_)) && self.array().is_null(row)
    }

    /// Appends the text of a cell as `tostring` has it, except that datetimes are in wire form (`…05Z` or seven digits)
    /// and bools are `true`/`false`. Nothing for null.
    pub fn write_text(&self, row: usize, out: &mut String) {
        if self.is_null(row) {
            return;
        }
        match self {
            Cells::String(a) => out.push_str(if a.is_null(row) { "" } else { a.value(row) }),
            Cells::Dynamic(a) => out.push_str(&dynamic::to_text(a.value(row))),
            _ => self.write_json_value(row, out, false),
        }
    }

    /// Appends the JSON value of a cell as the v1 protocol encodes it.
    pub fn write_json(&self, row: usize, out: &mut String) {
        if self.is_null(row) {
            out.push_str("null");
        } else {
            self.write_json_value(row, out, true);
        }
    }

    fn write_json_value(&self, row: usize, out: &mut String, quoted: bool) {
        let quote = |out: &mut String, f: &mut dyn FnMut(&mut String)| {
            if quoted {
                out.push('"');
            }
            f(out);
            if quoted {
                out.push('"');
            }
        };
        // Writing to a String cannot fail.
        match self {
            Cells::Bool(a) => out.push_str(if a.value(row) { "true" } else { "false" }),
            Cells::Int(a) => drop(write!(out, "{}", a.value(row))),
            Cells::Long(a) => drop(write!(out, "{}", a.value(row))),
            Cells::Real(a) => {
                let value = a.value(row);
                if value.is_finite() {
                    number::write_real_json(out, value);
                } else {
                    quote(out, &mut |out| {
                        out.push_str(match value {
                            v if v.is_nan() => "NaN",
                            v if v > 0.0 => "Infinity",
                            _ => "-Infinity",
                        });
                    });
                }
            }
            Cells::Decimal(a) => quote(out, &mut |out| out.push_str(&decimal::format(a.value(row)))),
            Cells::String(a) => dynamic::write_quoted(out, if a.is_null(row) { "" } else { a.value(row) }),
            Cells::Datetime(a) => quote(out, &mut |out| datetime::write_wire(out, a.value(row))),
            Cells::Timespan(a) => quote(out, &mut |out| timespan::write(out, a.value(row))),
            Cells::Guid(a) => quote(out, &mut |out| {
                if let Ok(bytes) = <[u8; 16]>::try_from(a.value(row)) {
                    guid::write(out, &bytes);
                }
            }),
            Cells::Dynamic(a) => out.push_str(a.value(row)),
        }
    }

    /// True for columns whose values stand right-aligned.
    pub fn is_number(&self) -> bool {
        matches!(self, Cells::Int(_) | Cells::Long(_) | Cells::Real(_) | Cells::Decimal(_))
    }
}
