//! `rolling_percentile(value, percentile, timeline, bin, bins_per_window [, dims…])`.
//!
//! For each bin of the data: the percentile of the values of the last `bins_per_window` bins, this one included; the first
//! bins have shorter windows. Bins are those of `bin()`; a bin without rows (of the same dimensions) is not there. Columns: the
//! timeline, the dimensions, `rolling_<n>_percentile_<value>_<p>` of the value's type.
//!
//! Page: query/rolling-percentile-plugin. The percentile is exact, by nearest rank; the service estimates it.

use super::Activity;
use super::timeline::{Role, Timeline};
use crate::bound::ExprKind;
use crate::expression::Arg;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, ScalarType, Value};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "rolling_percentile",
        FunctionKind::Plugin,
        &["(value, percentile, timeline, bin, bins_per_window [, dims…])"],
        "For each bin: the percentile of the values of the last `bins_per_window` bins. <https://learn.microsoft.com/kusto/query/rolling-percentile-plugin>",
    )
    .examples(&[example("datatable(v:long, t:long)[5, 1, 7, 12, 9, 23] | evaluate rolling_percentile(v, 50, t, 10, 2)", "{\"t\":0,\"rolling_2_percentile_v_50\":5}\n{\"t\":10,\"rolling_2_percentile_v_50\":5}\n{\"t\":20,\"rolling_2_percentile_v_50\":7}")]).diverges("the service estimates the percentile; here it is exact, by nearest rank"),
    time: 2,
    roles: &[Role::Percent, Role::Bin, Role::Count("bins")],
    short: false,
    columns: &[],
    dimensions_last: false,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, and, grid) = (timeline.by(), timeline.and(), timeline.grid("t"));
    format!(
        "let seen = T | summarize n = count() by {by}id, t = {grid}, one = 1;
        seen
        | join kind=inner (range i from 0 to bins - 1 step 1 | extend one = 1) on one
        | project {by}id, n, t = t + i * step
        | join kind=inner (seen | summarize by {by}t) on {by}t
        | summarize rolling = percentilew(id, n, percent) by t{and}
        | project t, {by}rolling"
    )
}

/// `rolling_<n>_percentile_<value>_<p>`, of the value's type.
pub(super) fn column(args: &[Arg<'_>]) -> Column {
    let text = |at: usize| match args.get(at) {
        Some(Arg::Scalar(e)) => match &e.kind {
            ExprKind::Column(name) => name.to_string(),
            ExprKind::Literal(Value::Long(Some(n))) => n.to_string(),
            ExprKind::Literal(Value::Int(Some(n))) => n.to_string(),
            ExprKind::Literal(Value::Real(Some(v))) => v.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let ty = args.first().and_then(Arg::ty).unwrap_or(ScalarType::Unknown);
    Column::new(format!("rolling_{}_percentile_{}_{}", text(4), text(0), text(1)), ty)
}
