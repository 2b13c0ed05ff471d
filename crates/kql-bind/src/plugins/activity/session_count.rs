//! `session_count(id, timeline, start, end, bin, lookback [, dims…])`.
//!
//! Sessions that begin in each window: an event of an id begins one when the id's event before it lies `lookback` or more
//! back. Events between `start - lookback` and `start` are read and not counted. Windows are those of `bin()`, and come only
//! where a session begins. Columns: the timeline, the dimensions, `count_sessions:long`.
//!
//! Page: query/session-count-plugin; the grid of the windows and the comparison with `lookback` are measured.

use super::Activity;
use super::timeline::{Role, Timeline};
use kql_types::ScalarType::Long;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(super) static PLUGIN: Activity = Activity {
    spec: FunctionSpec::new(
        "session_count",
        FunctionKind::Plugin,
        &["(id, timeline, start, end, bin, lookback [, dims…])"],
        "Sessions that begin in each bin: an event begins one when the event of its id before it lies `lookback` or more back. <https://learn.microsoft.com/kusto/query/session-count-plugin>",
    )
    .examples(&[example("datatable(u:string, t:long)['a', 5, 'a', 12, 'a', 27] | evaluate session_count(u, t, 10, 60, 10, 10)", "{\"t\":20,\"count_sessions\":1}")]),
    time: 1,
    roles: &[Role::Start, Role::End, Role::Bin, Role::Distance("look")],
    short: false,
    columns: &[("count_sessions", Long)],
    dimensions_last: false,
    body,
};

fn body(timeline: &Timeline) -> String {
    let (by, sort, changes, grid) = (timeline.by(), timeline.sort(), timeline.changes(), timeline.grid("t"));
    format!(
        "T
        | where t between (start - look .. end)
        | sort by {sort}id asc, t asc
        | extend begins = row_number(1, id != prev(id) or {changes}) == 1 or t - prev(t) >= look
        | where begins and t >= start
        | summarize count_sessions = count() by {by}t = {grid}
        | project t, {by}count_sessions"
    )
}
