//! Values of any scalar type as elements of dynamic values.

use crate::Call;
use crate::kernel::{Rows, bools, guids, ints, longs, reals, texts};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array,
    Int64Array, StringViewArray, StringViewBuilder,
};
use arrow::datatypes::Decimal256Type;
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::dynamic::Kind;
use kql_types::{ScalarType, decimal, dynamic};
use std::sync::Arc;

/// An argument of any scalar type, written as JSON text: a datetime, timespan, guid or decimal becomes a string in its
/// `tostring` form, NaN and the infinities the strings `NaN`, `Infinity`, `-Infinity`.
pub(crate) enum Cells {
    Bool(Rows<BooleanArray>),
    Int(Rows<Int32Array>),
    Long(Rows<Int64Array>),
    Real(Rows<Float64Array>),
    Decimal { values: Decimal256Array, constant: bool },
    String(Rows<StringViewArray>),
    Datetime(Rows<Int64Array>),
    Timespan(Rows<Int64Array>),
    Guid(Rows<FixedSizeBinaryArray>),
    Dynamic(Rows<StringViewArray>),
}

impl Cells {
    /// An argument of this type.
    pub(crate) fn new(ty: ScalarType, arg: &ColumnarValue) -> Result<Self> {
        Ok(match ty {
            ScalarType::Bool => Cells::Bool(bools(arg)?),
            ScalarType::Int => Cells::Int(ints(arg)?),
            ScalarType::Long => Cells::Long(longs(arg)?),
            ScalarType::Real => Cells::Real(reals(arg)?),
            ScalarType::Decimal => {
                let (array, constant) = match arg {
                    ColumnarValue::Array(a) => (Arc::clone(a), false),
                    ColumnarValue::Scalar(s) => (s.to_array()?, true),
                };
                match array.as_primitive_opt::<Decimal256Type>() {
                    Some(values) => Cells::Decimal { values: values.clone(), constant },
                    None => return internal_err!("decimal argument is {}", array.data_type()),
                }
            }
            ScalarType::String => Cells::String(texts(arg)?),
            ScalarType::Datetime => Cells::Datetime(longs(arg)?),
            ScalarType::Timespan => Cells::Timespan(longs(arg)?),
            ScalarType::Guid => Cells::Guid(guids(arg)?),
            ScalarType::Dynamic | ScalarType::Unknown => Cells::Dynamic(texts(arg)?),
        })
    }

    /// Argument `index` of a call.
    pub(crate) fn argument(call: &Call, args: &[ColumnarValue], index: usize) -> Result<Self> {
        match (call.arguments.get(index), args.get(index)) {
            (Some(ty), Some(arg)) => Cells::new(*ty, arg),
            _ => internal_err!("argument {index} is missing"),
        }
    }

    /// All arguments of a call from `first` on.
    pub(crate) fn arguments(call: &Call, args: &[ColumnarValue], first: usize) -> Result<Vec<Self>> {
        (first..args.len()).map(|index| Cells::argument(call, args, index)).collect()
    }

    /// Appends the value of a row as JSON text. False, and nothing appended, when it is null.
    pub(crate) fn write(&self, row: usize, out: &mut String) -> bool {
        match self {
            Cells::Bool(rows) => rows.get(row).map(|v| dynamic::write_bool(out, v)),
            Cells::Int(rows) => rows.get(row).map(|v| dynamic::write_long(out, i64::from(v))),
            Cells::Long(rows) => rows.get(row).map(|v| dynamic::write_long(out, v)),
            Cells::Real(rows) => rows.get(row).map(|v| dynamic::write_real(out, v)),
            Cells::Decimal { values, constant } => {
                let row = if *constant { 0 } else { row };
                (!values.is_null(row)).then(|| dynamic::write_decimal(out, values.value(row)))
            }
            Cells::String(rows) => {
                dynamic::write_quoted(out, rows.text(row));
                Some(())
            }
            Cells::Datetime(rows) => rows.get(row).map(|v| dynamic::write_datetime(out, v)),
            Cells::Timespan(rows) => rows.get(row).map(|v| dynamic::write_timespan(out, v)),
            Cells::Guid(rows) => {
                rows.get(row).and_then(|v| v.try_into().ok()).map(|v: &[u8; 16]| dynamic::write_guid(out, v))
            }
            Cells::Dynamic(rows) => rows.get(row).map(|v| out.push_str(v)),
        }
        .is_some()
    }

    /// Appends the value of a row, `null` when it is null.
    pub(crate) fn write_or_null(&self, row: usize, out: &mut String) {
        if !self.write(row, out) {
            out.push_str("null");
        }
    }

    /// The value of a row as a whole number: of whole numbers, ticks, and dynamic values that are whole numbers.
    pub(crate) fn long(&self, row: usize) -> Option<i64> {
        match self {
            Cells::Int(rows) => rows.get(row).map(i64::from),
            Cells::Long(rows) | Cells::Datetime(rows) | Cells::Timespan(rows) => rows.get(row),
            Cells::Dynamic(rows) => rows.get(row).filter(|v| dynamic::kind(v) == Kind::Long)?.parse().ok(),
            _ => None,
        }
    }

    /// The value of a row as a real: of numbers, and dynamic values that are numbers.
    pub(crate) fn real(&self, row: usize) -> Option<f64> {
        match self {
            Cells::Int(rows) => rows.get(row).map(f64::from),
            Cells::Long(rows) => rows.get(row).map(|v| v as f64),
            Cells::Real(rows) => rows.get(row),
            Cells::Decimal { values, constant } => {
                let row = if *constant { 0 } else { row };
                (!values.is_null(row)).then(|| decimal::to_f64(values.value(row)))
            }
            Cells::Dynamic(rows) => {
                rows.get(row).filter(|v| matches!(dynamic::kind(v), Kind::Long | Kind::Real))?.parse().ok()
            }
            _ => None,
        }
    }

    /// Whether `isempty` would say so: null or an empty string.
    pub(crate) fn is_empty(&self, row: usize) -> bool {
        match self {
            Cells::Bool(rows) => rows.get(row).is_none(),
            Cells::Int(rows) => rows.get(row).is_none(),
            Cells::Long(rows) | Cells::Datetime(rows) | Cells::Timespan(rows) => rows.get(row).is_none(),
            Cells::Real(rows) => rows.get(row).is_none(),
            Cells::Decimal { values, constant } => values.is_null(if *constant { 0 } else { row }),
            Cells::String(rows) => rows.text(row).is_empty(),
            Cells::Guid(rows) => rows.get(row).is_none(),
            Cells::Dynamic(rows) => matches!(rows.text(row), "" | "\"\""),
        }
    }
}

/// A column of any scalar type whose values are asked for as JSON text, row by row: what aggregation functions collect.
pub struct Elements(Cells);

impl Elements {
    /// The values of a column of this type.
    ///
    /// # Errors
    /// When the array is not of the type's Arrow type: a defect of the caller.
    pub fn new(ty: ScalarType, values: &ArrayRef) -> Result<Self> {
        Ok(Elements(Cells::new(ty, &ColumnarValue::Array(Arc::clone(values)))?))
    }

    /// Appends the value of a row as JSON text. False, and nothing appended, when it is null.
    pub fn write(&self, row: usize, out: &mut String) -> bool {
        self.0.write(row, out)
    }
}

impl std::fmt::Debug for Elements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Elements")
    }
}

/// The values of a column of any scalar type as `dynamic`: what a conversion to `dynamic`, `make_list` and the like store.
///
/// # Errors
/// When the array is not of the type's Arrow type: a defect of the caller.
pub fn from_scalar(ty: ScalarType, values: &ArrayRef) -> Result<StringViewArray> {
    let cells = Cells::new(ty, &ColumnarValue::Array(Arc::clone(values)))?;
    let mut out = StringViewBuilder::with_capacity(values.len());
    let mut buffer = String::new();
    for row in 0..values.len() {
        buffer.clear();
        if cells.write(row, &mut buffer) { out.append_value(&buffer) } else { out.append_null() }
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kql_types::datetime;

    #[test]
    fn every_type_has_its_json_text() {
        let text = |ty, array: ArrayRef| -> Vec<Option<String>> {
            from_scalar(ty, &array).unwrap().iter().map(|v| v.map(str::to_owned)).collect()
        };
        let some = |t: &str| Some(t.to_owned());
        let day = Some(datetime::TICKS_PER_DAY);
        assert_eq!(text(ScalarType::Bool, Arc::new(BooleanArray::from(vec![Some(true), None]))), [some("true"), None]);
        assert_eq!(text(ScalarType::Int, Arc::new(Int32Array::from(vec![-3]))), [some("-3")]);
        assert_eq!(
            text(ScalarType::Real, Arc::new(Float64Array::from(vec![2.0, f64::INFINITY]))),
            [some("2.0"), some("\"Infinity\"")]
        );
        assert_eq!(text(ScalarType::String, Arc::new(StringViewArray::from(vec!["a\"b"]))), [some("\"a\\\"b\"")]);
        assert_eq!(
            text(ScalarType::Dynamic, Arc::new(StringViewArray::from(vec![Some("[1]"), None]))),
            [some("[1]"), None]
        );
        assert_eq!(text(ScalarType::Timespan, Arc::new(Int64Array::from(vec![day]))), [some("\"1.00:00:00\"")]);
        assert_eq!(
            text(ScalarType::Datetime, Arc::new(Int64Array::from(vec![day]))),
            [some("\"0001-01-02T00:00:00.0000000Z\"")]
        );
        let decimals = Decimal256Array::from(vec![decimal::parse("1.5")])
            .with_precision_and_scale(decimal::PRECISION, decimal::SCALE)
            .unwrap();
        assert_eq!(text(ScalarType::Decimal, Arc::new(decimals)), [some("\"1.5\"")]);
        let guid = FixedSizeBinaryArray::try_from_iter([[0u8; 16]].into_iter()).unwrap();
        assert_eq!(text(ScalarType::Guid, Arc::new(guid)), [some("\"00000000-0000-0000-0000-000000000000\"")]);
    }
}
