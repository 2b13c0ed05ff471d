//! The number of the bin that a value on an axis falls into: `floor((value - origin) / step)`.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr as DfExpr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

/// The bin of each value: of ticks, longs or reals, with an origin and a step of the same type. Null for a null value.
pub(crate) fn series_bin(value: DfExpr, origin: ScalarValue, step: ScalarValue) -> DfExpr {
    let udf = Arc::new(ScalarUDF::from(SeriesBin { signature: Signature::any(3, Volatility::Immutable) }));
    let literal = |v| DfExpr::Literal(v, None);
    DfExpr::ScalarFunction(ScalarFunction::new_udf(udf, vec![value, literal(origin), literal(step)]))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SeriesBin {
    signature: Signature,
}

impl ScalarUDFImpl for SeriesBin {
    fn name(&self) -> &str {
        "__series_bin"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, origin, step] = args.args.as_slice() else { return internal_err!("three arguments expected") };
        let (ColumnarValue::Scalar(origin), ColumnarValue::Scalar(step)) = (origin, step) else {
            return internal_err!("origin and step are constants");
        };
        let array: ArrayRef = value.to_array(args.number_rows)?;
        let bins: Int64Array = match (origin, step) {
            // The optimizer asks what the filter above an outer join makes of null, which has no type then.
            _ if array.data_type().is_null() => Int64Array::new_null(array.len()),
            (ScalarValue::Int64(Some(origin)), ScalarValue::Int64(Some(step))) if *step != 0 => {
                let (origin, step) = (i128::from(*origin), i128::from(*step));
                let bin = |v: i64| i64::try_from((i128::from(v) - origin).div_euclid(step)).ok();
                array.as_primitive::<Int64Type>().iter().map(|v| v.and_then(bin)).collect()
            }
            (ScalarValue::Float64(Some(origin)), ScalarValue::Float64(Some(step))) if *step != 0.0 => {
                let bin = |v: f64| {
                    let bin = ((v - origin) / step).floor();
                    bin.is_finite().then_some(bin as i64)
                };
                array.as_primitive::<Float64Type>().iter().map(|v| v.and_then(bin)).collect()
            }
            _ => Int64Array::new_null(array.len()),
        };
        Ok(ColumnarValue::Array(Arc::new(bins)))
    }
}
