//! `around`: whether a value is near another.

use crate::conversion::convert;
use crate::kernel::{bool_map, decimals, longs, reals};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{ScalarType, decimal};

pub(crate) static AROUND: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "around",
        FunctionKind::Scalar,
        &["(value:scalar, center:scalar, delta:scalar) -> bool"],
        "Whether a number, datetime or timespan is within a distance of a centre, both ends included; null when one of the \
         three is null. <https://learn.microsoft.com/kusto/query/around-function>",
    )
    .examples(&[
        example("around(5, 3, 2)", "true"),
        example("around(5.1, 3, 2)", "false"),
        example("around(datetime(2020-01-01), datetime(2020-01-02), 1d)", "true"),
        example("around(1, long(null), 2)", "null"),
    ]),
    kernel: around,
};

fn around(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let has = |ty| call.arguments.contains(&ty);
    let (point, distance) = if has(ScalarType::Datetime) {
        (ScalarType::Datetime, ScalarType::Timespan)
    } else if has(ScalarType::Timespan) {
        (ScalarType::Timespan, ScalarType::Timespan)
    } else if has(ScalarType::Decimal) {
        (ScalarType::Decimal, ScalarType::Decimal)
    } else if call.arguments.iter().all(|ty| matches!(ty, ScalarType::Int | ScalarType::Long | ScalarType::Bool)) {
        (ScalarType::Long, ScalarType::Long)
    } else {
        (ScalarType::Real, ScalarType::Real)
    };
    let value = convert(&args[0], call.arguments[0], point)?;
    let center = convert(&args[1], call.arguments[1], point)?;
    let delta = convert(&args[2], call.arguments[2], distance)?;
    match point {
        ScalarType::Real => {
            let (value, center, delta) = (reals(&value)?, reals(&center)?, reals(&delta)?);
            bool_map(args, |row| {
                let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
                Some(center - delta <= value && value <= center + delta)
            })
        }
        ScalarType::Decimal => {
            let (value, center, delta) = (decimals(&value)?, decimals(&center)?, decimals(&delta)?);
            bool_map(args, |row| {
                let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
                Some(decimal::sub(center, delta)? <= value && value <= decimal::add(center, delta)?)
            })
        }
        _ => {
            let (value, center, delta) = (longs(&value)?, longs(&center)?, longs(&delta)?);
            bool_map(args, |row| {
                let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
                Some(center.saturating_sub(delta) <= value && value <= center.saturating_add(delta))
            })
        }
    }
}
