//! `arg_max`, `arg_min` and the old `argmax`, `argmin`: columns of the row at the extreme.

use super::pick::{By, RowPick};
use crate::AggregateFunction;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static ARG_MAX: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "arg_max",
        FunctionKind::Aggregate,
        &["(maximized:orderable, returned*...0..:scalar) -> custom"],
        "The largest value of the first argument and the others in the same row, of several such rows in the first; `*` \
         stands for all columns. A null only wins where there is nothing else. \
         <https://learn.microsoft.com/kusto/query/arg-max-aggregation-function>",
    )
    .examples(&[example(
        "datatable(x:long, s:string)[1, 'a', 3, 'b', 2, 'c'] | summarize arg_max(x, s)",
        "{\"x\":3,\"s\":\"b\"}",
    )]),
    |call| Ok(Box::new(RowPick::new(call, By::Max))),
);

pub(crate) static ARG_MIN: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "arg_min",
        FunctionKind::Aggregate,
        &["(minimized:orderable, returned*...0..:scalar) -> custom"],
        "The smallest value of the first argument and the others in the same row, of several such rows in the first; `*` \
         stands for all columns. A null only wins where there is nothing else. \
         <https://learn.microsoft.com/kusto/query/arg-min-aggregation-function>",
    )
    .examples(&[example(
        "datatable(x:long, s:string)[2, 'a', 1, 'b', long(null), 'c'] | summarize arg_min(x, *)",
        "{\"x\":1,\"s\":\"b\"}",
    )]),
    |call| Ok(Box::new(RowPick::new(call, By::Min))),
);

pub(crate) static ARGMAX: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "argmax",
        FunctionKind::Aggregate,
        &["(maximized:orderable, returned*...0..:scalar) -> custom"],
        "Old spelling of `arg_max`, which names its columns `max_x`, `max_x_s`.",
    ),
    |call| Ok(Box::new(RowPick::new(call, By::Max))),
);

pub(crate) static ARGMIN: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "argmin",
        FunctionKind::Aggregate,
        &["(minimized:orderable, returned*...0..:scalar) -> custom"],
        "Old spelling of `arg_min`, which names its columns `min_x`, `min_x_s`.",
    ),
    |call| Ok(Box::new(RowPick::new(call, By::Min))),
);
