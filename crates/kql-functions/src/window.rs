//! Window functions: over rows in a known order, after `sort`, `top`, `range` or `serialize`.
//!
//! What is here is what the binder and the help need. The functions are computed by the planner's ordered pass
//! (`kql-plan/src/window.rs`), which sees all rows; a kernel sees one batch.

use crate::{Call, ScalarFunction};
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] =
    &[&PREV, &NEXT, &ROW_NUMBER, &ROW_CUMSUM, &ROW_RANK_DENSE, &ROW_RANK_MIN, &ROW_RANK, &ROW_WINDOW_SESSION];

fn ordered_pass(call: &Call, _: &[ColumnarValue]) -> Result<ColumnarValue> {
    internal_err!("a window function of {} arguments reached a batch", call.arguments.len())
}

const fn window(
    name: &'static str,
    signatures: &'static [&'static str],
    doc: &'static str,
    examples: &'static [Example],
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Window, signatures, doc).examples(examples),
        kernel: ordered_pass,
    }
}

static PREV: ScalarFunction = window(
    "prev",
    &["(value:scalar, offset?:integer, default?:const scalar) -> arg0"],
    "The value some rows before (1 when no offset is written); the default, else null, where there is no such row. \
     <https://learn.microsoft.com/kusto/query/prev-function>",
    &[example(
        "range x from 1 to 3 step 1 | project prev(x, 1, 0)",
        "{\"Column1\":0}\n{\"Column1\":1}\n{\"Column1\":2}",
    )],
);

static NEXT: ScalarFunction = window(
    "next",
    &["(value:scalar, offset?:integer, default?:const scalar) -> arg0"],
    "The value some rows after (1 when no offset is written); the default, else null, where there is no such row. \
     <https://learn.microsoft.com/kusto/query/next-function>",
    &[example("range x from 1 to 3 step 1 | project next(x)", "{\"Column1\":2}\n{\"Column1\":3}\n{\"Column1\":null}")],
);

static ROW_NUMBER: ScalarFunction = window(
    "row_number",
    &["(start?:integer, restart?:bool) -> long"],
    "The number of the row, from 1 or the start; begins anew at rows where `restart` is true. \
     <https://learn.microsoft.com/kusto/query/row-number-function>",
    &[example(
        "range x from 5 to 7 step 1 | project row_number()",
        "{\"Column1\":1}\n{\"Column1\":2}\n{\"Column1\":3}",
    )],
);

static ROW_CUMSUM: ScalarFunction = window(
    "row_cumsum",
    &["(term:number, restart?:bool) -> promoted0"],
    "The sum of the values up to the row, nulls as 0; begins anew at rows where `restart` is true. \
     <https://learn.microsoft.com/kusto/query/row-cumsum-function>",
    &[example(
        "range x from 1 to 3 step 1 | project row_cumsum(x)",
        "{\"Column1\":1}\n{\"Column1\":3}\n{\"Column1\":6}",
    )],
);

static ROW_RANK_DENSE: ScalarFunction = window(
    "row_rank_dense",
    &["(term:not_dynamic, restart?:bool) -> long"],
    "The rank of the row without gaps: one more than the row before when the value differs from it. \
     <https://learn.microsoft.com/kusto/query/row-rank-dense-function>",
    &[example(
        "datatable(x:long)[5, 5, 7] | serialize | project row_rank_dense(x)",
        "{\"Column1\":1}\n{\"Column1\":1}\n{\"Column1\":2}",
    )],
);

static ROW_RANK_MIN: ScalarFunction = window(
    "row_rank_min",
    &["(term:not_dynamic, restart?:bool) -> long"],
    "The rank of the row with gaps: the number of the first row with the same value. \
     <https://learn.microsoft.com/kusto/query/row-rank-min-function>",
    &[example(
        "datatable(x:long)[5, 5, 7] | serialize | project row_rank_min(x)",
        "{\"Column1\":1}\n{\"Column1\":1}\n{\"Column1\":3}",
    )],
);

static ROW_RANK: ScalarFunction = window(
    "row_rank",
    &["(column:not_dynamic, dense?:const bool) -> long"],
    "An old spelling: `row_rank_dense(column)`, and with `dense = false` `row_rank_min(column)`. No page describes it.",
    &[example(
        "datatable(x:long)[5, 5, 7] | serialize | project row_rank(x)",
        "{\"Column1\":1}\n{\"Column1\":1}\n{\"Column1\":2}",
    )],
);

static ROW_WINDOW_SESSION: ScalarFunction = window(
    "row_window_session",
    &["(time:datetime, max_from_first:timespan, max_between:timespan, restart?:bool) -> datetime"],
    "The first time of the row's session. A session ends when a row is too far from its first or from the row before, or \
     `restart` is true. <https://learn.microsoft.com/kusto/query/row-window-session-function>",
    &[],
);
