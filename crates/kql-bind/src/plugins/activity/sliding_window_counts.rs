//! `sliding_window_counts(id, timeline, start, end, lookback, bin [, dims…])`.
//!
//! Events and distinct ids of the windows of `lookback` that end with each bin. `lookback` is rounded down to whole bins; bins
//! begin at `start` and the last is the one of `end`. Events before `start` count in the windows that reach back to them.
//! Windows without events are not there. Columns: the timeline, the dimensions, `Count:long`, `Dcount:long`.
//!
//! Page: query/sliding-window-counts-plugin, which names the technique of "perform aggregations over a sliding window".

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::Long;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "sliding_window_counts",
        FunctionKind::Plugin,
        &["(id, timeline, start, end, lookback, bin [, dims…])"],
        "Events and distinct ids of the windows of `lookback` that end with each bin. <https://learn.microsoft.com/kusto/query/sliding-window-counts-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'b', 2, 'a', 11, 'c', 12] | evaluate sliding_window_counts(u, t, 0, 19, 20, 10)", "{\"t\":0,\"Count\":2,\"Dcount\":2}\n{\"t\":10,\"Count\":4,\"Dcount\":3}")]),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Distance("look"), Role::Bin],
    short: false,
    columns: &[("Count", Long), ("Dcount", Long)],
    dimensions_last: false,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, and, window) = (timeline.by(), timeline.and(), timeline.window("t"));
    format!(
        "T
        | where t >= start - look and t <= end
        | summarize n = count() by {by}id, b = {window}, one = 1
        | join kind=inner (range i from 0 to max_of(tolong(look / step), 1) - 1 step 1 | extend one = 1) on one
        | extend t = b + i * step
        | where t between (start .. end)
        | summarize Count = sum(n), Dcount = dcount(id) by t{and}
        | project t, {by}Count, Dcount"
    )
}
