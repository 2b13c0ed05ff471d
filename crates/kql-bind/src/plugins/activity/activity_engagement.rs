//! `activity_engagement(id, timeline [, start, end], inner_window, outer_window [, dims…])`.
//!
//! For each inner window: its distinct ids, those of the outer window that ends with it, and the ratio of the two (daily to
//! weekly users). The outer window is rounded down to whole inner windows; events before `start` count where it reaches back
//! to them. Windows without events in the outer window are not there. Columns: the timeline, `dcount_activities_inner:long`,
//! `dcount_activities_outer:long`, `activity_ratio:real`, the dimensions.
//!
//! Without start and end the windows are those of `bin()` from the first event to the last: the page does not say.
//!
//! Page: query/activity-engagement-plugin.

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::{Long, Real};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "activity_engagement",
        FunctionKind::Plugin,
        &["(id, timeline [, start, end], inner_window, outer_window [, dims…])"],
        "For each inner window: its distinct ids, those of the outer window that ends with it, and the ratio. <https://learn.microsoft.com/kusto/query/activity-engagement-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'b', 2, 'a', 11, 'c', 12] | evaluate activity_engagement(u, t, 0, 19, 10, 20)", "{\"t\":0,\"dcount_activities_inner\":2,\"dcount_activities_outer\":2,\"activity_ratio\":1.0}\n{\"t\":10,\"dcount_activities_inner\":2,\"dcount_activities_outer\":3,\"activity_ratio\":0.6666666666666666}")]).diverges("without start and end, windows are those of bin(): the page does not say"),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Bin, Role::Distance("outer")],
    short: true,
    columns: &[("dcount_activities_inner", Long), ("dcount_activities_outer", Long), ("activity_ratio", Real)],
    dimensions_last: true,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, and) = (timeline.by(), timeline.and());
    let (bounds, window) = (timeline.bounds(), timeline.window("t"));
    format!(
        "{bounds}
        T
        | where t >= start - outer and t <= end
        | summarize by {by}id, b = {window}, one = 1
        | join kind=inner (range i from 0 to max_of(tolong(outer / step), 1) - 1 step 1 | extend one = 1) on one
        | extend t = b + i * step
        | where t between (start .. end)
        | summarize within = dcountif(id, i == 0), around = dcount(id) by t{and}
        | project t, within, around, todouble(within) / around{and}"
    )
}
