//! `take_any`, `take_anyif` and the old `any`, `anyif`: values of some row.

use super::pick::{By, RowPick};
use crate::AggregateFunction;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, Support, example};

pub(crate) static TAKE_ANY: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "take_any",
        FunctionKind::Aggregate,
        &["(expr*...1..:scalar) -> custom"],
        "The values of one row, here of the first that comes; of a single expression the first that is not null. `*` \
         stands for all columns. <https://learn.microsoft.com/kusto/query/take-any-aggregation-function>",
    )
    .examples(&[example("datatable(x:long)[long(null), 7, 7] | summarize take_any(x)", "{\"x\":7}")]),
    |call| Ok(Box::new(RowPick::new(call, By::First))),
);

pub(crate) static TAKE_ANYIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "take_anyif",
        FunctionKind::Aggregate,
        &["(expr:scalar, predicate:bool) -> arg0"],
        "A value of a row where the predicate is true, here the first that is not null. \
         <https://learn.microsoft.com/kusto/query/take-anyif-aggregation-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("range x from 1 to 4 step 1 | summarize take_anyif(x, x > 3)", "{\"x\":4}")]),
    |call| Ok(Box::new(RowPick::new(call, By::First))),
)
.filtered(1);

pub(crate) static ANY: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "any",
        FunctionKind::Aggregate,
        &["(expr:scalar) -> arg0", "(expr*...1..:scalar) -> custom"],
        "Old spelling of `take_any`, which names its columns `any_x`.",
    )
    .named(ResultName::Prefix("any")),
    |call| Ok(Box::new(RowPick::new(call, By::First))),
);

pub(crate) static ANYIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "anyif",
        FunctionKind::Aggregate,
        &["(expr:scalar, predicate:bool) -> arg0"],
        "Old spelling of `take_anyif`, which names its column `anyif_x`.",
    )
    .named(ResultName::Prefix("anyif")),
    |call| Ok(Box::new(RowPick::new(call, By::First))),
)
.filtered(1);

pub(crate) static PASSTHROUGH: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "passthrough",
        FunctionKind::Aggregate,
        &["(expr:scalar) -> arg0"],
        "Internal to Kusto: known to its grammar, documented nowhere.",
    )
    .named(ResultName::FirstArgument)
    .support(Support::CheckOnly("passthrough() is internal to Kusto and documented nowhere; use take_any()")),
    |call| Ok(Box::new(RowPick::new(call, By::First))),
);
