//! Comparisons of reals as IEEE 754 has them: NaN is equal to nothing and not ordered, -0.0 is 0.0. Arrow's own order puts
//! NaN above infinity and -0.0 below 0.0.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::kernels::arity::binary;
use arrow::datatypes::{DataType, Float64Type, Int8Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr as DfExpr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use kql_bind::bound::CompareOp;
use std::sync::Arc;

/// `left op right` over reals; null when either is null.
pub(super) fn real_compare(op: CompareOp, left: DfExpr, right: DfExpr) -> DfExpr {
    let udf = Arc::new(ScalarUDF::from(RealCompare::new(op)));
    DfExpr::ScalarFunction(ScalarFunction::new_udf(udf, vec![left, right]))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RealCompare {
    op: CompareOp,
    signature: Signature,
}

impl RealCompare {
    fn new(op: CompareOp) -> Self {
        RealCompare {
            op,
            signature: Signature::exact(vec![DataType::Float64, DataType::Float64], Volatility::Immutable),
        }
    }

    fn test(&self) -> fn(f64, f64) -> bool {
        match self.op {
            CompareOp::Equal => |a, b| a == b,
            CompareOp::NotEqual => |a, b| a != b,
            CompareOp::Less => |a, b| a < b,
            CompareOp::LessOrEqual => |a, b| a <= b,
            CompareOp::Greater => |a, b| a > b,
            CompareOp::GreaterOrEqual => |a, b| a >= b,
        }
    }
}

impl ScalarUDFImpl for RealCompare {
    fn name(&self) -> &str {
        match self.op {
            CompareOp::Equal => "__real_equal",
            CompareOp::NotEqual => "__real_not_equal",
            CompareOp::Less => "__real_less",
            CompareOp::LessOrEqual => "__real_less_or_equal",
            CompareOp::Greater => "__real_greater",
            CompareOp::GreaterOrEqual => "__real_greater_or_equal",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let test = self.test();
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let arrays = args.args.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<ArrayRef>>>()?;
        if arrays.iter().any(|a| a.data_type().is_null()) {
            // The optimizer asks what the filter above an outer join makes of null, which has no type then.
            return Ok(ColumnarValue::Scalar(ScalarValue::Boolean(None)));
        }
        let (left, right) = (arrays[0].as_primitive::<Float64Type>(), arrays[1].as_primitive::<Float64Type>());
        let tested = binary::<_, _, _, Int8Type>(left, right, |a, b| i8::from(test(a, b)))?;
        let result = BooleanArray::new(tested.values().iter().map(|v| *v != 0).collect(), tested.nulls().cloned());
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(result)))
    }
}
