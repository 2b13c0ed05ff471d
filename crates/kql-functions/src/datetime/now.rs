//! `now`, `ago`: the instant of the query.

use crate::ScalarFunction;
use datafusion_common::internal_err;
use kql_types::function::{FunctionKind, FunctionSpec};

/// The planner writes the instant of the query, read once, in place of the call.
pub(crate) static NOW: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "now",
        FunctionKind::Scalar,
        &["(offset?:timespan) -> datetime"],
        "The current time in UTC, the same for the whole query, moved by an offset. `--now` and `set query_now` pin it. \
         <https://learn.microsoft.com/kusto/query/now-function>",
    ),
    kernel: |_, _| internal_err!("now() is replaced by the instant of the query before it runs"),
};

/// The planner writes `now() - timespan` in place of the call.
pub(crate) static AGO: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ago",
        FunctionKind::Scalar,
        &["(timespan:timespan) -> datetime"],
        "The current time less a timespan. <https://learn.microsoft.com/kusto/query/ago-function>",
    ),
    kernel: |_, _| internal_err!("ago() is replaced by the instant of the query before it runs"),
};
