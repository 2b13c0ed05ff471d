//! `activity_counts_metrics(id, timeline, start, end, window [, dims…])`.
//!
//! For each window of the analysis: events, distinct ids, ids that no window before had, and distinct ids from the first
//! window to this one. `window` may be `week`, `month` or `year`. Windows without events are not there. Columns: the timeline,
//! the dimensions, `count:long`, `dcount:long`, `new_dcount:long`, `aggregated_dcount:long`.
//!
//! Page: query/activity-counts-metrics-plugin.

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::Long;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "activity_counts_metrics",
        FunctionKind::Plugin,
        &["(id, timeline, start, end, window [, dims…])"],
        "For each window: events, distinct ids, new ids, and distinct ids so far. <https://learn.microsoft.com/kusto/query/activity-counts-metrics-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'b', 2, 'a', 11, 'c', 12] | evaluate activity_counts_metrics(u, t, 0, 20, 10)", "{\"t\":0,\"count\":2,\"dcount\":2,\"new_dcount\":2,\"aggregated_dcount\":2}\n{\"t\":10,\"count\":2,\"dcount\":2,\"new_dcount\":1,\"aggregated_dcount\":3}")]),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Bin],
    short: false,
    columns: &[("count", Long), ("dcount", Long), ("new_dcount", Long), ("aggregated_dcount", Long)],
    dimensions_last: false,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, and, sort) = (timeline.by(), timeline.and(), timeline.sort());
    let (changes, window) = (timeline.changes(), timeline.window("t"));
    format!(
        "let seen = T | where t between (start .. end) | summarize n = count() by {by}id, b = {window};
        let firsts = seen | summarize first = min(b) by {by}id;
        seen
        | join kind=inner firsts on {by}id
        | summarize events = sum(n), ids = dcount(id), fresh = dcountif(id, b == first) by b{and}
        | sort by {sort}b asc
        | project b, {by}events, ids, fresh, total = row_cumsum(fresh, {changes})"
    )
}
