//! `activity_metrics(id, timeline [, start, end], window [, dims…])`.
//!
//! For each window: distinct ids, ids that the window before did not have, and which part of the ids of the window before
//! came again (retention) or did not (churn). Where there is no window before, all ids are new, retention is 1 and churn 0.
//! `window` may be `week`, `month` or `year`. Windows without events are not there. Columns: the timeline,
//! `dcount_values:long`, `dcount_newvalues:long`, `retention_rate:real`, `churn_rate:real`, the dimensions.
//!
//! Without start and end the windows are those of `bin()` from the first event to the last: the page does not say.
//!
//! Page: query/activity-metrics-plugin; the first window's rates are measured (documented as NaN).

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::{Long, Real};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "activity_metrics",
        FunctionKind::Plugin,
        &["(id, timeline [, start, end], window [, dims…])"],
        "For each window: distinct ids, new ids, and which part of the ids of the window before came again (retention) or did not (churn). <https://learn.microsoft.com/kusto/query/activity-metrics-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'b', 2, 'a', 11, 'c', 12] | evaluate activity_metrics(u, t, 0, 20, 10) | sort by t asc", "{\"t\":0,\"dcount_values\":2,\"dcount_newvalues\":2,\"retention_rate\":1.0,\"churn_rate\":0.0}\n{\"t\":10,\"dcount_values\":2,\"dcount_newvalues\":1,\"retention_rate\":0.5,\"churn_rate\":0.5}")]).diverges("without start and end, windows are those of bin(): the page does not say"),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Bin],
    short: true,
    columns: &[("dcount_values", Long), ("dcount_newvalues", Long), ("retention_rate", Real), ("churn_rate", Real)],
    dimensions_last: true,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, and) = (timeline.by(), timeline.and());
    let (bounds, window, next) = (timeline.bounds(), timeline.window("t"), timeline.next("b"));
    format!(
        "{bounds}
        let seen = T | where t between (start .. end) and isnotnull(id) | summarize by {by}id, b = {window};
        let sizes = seen | summarize size = count() by b{and};
        let kept = seen
            | project {by}id, b = {next}
            | join kind=inner seen on {by}id, b
            | summarize kept = count() by b{and};
        sizes
        | join kind=leftouter (sizes | project {by}b = {next}, before = size) on {by}b
        | join kind=leftouter kept on {by}b
        | extend kept = coalesce(kept, 0)
        | project b, size, size - kept,
            retention = iff(isnull(before), 1.0, todouble(kept) / before),
            churn = iff(isnull(before), 0.0, todouble(before - kept) / before){and}"
    )
}
