//! `active_users_count(id, timeline, start, end, lookback, period, active_periods, bin [, dims…])`.
//!
//! Distinct ids in each bin that are active there: an appearance is active when the id appears in `active_periods` or more
//! periods from `lookback` before it (excluded) to itself. Appearances before `start` are looked back at and not counted. Bins
//! and periods begin at `start`. Bins without active ids are not there. Columns: the timeline, the dimensions, `dcount:long`
//! (documented as `dcount_values`).
//!
//! Page: query/active-users-count-plugin; the name of the last column is measured.

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::Long;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "active_users_count",
        FunctionKind::Plugin,
        &["(id, timeline, start, end, lookback, period, active_periods, bin [, dims…])"],
        "Distinct ids of each bin that appear in at least `active_periods` periods of the lookback before it. <https://learn.microsoft.com/kusto/query/active-users-count-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 1, 'a', 3, 'b', 3] | evaluate active_users_count(u, t, 0, 10, 5, 1, 2, 10)", "{\"t\":0,\"dcount\":1}")]),
    time: 1,
    roles: &[
        Role::Start,
        Role::End,
        Role::Distance("look"),
        Role::Distance("period"),
        Role::Count("periods"),
        Role::Bin,
    ],
    short: false,
    columns: &[("dcount", Long)],
    dimensions_last: false,
    body,
};

/// An appearance is active when the period that lies `periods - 1` periods of the id before its own was entered within the
/// lookback: so the number of periods need not be counted for each appearance.
fn body(timeline: &Timeline) -> String {
    let (by, and, sort) = (timeline.by(), timeline.and(), timeline.sort());
    let (changes, window) = (timeline.changes(), timeline.window("t"));
    format!(
        "let seen = T | where t > start - look and t <= end | extend p = bin_at(t, period, start), b = {window};
        let ranked = seen
            | summarize last = max(t) by {by}id, p
            | sort by {sort}id asc, p asc
            | extend rank = row_number(1, id != prev(id) or {changes});
        seen
        | where t >= start
        | summarize first = min(t) by {by}id, p, b
        | join kind=inner ranked on {by}id, p
        | project {by}id, b, first, rank = rank - periods + 1
        | join kind=inner ranked on {by}id, rank
        | where last > first - look
        | summarize dcount = dcount(id) by b{and}
        | project b, {by}dcount"
    )
}
