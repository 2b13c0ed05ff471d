//! `max`, `min`, `maxif`, `minif`: the largest and the smallest value.

use super::pick::{By, RowPick};
use crate::AggregateFunction;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static MAX: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "max",
        FunctionKind::Aggregate,
        &["(expr:orderable) -> arg0"],
        "The largest value that is not null; null (`''` for strings) when there is none. Strings are compared by code \
         point; NaN is the smallest real. <https://learn.microsoft.com/kusto/query/max-aggregation-function>",
    )
    .named(ResultName::Prefix("max"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize max(x)", "{\"max_x\":4}")]),
    |call| Ok(Box::new(RowPick::new(call, By::Max))),
);

pub(crate) static MIN: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "min",
        FunctionKind::Aggregate,
        &["(expr:orderable) -> arg0"],
        "The smallest value that is not null; null (`''` for strings) when there is none. Strings are compared by code \
         point; NaN only when there is no number. <https://learn.microsoft.com/kusto/query/min-aggregation-function>",
    )
    .named(ResultName::Prefix("min"))
    .examples(&[example("datatable(s:string)['b', 'A'] | summarize min(s)", "{\"min_s\":\"A\"}")]),
    |call| Ok(Box::new(RowPick::new(call, By::Min))),
);

pub(crate) static MAXIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "maxif",
        FunctionKind::Aggregate,
        &["(expr:orderable, predicate:bool) -> arg0"],
        "`max` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/maxif-aggregation-function>",
    )
    .named(ResultName::Prefix("maxif"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize maxif(x, x < 3)", "{\"maxif_x\":2}")]),
    |call| Ok(Box::new(RowPick::new(call, By::Max))),
)
.filtered(1);

pub(crate) static MINIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "minif",
        FunctionKind::Aggregate,
        &["(expr:orderable, predicate:bool) -> arg0"],
        "`min` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/minif-aggregation-function>",
    )
    .named(ResultName::Prefix("minif"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize minif(x, x > 2)", "{\"minif_x\":3}")]),
    |call| Ok(Box::new(RowPick::new(call, By::Min))),
)
.filtered(1);
