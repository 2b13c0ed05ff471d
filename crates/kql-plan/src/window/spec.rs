//! The window functions as the binder sees them.

use kql_types::function::{FunctionKind, FunctionSpec, example};

const fn window(name: &'static str, signatures: &'static [&'static str], doc: &'static str) -> FunctionSpec {
    FunctionSpec::new(name, FunctionKind::Window, signatures, doc)
}

static ROW_NUMBER: FunctionSpec = window(
    "row_number",
    &["(start?:long, restart?:bool) -> long"],
    "The number of the row in its sequence, from `start` (1) on; where `restart` is true it starts again. \
     <https://learn.microsoft.com/kusto/query/row-number-function>",
)
.examples(&[example(
    "datatable(x:string)['b', 'a'] | sort by x asc | extend n = row_number()",
    "{\"x\":\"a\",\"n\":1}\n{\"x\":\"b\",\"n\":2}",
)]);

static ROW_CUMSUM: FunctionSpec = window(
    "row_cumsum",
    &["(term:number, restart?:bool) -> arg0"],
    "The sum of the term over the rows so far; where `restart` is true it starts again. Null adds nothing. \
     <https://learn.microsoft.com/kusto/query/row-cumsum-function>",
)
.examples(&[example(
    "range x from 1 to 3 step 1 | extend s = row_cumsum(x)",
    "{\"x\":1,\"s\":1}\n{\"x\":2,\"s\":3}\n{\"x\":3,\"s\":6}",
)]);

static ROW_RANK_DENSE: FunctionSpec = window(
    "row_rank_dense",
    &["(term:not_dynamic, restart?:bool) -> long"],
    "How many different values of the term came so far, runs of equal ones counted once: 1, 2, 2, 3. \
     <https://learn.microsoft.com/kusto/query/row-rank-dense-function>",
)
.examples(&[example(
    "datatable(x:long)[5, 7, 7] | serialize r = row_rank_dense(x)",
    "{\"x\":5,\"r\":1}\n{\"x\":7,\"r\":2}\n{\"x\":7,\"r\":2}",
)]);

static ROW_RANK_MIN: FunctionSpec = window(
    "row_rank_min",
    &["(term:not_dynamic, restart?:bool) -> long"],
    "The number of the first row of the run of equal values: 1, 2, 2, 4. \
     <https://learn.microsoft.com/kusto/query/row-rank-min-function>",
)
.examples(&[example(
    "datatable(x:long)[7, 7, 9] | serialize r = row_rank_min(x)",
    "{\"x\":7,\"r\":1}\n{\"x\":7,\"r\":1}\n{\"x\":9,\"r\":3}",
)]);

static ROW_RANK: FunctionSpec = window(
    "row_rank",
    &["(column:not_dynamic, dense?:const bool) -> long"],
    "An old spelling: `row_rank_dense(column)`, and with `dense = false` `row_rank_min(column)`. No page describes it.",
)
.examples(&[example(
    "datatable(x:long)[5, 7, 7] | serialize r = row_rank(x, false)",
    "{\"x\":5,\"r\":1}\n{\"x\":7,\"r\":2}\n{\"x\":7,\"r\":2}",
)]);

static ROW_WINDOW_SESSION: FunctionSpec = window(
    "row_window_session",
    &["(time:datetime, max_from_first:const timespan, max_between:const timespan, restart?:bool) -> datetime"],
    "The time of the first row of the session: a session ends before a row that is too far from its first row or from the \
     row before, and where `restart` is true. <https://learn.microsoft.com/kusto/query/row-window-session-function>",
);

static PREV: FunctionSpec = window(
    "prev",
    &["(column:scalar, offset?:const long, default?:same) -> arg0"],
    "The value `offset` (1) rows before; the default, else null, where there is no such row. \
     <https://learn.microsoft.com/kusto/query/prev-function>",
)
.examples(&[example(
    "range x from 1 to 3 step 1 | extend p = prev(x, 1, 0)",
    "{\"x\":1,\"p\":0}\n{\"x\":2,\"p\":1}\n{\"x\":3,\"p\":2}",
)]);

static NEXT: FunctionSpec = window(
    "next",
    &["(column:scalar, offset?:const long, default?:same) -> arg0"],
    "The value `offset` (1) rows after; the default, else null, where there is no such row. \
     <https://learn.microsoft.com/kusto/query/next-function>",
)
.examples(&[example(
    "range x from 1 to 3 step 1 | extend n = next(x)",
    "{\"x\":1,\"n\":2}\n{\"x\":2,\"n\":3}\n{\"x\":3,\"n\":null}",
)]);

static FUNCTIONS: [&FunctionSpec; 8] =
    [&ROW_NUMBER, &ROW_CUMSUM, &ROW_RANK_DENSE, &ROW_RANK_MIN, &ROW_RANK, &ROW_WINDOW_SESSION, &PREV, &NEXT];

/// All window functions.
pub fn window_functions() -> impl Iterator<Item = &'static FunctionSpec> {
    FUNCTIONS.into_iter()
}

/// The window function of a name.
pub fn window_function(name: &str) -> Option<&'static FunctionSpec> {
    FUNCTIONS.into_iter().find(|f| f.name == name)
}
