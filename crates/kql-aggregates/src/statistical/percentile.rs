//! `percentile`, `percentiles`, `percentiles_array` and their weighted forms.

use super::percentile_state::{check_percentages, percentile_state};
use crate::AggregateFunction;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static PERCENTILE: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentile",
        FunctionKind::Aggregate,
        &["(expr:scalar, percentile:const number) -> custom"],
        "The nearest-rank percentile: the smallest value such that at least this percentage of the values is at or below \
         it. Exact up to a million distinct values in a group (less when there are many groups), above within a percent of \
         the rank. Null when there are no values. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .examples(&[example("range x from 1 to 24 step 1 | summarize percentile(x, 50)", "{\"percentile_x_50\":12}")])
    .checked(|arguments| check_percentages(arguments, 1)),
    |call| percentile_state(call, false, false),
);

pub(crate) static PERCENTILES: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentiles",
        FunctionKind::Aggregate,
        &["(expr:scalar, percentile...1..:const number) -> custom"],
        "Several nearest-rank percentiles, one column each. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .examples(&[example(
        "range x from 1 to 24 step 1 | summarize percentiles(x, 25, 99.9)",
        "{\"percentile_x_25\":6,\"percentile_x_99_9\":24}",
    )])
    .checked(|arguments| check_percentages(arguments, 1)),
    |call| percentile_state(call, false, false),
);

pub(crate) static PERCENTILES_ARRAY: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentiles_array",
        FunctionKind::Aggregate,
        &[
            "(expr:scalar, percentile...1..:const number) -> dynamic",
            "(expr:scalar, percentiles:const array) -> dynamic",
        ],
        "Several nearest-rank percentiles as an array; the percentages are arguments or one array. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .named(ResultName::Prefix("percentiles"))
    .examples(&[example(
        "range x from 1 to 24 step 1 | summarize percentiles_array(x, dynamic([25, 50]))",
        "{\"percentiles_x\":[6,12]}",
    )])
    .checked(|arguments| check_percentages(arguments, 1)),
    |call| percentile_state(call, false, true),
);

pub(crate) static PERCENTILEW: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentilew",
        FunctionKind::Aggregate,
        &["(expr:scalar, weight:integer, percentile:const number) -> custom"],
        "`percentile` of values that count as often as their weight says; weights below 1 do not count. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .examples(&[example(
        "datatable(x:long, w:long)[10, 8, 20, 6, 30, 3, 40, 1] | summarize p = percentilew(x, w, 75)",
        "{\"p\":20}",
    )])
    .checked(|arguments| check_percentages(arguments, 2)),
    |call| percentile_state(call, true, false),
);

pub(crate) static PERCENTILESW: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentilesw",
        FunctionKind::Aggregate,
        &["(expr:scalar, weight:integer, percentile...1..:const number) -> custom"],
        "Several weighted percentiles, one column each. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .examples(&[example(
        "datatable(x:long, w:long)[10, 8, 20, 6, 30, 3, 40, 1] | summarize percentilesw(x, w, 50, 99.9)",
        "{\"percentile_x_50\":20,\"percentile_x_99_9\":40}",
    )])
    .checked(|arguments| check_percentages(arguments, 2)),
    |call| percentile_state(call, true, false),
);

pub(crate) static PERCENTILESW_ARRAY: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "percentilesw_array",
        FunctionKind::Aggregate,
        &[
            "(expr:scalar, weight:integer, percentile...1..:const number) -> dynamic",
            "(expr:scalar, weight:integer, percentiles:const array) -> dynamic",
        ],
        "Several weighted percentiles as an array; the percentages are arguments or one array. \
         <https://learn.microsoft.com/kusto/query/percentiles-aggregation-function>",
    )
    .named(ResultName::Prefix("percentiles"))
    .examples(&[example(
        "datatable(x:long, w:long)[10, 8, 20, 6, 30, 3, 40, 1] | summarize percentilesw_array(x, w, 50, 75)",
        "{\"percentiles_x\":[20,20]}",
    )])
    .checked(|arguments| check_percentages(arguments, 2)),
    |call| percentile_state(call, true, true),
);
