//! `new_activity_metrics(id, timeline, start, end, window [, cohort] [, dims…] [, lookback])`.
//!
//! A cohort is the ids first seen in a window of the analysis. For each cohort and each window from its own on: ids of that
//! window that no window up to the cohort's had (in the cohort's own window: the cohort), how many of the cohort came again,
//! how many did not, and both as parts of the cohort. `cohort` keeps the cohort of that instant; ids of `lookback` are in no
//! cohort and never new. `window` may be `week`, `month` or `year`. Windows without new ids make no cohort.
//!
//! Columns: `from_` and `to_` the timeline, `dcount_new_values:long`, `dcount_retained_values:long`,
//! `dcount_churn_values:long`, `retention_rate:real`, `churn_rate:real`, the dimensions.
//!
//! Page: query/new-activity-metrics-plugin.

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::{Long, Real};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "new_activity_metrics",
        FunctionKind::Plugin,
        &["(id, timeline, start, end, window [, cohort] [, dims…] [, lookback])"],
        "For each cohort of ids that were new in a window, and each window from then on: how many came again, how many did not. <https://learn.microsoft.com/kusto/query/new-activity-metrics-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'b', 2, 'a', 11, 'c', 12] | evaluate new_activity_metrics(u, t, 0, 19, 10) | where to_t == 10 and from_t == 0 | project dcount_new_values, dcount_retained_values, dcount_churn_values, retention_rate", "{\"dcount_new_values\":1,\"dcount_retained_values\":1,\"dcount_churn_values\":1,\"retention_rate\":0.5}")]),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Bin],
    short: false,
    columns: &[
        ("dcount_new_values", Long),
        ("dcount_retained_values", Long),
        ("dcount_churn_values", Long),
        ("retention_rate", Real),
        ("churn_rate", Real),
    ],
    dimensions_last: true,
    body,
};

/// `kept` has for each cohort and window how many of the cohort are in the window. The new ids of a window, as a cohort sees
/// them, are those of later cohorts.
fn body(timeline: &Timeline) -> String {
    let (by, and, windows) = (timeline.by(), timeline.and(), timeline.windows());
    let window = timeline.window("t");
    let known = if timeline.has_lookback() { "| join kind=leftanti lookback on id" } else { "" };
    let only = if timeline.cohort { format!("| where b == {}", timeline.window("cohort")) } else { String::new() };
    format!(
        "let seen = T | where t between (start .. end) and isnotnull(id) | summarize by {by}id, w = {window};
        let firsts = seen | summarize b = min(w) by {by}id {known};
        let kept = seen | join kind=inner firsts on {by}id | summarize kept = count() by {by}b, w;
        let pairs = firsts
            | summarize size = count() by {by}b, one = 1 {only}
            | join kind=inner ({windows} | extend one = 1) on one
            | where w >= b
            | project {by}b, w, size;
        let fresh = pairs
            | join kind=inner (kept | project {by}w, later = b, n = kept) on {by}w
            | where later > b or later == w and b == w
            | summarize fresh = sum(n) by {by}b, w;
        pairs
        | join kind=leftouter kept on {by}b, w
        | join kind=leftouter fresh on {by}b, w
        | extend kept = coalesce(kept, 0), fresh = coalesce(fresh, 0)
        | project b, w, fresh, kept, size - kept, todouble(kept) / size, todouble(size - kept) / size{and}"
    )
}
